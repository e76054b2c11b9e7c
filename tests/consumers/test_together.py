"""Posts of many sockets: together while the database is busy, each with its own answer."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from django.db import OperationalError

from consumers.threads import DatabaseUnavailable
from consumers.together import MAX_BATCH, MAX_QUEUED, Together
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event
from rooms.eventlog.payload import Draft
from rooms.lifecycle.events import RoomOpened

Commits = Together[int, Draft, Event]


class Log:
    """Stands for the log: takes drafts when it is let to, and notes which came together."""

    def __init__(self) -> None:
        self.batches: list[list[int | None]] = []
        self.free = threading.Event()
        self.free.set()
        self.error: Exception | None = None

    def append(self, room_id: int, drafts: Sequence[Draft]) -> list[Event | Refused]:
        self.free.wait(5)
        if self.error:
            raise self.error
        self.batches.append([draft.actor_id for draft in drafts])
        return [self._outcome(draft) for draft in drafts]

    def _outcome(self, draft: Draft) -> Event | Refused:
        if draft.actor_id == 13:
            return Refused(Code.MUTED)
        return Event(seq=draft.actor_id or 0)


def draft(number: int) -> Draft:
    return Draft(RoomOpened(), number)


async def submit(commits: Commits, *numbers: int) -> list[asyncio.Task[Event]]:
    tasks = [asyncio.create_task(commits.submit(1, draft(number))) for number in numbers]
    await asyncio.sleep(0)
    return tasks


async def test_idle_a_draft_is_committed_at_once() -> None:
    log = Log()
    event = await Commits(log.append).submit(1, draft(7))
    assert event.seq == 7
    assert log.batches == [[7]]


async def test_busy_drafts_are_committed_together_and_in_order() -> None:
    log = Log()
    log.free.clear()
    commits = Commits(log.append)
    first = await submit(commits, 1)
    await asyncio.sleep(0)
    others = await submit(commits, 2, 3, 4)
    log.free.set()
    events = await asyncio.gather(*first, *others)
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert log.batches == [[1], [2, 3, 4]]


async def test_each_gets_its_own_refusal() -> None:
    log = Log()
    one, two, three = await submit(Commits(log.append), 1, 13, 3)
    outcomes = await asyncio.gather(one, two, three, return_exceptions=True)
    assert isinstance(outcomes[1], Refused)
    assert [getattr(outcome, "seq", None) for outcome in outcomes] == [1, None, 3]


async def test_one_who_left_does_not_disturb_the_others() -> None:
    log = Log()
    log.free.clear()
    one, two = await submit(Commits(log.append), 1, 2)
    await asyncio.sleep(0)
    one.cancel()
    log.free.set()
    assert (await two).seq == 2


async def test_without_a_database_everybody_waiting_is_told_so() -> None:
    log = Log()
    log.free.clear()
    log.error = OperationalError("server closed the connection")
    commits = Commits(log.append)
    first = await submit(commits, 1)
    await asyncio.sleep(0)
    others = await submit(commits, 2, 3)
    log.free.set()
    outcomes = await asyncio.gather(*first, *others, return_exceptions=True)
    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    log.error = None
    assert (await commits.submit(1, draft(4))).seq == 4


async def test_another_error_concerns_one_batch_alone() -> None:
    log = Log()
    log.error = ZeroDivisionError()
    commits = Commits(log.append)
    with pytest.raises(ZeroDivisionError):
        await commits.submit(1, draft(1))
    log.error = None
    assert (await commits.submit(1, draft(2))).seq == 2


async def test_the_queue_is_bounded() -> None:
    log = Log()
    log.free.clear()
    commits = Commits(log.append)
    await submit(commits, 0)
    await asyncio.sleep(0)
    tasks = await submit(commits, *range(100, 100 + MAX_QUEUED))
    with pytest.raises(DatabaseUnavailable):
        await commits.submit(1, draft(1))
    log.free.set()
    assert len(await asyncio.gather(*tasks)) == MAX_QUEUED


async def test_what_weighs_much_is_done_with_less_beside_it() -> None:
    log = Log()
    log.free.clear()
    commits = Commits(log.append, weigh=lambda draft: draft.actor_id or 0)
    first = await submit(commits, 1)
    await asyncio.sleep(0)
    others = await submit(commits, MAX_BATCH - 1, 1, 1, MAX_BATCH + 1, 2)
    log.free.set()
    await asyncio.gather(*first, *others)
    assert log.batches == [[1], [MAX_BATCH - 1, 1], [1], [MAX_BATCH + 1], [2]]
