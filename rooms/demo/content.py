"""Fills a site with sample rooms, through the same functions that people's actions go through."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import close_room, create_room
from rooms.messages.decisions import remove_message
from rooms.messages.editing import edit_message
from rooms.messages.posting import post_message
from rooms.messages.reactions import react
from rooms.moderation.policy import set_words
from rooms.organizing.announcements import announce
from rooms.organizing.meetup_models import Answer
from rooms.organizing.meetups import MeetupPlan, answer_meetup, call_meetup
from rooms.organizing.models import State
from rooms.organizing.tasks import TaskWords, add_shift, create_task, take_step
from rooms.people.membership import find_participant, join_room, set_role
from rooms.people.models import Participant
from rooms.people.roles import Role

ROOMS = Path(__file__).with_name("rooms.toml")
MODERATOR = "Max (modération)"

Data = Mapping[str, Any]


def make_rooms() -> list[Room]:
    """Return the sample rooms, in the order of the file, creating those that are missing."""
    return [_existing(data) or _make(data) for data in tomllib.loads(ROOMS.read_text())["room"]]


def _guest_key(data: Data, name: str) -> str:
    return f"demo-{data['key']}-{name}"[:43]


def _existing(data: Data) -> Room | None:
    """Return a room that an earlier start made and that is still as it was meant to be."""
    owners = Participant.objects.filter(guest_key=_guest_key(data, data["owner"]))
    rooms = Room.objects.filter(pk__in=owners.values("room")).order_by("-pk")
    for room in rooms:
        if room.closes_at is None or room.closes_at > timezone.now() or data.get("closed"):
            return room
    return None


def _make(data: Data) -> Room:
    room = create_room(
        title=data["title"],
        brief=data["brief"],
        kind=data["kind"],
        language=data["language"],
        access=data.get("access", Room.Access.OPEN),
        opens_at=_from_now(data.get("opens_in")),
        closes_at=_from_now(data.get("closes_in")),
        owner_name=data["owner"],
        guest_key=_guest_key(data, data["owner"]),
    )
    _Cast(room, data).play()
    room.refresh_from_db()
    return room


def _from_now(minutes: int | None) -> datetime | None:
    return timezone.now() + timedelta(minutes=minutes) if minutes else None


@dataclass
class _Cast:
    """The people of one room, and what they say and do."""

    room: Room
    data: Data
    numbers: dict[str, int] = field(default_factory=dict)

    def play(self) -> None:
        owner = self.person(self.data["owner"])
        if words := self.data.get("words"):
            set_words(room=self.room, actor=owner, words=words)
            self.room.refresh_from_db()
        for index, message in enumerate(self.data.get("message", [])):
            self.say(f"demo-{index}", message)
        for index, task in enumerate(self.data.get("task", [])):
            self.organise(f"demo-{index}", task)
        for index, meetup in enumerate(self.data.get("meetup", [])):
            self.meet(f"demo-m{index}", meetup)
        if text := self.data.get("announcement"):
            announce(room=self.room, actor=owner, client_id="demo", text=text)
        if self.data.get("closed"):
            close_room(room=self.room, actor=owner)

    def person(self, name: str) -> Participant:
        """Return who bears a name in this room; they enter when they first say something."""
        key = _guest_key(self.data, name)
        known = find_participant(room=self.room, guest_key=key)
        if known is not None:
            return known
        person = join_room(room=self.room, name=name, guest_key=key, code=self.room.code)
        if name == MODERATOR:
            owner = self.person(self.data["owner"])
            set_role(room=self.room, actor=owner, participant_id=person.pk, role=Role.MODERATOR)
            person.refresh_from_db()
        return person

    def say(self, client_id: str, message: Data) -> None:
        receipt = post_message(
            room=self.room,
            author=self.person(message["by"]),
            client_id=client_id,
            text=message["text"],
            side=message.get("side", ""),
            reply_to=self.numbers.get(message.get("re", "")),
        )
        self.numbers[message.get("id", client_id)] = receipt.number
        for emoji, names in message.get("react", {}).items():
            for name in names:
                person = self.person(name)
                react(room=self.room, actor=person, number=receipt.number, emoji=emoji, on=True)
        self.then(receipt.number, message["by"], message.get("then", {}))

    def organise(self, client_id: str, task: Data) -> None:
        """Make a task, and bring people as far with it as the file says."""
        owner = self.person(self.data["owner"])
        starts_at = _from_now(task["starts_in"])
        words = TaskWords(task["title"], task["place"], task["role"])
        number = create_task(
            room=self.room,
            actor=owner,
            client_id=client_id,
            words=words,
            starts_at=starts_at,
            ends_at=starts_at and starts_at + timedelta(minutes=task["minutes"]),
            capacity=task["capacity"],
            from_message=self.numbers.get(task.get("from", "")),
        ).number
        self.fill(number, task.get("people", {}))
        for index, shift in enumerate(task.get("shift", [])):
            begins_at = timezone.now() + timedelta(minutes=shift["starts_in"])
            made = add_shift(
                room=self.room,
                actor=owner,
                client_id=f"{client_id}-{index}",
                number=number,
                starts_at=begins_at,
                ends_at=begins_at + timedelta(minutes=shift["minutes"]),
                capacity=shift["capacity"],
                role=shift["role"],
            )
            self.fill(made.number, shift.get("people", {}))

    def fill(self, number: int, people: Data) -> None:
        """Bring people as far with a task or a shift as the file says."""
        owner = self.person(self.data["owner"])
        for name, states in people.items():
            for state in map(State, states):
                actor = owner if state is State.CONFIRMED else self.person(name)
                self.go(actor, number, state, name)

    def meet(self, client_id: str, meetup: Data) -> None:
        """Call a meetup, and let people answer."""
        owner = self.person(self.data["owner"])
        starts_at = timezone.now() + timedelta(minutes=meetup["starts_in"])
        words = {name: meetup[name] for name in ("title", "place", "town", "spot", "capacity")}
        plan = MeetupPlan(
            starts_at=starts_at, ends_at=starts_at + timedelta(minutes=meetup["minutes"]), **words
        )
        number = call_meetup(room=self.room, actor=owner, client_id=client_id, plan=plan).number
        for name, (answer, companions) in meetup["answers"].items():
            answer_meetup(
                room=self.room,
                actor=self.person(name),
                number=number,
                answer=Answer(answer),
                client_id=client_id,
                companions=companions,
            )

    def go(self, actor: Participant, number: int, state: State, name: str) -> None:
        take_step(
            room=self.room,
            actor=actor,
            number=number,
            state=state,
            client_id=f"demo-{name}-{state}",
            participant_id=self.person(name).pk,
        )

    def then(self, number: int, author: str, what: Data) -> None:
        if text := what.get("edit"):
            edit_message(room=self.room, actor=self.person(author), number=number, text=text)
        if remover := what.get("removed_by"):
            remove_message(
                room=self.room,
                actor=self.person(remover),
                number=number,
                reason=what.get("reason", "other"),
            )
