"""One decision about many messages: of one author, or of one wave of near-duplicates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rooms.eventlog.append import append
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft, Payload
from rooms.messages.decision_events import MessageRestored, MessageWithheld
from rooms.messages.decisions import approval, rejection, removal
from rooms.messages.models import Message
from rooms.people.models import Participant

TOGETHER = 100
"""Decisions in one transaction: other people's messages come between two of these."""
LONGEST = 10_000
"""Decisions that are taken back in one go, at most."""
_DECISIONS = ("message.approved", "message.rejected", "message.removed", "message.restored")


@dataclass(frozen=True)
class Done:
    """The decisions that were logged, and how many messages somebody had decided about before."""

    events: list[Event]
    passed: int

    @property
    def decided(self) -> int:
        return len(self.events)


def decide_many(
    *, room: Room, actor: Participant, numbers: Sequence[int], decision: str, reason: str
) -> Done:
    """Approve, reject or remove many messages; to remove one that waits is to reject it.

    What somebody has decided already is passed by. Raises ``Refused`` where the actor may not.
    """
    drafting: dict[str, Callable[[int], Payload]] = {
        "approve": lambda number: approval(room, number),
        "reject": lambda number: rejection(room, number, reason),
        "remove": lambda number: removal(room, actor, number, reason),
    }
    if decision not in drafting:
        raise Refused(Code.BAD_SHAPE)
    waiting = _waiting(room, numbers) if decision == "remove" else frozenset()
    acts = ["reject" if number in waiting else decision for number in numbers]
    payloads = [drafting[act](number) for act, number in zip(acts, numbers, strict=True)]
    return _log(room, [Draft(payload, actor.pk) for payload in payloads])


def take_back(*, room: Room, actor: Participant, first: int, last: int) -> Done:
    """Undo what the actor decided from one event to another: what waited waits again.

    Raises ``Refused`` where the actor may not decide any more.
    """
    events = Event.objects.filter(room=room, actor=actor, seq__range=(first, last))
    decisions = events.filter(type__in=_DECISIONS).order_by("seq")[:LONGEST]
    return _log(room, [Draft(_inverse(one), actor.pk, undoes=one.seq) for one in decisions])


def waiting_of(author: Participant) -> list[int]:
    """Return the numbers of a person's messages that wait for a moderator."""
    return _numbers(author, Message.Status.HELD)


def published_of(author: Participant) -> list[int]:
    """Return the numbers of a person's messages that everybody reads."""
    return _numbers(author, Message.Status.VISIBLE)


def _numbers(author: Participant, status: str) -> list[int]:
    rows = Message.objects.filter(author=author, status=status).order_by("number")
    return list(rows.values_list("number", flat=True))


def _waiting(room: Room, numbers: Sequence[int]) -> frozenset[int]:
    held = Message.objects.filter(room=room, number__in=numbers, status=Message.Status.HELD)
    return frozenset(held.values_list("number", flat=True))


def _inverse(event: Event) -> Payload:
    number = event.payload["message"]
    if event.type == "message.removed" and not event.payload.get("hold"):
        return MessageRestored(message=number)
    return MessageWithheld(message=number, rule="")


def _log(room: Room, drafts: Sequence[Draft]) -> Done:
    head = Room.objects.values_list("head", flat=True).get(pk=room.pk)
    events: list[Event] = []
    for start in range(0, len(drafts), TOGETHER):
        for outcome in append(room.pk, drafts[start : start + TOGETHER]):
            if isinstance(outcome, Refused):
                if outcome.code in (Code.FORBIDDEN, Code.BANNED):
                    raise outcome
            elif outcome.seq > head:
                events.append(outcome)
    return Done(events, len(drafts) - len(events))
