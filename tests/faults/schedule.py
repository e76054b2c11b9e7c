"""Rooms that open and close while a run lasts, by clocks that may be wrong or away."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tests.faults.log import Logged, read_logs
from tests.faults.site import Site

EACH = 2.0
"""Seconds from one opening to the next."""
OPEN_FOR = timedelta(seconds=3)
LATE = 30.0
"""Seconds within which what is due has happened once all is healed, also on a busy machine."""
MAKE = """
from datetime import UTC, datetime, timedelta
from rooms.lifecycle.schedule import create_room
for opens_at in {times}:
    opens_at = datetime.fromisoformat(opens_at)
    closes_at = opens_at + timedelta(seconds={open_for})
    create_room(
        title="Due", owner_name="Olga", guest_key="olga", opens_at=opens_at, closes_at=closes_at
    )
"""
ROOMS = "due-%"
STORY = ("room.opened", "room.closed")


def make_rooms(site: Site, seconds: float, jump: float) -> None:
    """Make rooms that fall due one after the other, for so long from now on.

    As many again fall due so much later: they do where a clock jumps ahead by that.
    """
    now = datetime.now(UTC)
    starts = [3 + EACH * number for number in range(int(seconds / EACH))]
    times = [f"{now + timedelta(seconds=s + later)}" for later in (0, jump) for s in starts]
    site.manage("shell", "-v0", "-c", MAKE.format(times=times, open_for=OPEN_FOR.seconds))


def count_turns(site: Site) -> int:
    """Return how often a room has opened or closed."""
    logs = read_logs(site.database, ROOMS).values()
    return sum(event.type in STORY for log in logs for event in log)


def judge_rooms(site: Site) -> list[str]:
    """Return what is wrong with the rooms that fell due, once the clocks had time to catch up."""
    deadline = time.monotonic() + LATE
    while True:
        logs = read_logs(site.database, ROOMS)
        if not (wrong := faults(logs, datetime.now(UTC))) or time.monotonic() > deadline:
            return wrong
        time.sleep(0.2)


def faults(logs: Mapping[str, Sequence[Logged]], now: datetime) -> list[str]:
    """Return which rooms have not opened and closed once each, in order, when they were due.

    No clock is believed before the time comes that it tells, by its own reading; ``now`` is the
    right time, and what is due by it has to have happened.
    """
    found: list[str] = []
    for slug, log in logs.items():
        created, *rest = log
        assert created.opens_at is not None and created.closes_at is not None
        due = [created.opens_at, created.closes_at]
        story = [event for event in rest if event.type in STORY]
        if [event.type for event in story] != list(STORY[: len(story)]):
            found.append(f"{slug}: {', '.join(event.type for event in story)}")
        elif len(story) < sum(at <= now for at in due):
            found.append(f"{slug}: nothing has happened since it was due")
        found += [
            f"{slug}: {event.type} at {event.at}, due at {at}"
            for event, at in zip(story, due, strict=False)
            if event.at < at
        ]
    return found
