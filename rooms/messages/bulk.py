"""One decision about many messages: of one author, or of one wave of near-duplicates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rooms.eventlog.append import append
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Draft, Payload
from rooms.messages.decision_events import MessageRestored, MessageWithheld
from rooms.messages.decisions import approval, rejection, removal
from rooms.messages.models import Message
from rooms.people.models import Participant

TOGETHER = 100
"""Decisions in one transaction: other people's messages come between two of these."""


@dataclass(frozen=True)
class Done:
    """Which messages were decided about, and how many had been already."""

    numbers: list[int]
    passed: int

    @property
    def decided(self) -> int:
        return len(self.numbers)


def decide_many(
    *, room: Room, actor: Participant, numbers: Sequence[int], decision: str, reason: str
) -> Done:
    """Decide about many messages: approve, reject, remove, and withhold or restore to undo it.

    What somebody has decided already is passed by.

    Raises ``Refused`` where the actor may not decide.
    """
    drafting: dict[str, Callable[[int], Payload]] = {
        "approve": lambda number: approval(room, number),
        "reject": lambda number: rejection(room, number, reason),
        "remove": lambda number: removal(room, actor, number, reason),
        "withhold": lambda number: MessageWithheld(message=number, rule=""),
        "restore": lambda number: MessageRestored(message=number),
    }
    if decision not in drafting:
        raise Refused(Code.BAD_SHAPE)
    decided: list[int] = []
    for start in range(0, len(numbers), TOGETHER):
        some = numbers[start : start + TOGETHER]
        drafts = [Draft(drafting[decision](number), actor.pk) for number in some]
        for number, outcome in zip(some, append(room.pk, drafts), strict=True):
            if not isinstance(outcome, Refused):
                decided.append(number)
            elif outcome.code is Code.FORBIDDEN:
                raise outcome
    return Done(decided, len(numbers) - len(decided))


def waiting_of(author: Participant) -> list[int]:
    """Return the numbers of a person's messages that wait for a moderator."""
    return _numbers(author, Message.Status.HELD)


def published_of(author: Participant) -> list[int]:
    """Return the numbers of a person's messages that everybody reads."""
    return _numbers(author, Message.Status.VISIBLE)


def _numbers(author: Participant, status: str) -> list[int]:
    rows = Message.objects.filter(author=author, status=status).order_by("number")
    return list(rows.values_list("number", flat=True))
