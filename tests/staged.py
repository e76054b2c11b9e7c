"""A room in a state, with all kinds of people, and something for every deed to be done to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.decisions import remove_message
from rooms.messages.posting import post_message
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import ban_participant, mute_participant
from rooms.organizing.announcements import announce
from rooms.organizing.meetups import MeetupPlan, call_meetup
from rooms.organizing.models import State
from rooms.organizing.tasks import TaskWords, create_task, take_step
from rooms.people.guests import SESSION_KEY
from rooms.people.invites import make_invite
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from rooms.redress.appeals import open_appeal
from rooms.redress.models import Statement
from rooms.redress.notices import file_notice
from rooms.redress.reports import report_message
from tests.permissions import INSIDE, OUTSIDE

TEXTS = (
    "Buses should be free",
    "Trams come too late",
    "The bridge needs paint",
    "School starts at nine",
    "Rents have doubled here",
    "Plant a hundred trees",
    "Who empties the bins",
    "Open the pool on Sundays",
    "Light up the station",
    "My street has no pavement",
)
ROLES = {
    "moderator": Role.MODERATOR,
    "banned_moderator": Role.MODERATOR,
    "observer": Role.OBSERVER,
}
LATER = datetime(2035, 5, 4, 9, 0)


@dataclass(frozen=True)
class Deed:
    """One deed of the table: a page with its form, and the socket's frame where it has one."""

    page: str
    args: tuple[object, ...] = ()
    form: dict[str, Any] = field(default_factory=dict)
    frame: dict[str, Any] | None = None


