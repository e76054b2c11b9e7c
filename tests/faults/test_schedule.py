"""Of rooms that open and close by clocks, what went wrong is found, and nothing else is."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.log import Logged
from tests.faults.schedule import faults

START = datetime(2027, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def room(*story: tuple[str, float]) -> dict[str, list[Logged]]:
    """Return the log of a room that was to open at 10 s and to close at 20 s."""
    created = Logged(1, "room.created", at(0), opens_at=at(10), closes_at=at(20))
    joined = Logged(2, "participant.joined", at(0))
    events = [Logged(n, f"room.{type}", at(when)) for n, (type, when) in enumerate(story, 3)]
    return {"due": [created, joined, *events]}


@pytest.mark.parametrize(
    ("story", "now"),
    [
        ([], 9),
        ([("opened", 10.5)], 19),
        ([("opened", 10.5), ("closed", 20.1)], 30),
        # By a clock that is ahead: early, and not undone.
        ([("opened", 1800), ("closed", 1800)], 2),
    ],
)
def test_what_is_due_happens_once(story: list[tuple[str, float]], now: float) -> None:
    assert faults(room(*story), at(now)) == []


@pytest.mark.parametrize(
    ("story", "now"),
    [
        ([], 11),
        ([("opened", 10)], 21),
        ([("opened", 10), ("opened", 11)], 12),
        ([("opened", 10), ("closed", 20), ("closed", 20)], 21),
        ([("opened", 10), ("closed", 20), ("opened", 21)], 22),
        ([("closed", 20), ("opened", 20)], 21),
        ([("opened", 9)], 10),
        ([("opened", 10), ("closed", 19)], 20),
    ],
)
def test_what_goes_wrong_is_found(story: list[tuple[str, float]], now: float) -> None:
    assert faults(room(*story), at(now)) != []