class Staged:
    """A room, the sessions of everybody's browsers, and every deed there is to do."""

    def __init__(self, state: str) -> None:
        self._ids = (f"c{number}" for number in count(1))
        self.room = create_room(title="Staged", owner_name="Olga", guest_key="olga", kind="action")
        self.olga = Participant.objects.get(room=self.room, name="Olga")
        self.zoe, self.max, self.yann = (self._join(name) for name in ("Zoe", "Max", "Yann"))
        Participant.objects.filter(pk=self.max.pk).update(role=Role.MODERATOR)
        self.max.refresh_from_db()
        self.actors = {who: self._actor(who) for who in INSIDE}
        self.sessions = {who: _guest(actor.guest_key) for who, actor in self.actors.items()}
        self.sessions |= {who: _session(who) for who in OUTSIDE}
        set_words(room=self.room, actor=self.olga, words=["clown"])
        self.room.refresh_from_db()
        self.own = {who: self._on_own(who) for who in (*INSIDE, *OUTSIDE)}
        self.deeds = {**self._on_messages(), **self._on_people(), **self._in_room()}
        self.deeds |= {**self._by_moderators(), **self._at_the_desk(), **self._last()}
        self._set(state)
        for who, actor in self.actors.items():
            _become(who, actor)

    def deeds_of(self, who: str) -> dict[str, Deed]:
        """Return what somebody can try to do, about themselves as well."""
        return {**self.deeds, **self.own[who]}

    def _join(self, name: str) -> Participant:
        return join_room(room=self.room, name=name, guest_key=name.lower())

    def _actor(self, who: str) -> Participant:
        return self.olga if who == "owner" else self._join(who.replace("_", " ").capitalize())

    def _set(self, state: str) -> None:
        fields: dict[str, dict[str, Any]] = {
            "scheduled": {"status": "scheduled", "opens_at": timezone.now() + timedelta(days=1)},
            "paused": {"is_paused": True},
            "closed": {"status": "closed"},
            "locked": {"is_locked": True},
            "private": {"access": Room.Access.CODE},
        }
        Room.objects.filter(pk=self.room.pk).update(**fields.get(state, {}))
        self.room.refresh_from_db()

    def _say(self, text: str, author: Participant | None = None) -> int:
        author = author or self.zoe
        sent = post_message(room=self.room, author=author, client_id=next(self._ids), text=text)
        return sent.number

    def _hold(self, text: str) -> int:
        return self._say(f"A clown: {text}")

    def _on_own(self, who: str) -> dict[str, Deed]:
        """Return what somebody does to what they wrote; who wrote nothing, to what Zoe did."""
        author, name = self.actors.get(who, self.zoe), who.replace("_", " ")
        text = f"The ferry is back, says a {name}"
        return {
            "post": Deed(
                "post",
                (),
                {"text": text, "client_id": who},
                {"type": "post", "id": who, "text": text},
            ),
            "edit": _on("edit", self._say(f"First of {name}: parks", author), text="Edited now"),
            "remove one's own": _on("remove", self._say(f"Roads, by {name}", author)),
        }

    def _on_messages(self) -> dict[str, Deed]:
        texts = iter(TEXTS)
        deeds = {
            "react": _on("react", self._say(next(texts)), emoji="👍", frame={"on": True}),
            "edit another's": _on("edit", self._say(next(texts), self.yann), text="Edited"),
            "remove": _on("remove", self._say(next(texts)), reason="spam"),
            "withhold": _on("withhold", self._say(next(texts))),
            "approve": _on("approve", self._hold("on stilts")),
            "reject": _on("reject", self._hold("with a horn"), reason="spam"),
            "claim": _on("claim", self._hold("in the rain")),
        }
        gone = self._say(next(texts))
        remove_message(room=self.room, actor=self.max, number=gone, reason="spam")
        return {**deeds, "restore": _on("restore", gone)}

    def _on_people(self) -> dict[str, Deed]:
        names = ("Mo", "Moa", "Una", "Ben", "Bea", "Uwe", "Sam", "Rio")
        to_mute, _spare, muted, to_ban, _other, banned, to_slow, to_raise = map(self._join, names)
        mute_participant(room=self.room, actor=self.olga, participant_id=muted.pk, seconds=600)
        ban_participant(room=self.room, actor=self.olga, participant_id=banned.pk)
        mute = {"seconds": 300, "reason": "spam"}
        return {
            "mute": _about("mute", to_mute, **mute),
            "mute a moderator": _about("mute", self.max, **mute),
            "unmute": _about("unmute", muted),
            "ban": _about("ban", to_ban, reason="spam"),
            "ban a moderator": _about("ban", self.max, reason="spam"),
            "unban": _about("unban", banned),
            "slow": _about("slow", to_slow, seconds=30, reason="spam"),
            "change_role": Deed("change_role", (to_raise.pk,), {"role": "moderator"}),
        }

    def _in_room(self) -> dict[str, Deed]:
        token = make_invite(room=self.room, role=Role.PARTICIPANT)
        return {
            "join": Deed("join", (), {"name": "Newcomer"}),
            "by_code": Deed("by_code", (self.room.code,), {"name": "Newcomer"}),
            "by_invite": Deed("by_invite", (token,), {"name": "Newcomer"}),
            "team_enter": Deed("team_enter"),
        }

    def _by_moderators(self) -> dict[str, Deed]:
        reported, noticed, gone = (
            self._say(text) for text in ("Three", "Four o'clock", "Fivefold")
        )
        report_message(room=self.room, actor=self.yann, number=reported, reason="spam")
        notice = file_notice(
            room=self.room,
            number=noticed,
            ground="hate",
            explanation="It is.",
            name="Nadia",
            email="n@example.org",
        )
        remove_message(room=self.room, actor=self.max, number=gone, reason="spam")
        statement = Statement.objects.filter(room=self.room).latest("seq")
        open_appeal(statement=statement, actor=self.zoe, text="Why?")
        author = self._join("Waits")
        self._say("A clown of mine", author)
        waved = self._say("Nine hundred kites")
        rules = {"pattern": "k+", "source": "k+"}
        return {
            "decide_wave": Deed("decide_wave", (waved,), {"decision": "remove"}),
            "decide_theirs": Deed("decide_theirs", (author.pk,), {"decision": "approve"}),
            "undo": Deed("undo", (), {"first": 1, "last": 1}),
            "report": Deed("report", (self._say("Six feet under"),), {"reason": "spam"}),
            "dismiss_reports": Deed("dismiss_reports", (reported,)),
            "appeal": Deed("appeal", (statement.seq,), {"text": "We shall see."}),
            "contest": Deed("contest", (statement.token,), {"text": "Please look again."}),
            "decide_notice": Deed(
                "decide_notice", (notice.seq,), {"outcome": "kept", "answer": "It is not."}
            ),
            "words": Deed("words", (), {"words": "guignol"}),
            "hold_policy": Deed("hold_policy", (), {"outcome": "release", "minutes": 30}),
            "add_pattern": Deed("add_pattern", (), rules),
            "try_pattern": Deed("try_pattern", (), rules),
            "switch_pattern": Deed("switch_pattern", (), rules),
            "remove_pattern": Deed("remove_pattern", (), rules),
            "hosts": Deed("hosts", (), {"held": "spam.example"}),
        }

    def _at_the_desk(self) -> dict[str, Deed]:
        free, given, cancelled, edited, divided = (self._task(f"Task {n}") for n in range(5))
        take_step(room=self.room, actor=self.zoe, number=given, state=State.OFFERED, client_id="z")
        meetups = [self._meetup(f"Meetup {number}") for number in range(3)]
        told = announce(room=self.room, actor=self.olga, client_id="a", text="Bring water.").seq
        hand_over = {"participant": self.zoe.pk, "to": self.yann.pk, "client_id": "g"}
        task = {"title": "Another task", "capacity": 2, "client_id": "t"}
        shift = {"starts_at": f"{LATER:%Y-%m-%dT%H:%M}", "capacity": 1, "client_id": "s"}
        meetup = {"title": "Another meetup", "starts_at": shift["starts_at"], "client_id": "m"}
        return {
            "task_step": Deed("task_step", (free,), {"state": "offered", "client_id": "o"}),
            "task_give": Deed("task_give", (given,), hand_over),
            "task_cancel": Deed("task_cancel", (cancelled,)),
            "new_task": Deed("new_task", (), task),
            "edit_task": Deed("edit_task", (edited,), task),
            "new_shift": Deed("new_shift", (divided,), shift),
            "new_meetup": Deed("new_meetup", (), meetup),
            "edit_meetup": Deed("edit_meetup", (meetups[0],), meetup),
            "cancel_meetup": Deed("cancel_meetup", (meetups[1],)),
            "rsvp": Deed("rsvp", (meetups[2],), {"answer": "yes", "client_id": "r"}),
            "announcements": Deed("announcements", (), {"text": "At ten.", "client_id": "n"}),
            "edit_announcement": Deed("edit_announcement", (told,), {"text": "At nine."}),
            "acknowledge": Deed("acknowledge", (told,)),
            "calendars": Deed("calendars"),
        }

    def _task(self, title: str) -> int:
        words = TaskWords(title)
        made = create_task(
            room=self.room, actor=self.olga, client_id=title, words=words, capacity=20
        )
        return made.number

    def _meetup(self, title: str) -> int:
        plan = MeetupPlan(title, timezone.make_aware(LATER))
        made = call_meetup(room=self.room, actor=self.olga, client_id=title, plan=plan)
        return made.number

    def _last(self) -> dict[str, Deed]:
        """Return what changes the state of the room, to be done after everything else."""
        mode = {"value": 30, "reason": "other"}
        return {
            "mode": Deed(
                "mode", ("slow_seconds",), mode, {"type": "mode", "mode": "slow_seconds", **mode}
            ),
            "schedule": Deed("schedule", (), {"closes_at": f"{LATER:%Y-%m-%dT%H:%M}"}),
            "open": Deed("open"),
            "close": Deed("close"),
        }


def _on(deed: str, number: int, frame: dict[str, Any] | None = None, **form: Any) -> Deed:
    return Deed(deed, (number,), form, {"type": deed, "message": number, **form, **(frame or {})})


def _about(deed: str, person: Participant, **form: Any) -> Deed:
    return Deed(deed, (person.pk,), form, {"type": deed, "participant": person.pk, **form})


def _become(who: str, actor: Participant) -> None:
    until = timezone.now() + timedelta(hours=1) if who == "muted" else None
    banned = who in ("banned", "banned_moderator")
    mine = Participant.objects.filter(pk=actor.pk)
    mine.update(role=ROLES.get(who, actor.role), muted_until=until, is_banned=banned)


def _session(who: str) -> str:
    """Return the session of somebody outside; "" for who has none."""
    making: dict[str, Callable[[], str]] = {
        "stranger": lambda: "",
        "reader": lambda: _guest("reader"),
        "elsewhere": _elsewhere,
        "team": _team,
    }
    return making[who]()


def _guest(guest_key: str) -> str:
    session = SessionStore()
    session[SESSION_KEY] = guest_key
    session.save()
    return str(session.session_key)


def _elsewhere() -> str:
    other = create_room(title="Elsewhere", owner_name="Otto", guest_key="otto")
    mina = join_room(room=other, name="Mina", guest_key="mina")
    Participant.objects.filter(pk=mina.pk).update(role=Role.MODERATOR)
    return _guest("mina")


def _team() -> str:
    number = User.objects.count()
    user = User.objects.create_user(f"tina{number}@example.org", name="Tina", is_team=True)
    client = Client()
    client.force_login(user)
    return str(client.session.session_key)
