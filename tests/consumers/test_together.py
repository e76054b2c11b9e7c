"""Posts of many sockets: together while the database is busy, each with its own answer."""

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import OperationalError

from consumers import threads, together
from consumers.threads import DatabaseUnavailable
from consumers.together import LANES, MAX_BATCH, MAX_QUEUED, Together
from rooms.eventlog.append import RoomIsBusy
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event
from rooms.eventlog.payload import Draft
from rooms.lifecycle.events import RoomOpened

Commits = Together[int, Draft, Event]


PATIENT, SOON = 60.0, 0.5


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody give up because the machine is busy."""
    for module in (threads, together):
        monkeypatch.setattr(module, "PATIENCE", PATIENT)


class Log:
    """Stands for the log: takes drafts when it is let to, and notes which came together."""

    def __init__(self) -> None:
        self.batches: list[list[int | None]] = []
        self.free = threading.Event()
        self.free.set()
        self.error: Exception | None = None
        self.busy: set[int | None] = set()
        self.waited = threading.Event()
        """Set once those who are busy are not any more."""
        self.busy_once: set[int | None] = set()
        self.broken: set[int | None] = set()

    def append(self, drafts: Sequence[Draft], may_wait: bool) -> list[Event | Exception]:
        self.free.wait(PATIENT)
        actors = [draft.actor_id for draft in drafts]
        if may_wait and self.busy.intersection(actors):
            self.waited.wait(PATIENT)
        if self.error:
            raise self.error
        self.batches.append(actors)
        if self.broken.intersection(actors):
            raise ZeroDivisionError
        return [self._outcome(draft, may_wait) for draft in drafts]

    def _outcome(self, draft: Draft, may_wait: bool) -> Event | Exception:
        if draft.actor_id in self.busy | self.busy_once and not may_wait:
            self.busy_once.discard(draft.actor_id)
            return RoomIsBusy()
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
    event = await Commits(log.append, patience=PATIENT).submit(1, draft(7))
    assert event.seq == 7
    assert log.batches == [[7]]


async def test_busy_drafts_are_committed_together_and_in_order() -> None:
    log = Log()
    log.free.clear()
    commits = Commits(log.append, patience=PATIENT)
    first = await submit(commits, 1)
    await asyncio.sleep(0)
    others = await submit(commits, 2, 3, 4)
    log.free.set()
    events = await asyncio.gather(*first, *others)
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert log.batches == [[1], [2, 3, 4]]


async def test_each_gets_its_own_refusal() -> None:
    log = Log()
    one, two, three = await submit(Commits(log.append, patience=PATIENT), 1, 13, 3)
    outcomes = await asyncio.gather(one, two, three, return_exceptions=True)
    assert isinstance(outcomes[1], Refused)
    assert [getattr(outcome, "seq", None) for outcome in outcomes] == [1, None, 3]


async def test_one_who_left_does_not_disturb_the_others() -> None:
    log = Log()
    log.free.clear()
    one, two = await submit(Commits(log.append, patience=PATIENT), 1, 2)
    await asyncio.sleep(0)
    one.cancel()
    log.free.set()
    assert (await two).seq == 2


async def test_without_a_database_everybody_waiting_is_told_so() -> None:
    log = Log()
    log.free.clear()
    log.error = OperationalError("server closed the connection")
    commits = Commits(log.append, patience=PATIENT)
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
    commits = Commits(log.append, patience=PATIENT)
    with pytest.raises(ZeroDivisionError):
        await commits.submit(1, draft(1))
    log.error = None
    assert (await commits.submit(1, draft(2))).seq == 2


async def test_the_queue_is_bounded() -> None:
    log = Log()
    log.free.clear()
    commits = Commits(log.append, patience=PATIENT)
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
    commits = Commits(log.append, patience=PATIENT, weigh=lambda draft: draft.actor_id or 0)
    first = await submit(commits, 1)
    await asyncio.sleep(0)
    others = await submit(commits, MAX_BATCH - 1, 1, 1, MAX_BATCH + 1, 2)
    log.free.set()
    await asyncio.gather(*first, *others)
    assert log.batches == [[1], [MAX_BATCH - 1, 1], [1], [MAX_BATCH + 1], [2]]


async def submit_to(commits: Commits, **rooms: int) -> dict[str, asyncio.Task[Event]]:
    tasks = {
        name: asyncio.create_task(commits.submit(int(name[1:]), draft(number)))
        for name, number in rooms.items()
    }
    await asyncio.sleep(0)
    return tasks


async def busy(log: Log, commits: Commits) -> list[asyncio.Task[Event]]:
    """Let there be as many batches as may be at a time."""
    log.free.clear()
    tasks: list[asyncio.Task[Event]] = []
    for lane in range(LANES):
        tasks += (await submit_to(commits, **{f"r{900 + lane}": 900 + lane})).values()
        await asyncio.sleep(0)
    return tasks


def of_the_others(log: Log) -> list[list[int | None]]:
    """Return the batches but for those of :func:`busy`."""
    return [batch for batch in log.batches if (batch[0] or 0) < 900]


async def test_rooms_are_done_together_while_the_database_is_busy() -> None:
    log = Log()
    commits = Commits(log.append, patience=PATIENT)
    first = await busy(log, commits)
    tasks = await submit_to(commits, r1=1, r2=2)
    tasks |= {"again": (await submit(commits, 3))[0]}
    log.free.set()
    assert [(await task).seq for task in tasks.values()] == [1, 2, 3]
    await asyncio.gather(*first)
    assert of_the_others(log) == [[1, 3, 2]]


async def test_a_room_that_is_busy_is_done_alone_and_its_next_wait_for_it() -> None:
    log = Log()
    commits = Commits(log.append, patience=PATIENT)
    log.busy = {1}
    tasks = await submit_to(commits, r1=1, r2=2)
    assert (await tasks["r2"]).seq == 2
    assert not tasks["r1"].done()
    (behind,) = await submit(commits, 3)
    log.waited.set()
    assert [(await task).seq for task in (tasks["r1"], behind)] == [1, 3]
    assert log.batches == [[1, 2], [1], [3]]


async def test_rooms_in_which_writers_hang_hold_up_no_other() -> None:
    log = Log()
    commits = Commits(log.append, patience=PATIENT)
    hanging = {f"r{number}": number for number in range(20, 30)}
    log.busy = {*hanging.values()}
    tasks: list[asyncio.Task[Event]] = []
    for name, number in hanging.items():
        tasks += (await submit_to(commits, **{name: number})).values()
        log.busy_once.add(number - 19)  # A room that another worker writes in, too.
        assert (await commits.submit(1, draft(number - 19))).seq == number - 19
    assert not any(task.done() for task in tasks)
    log.waited.set()
    assert [(await task).seq for task in tasks] == [*hanging.values()]


async def test_what_goes_wrong_in_one_room_spares_the_others() -> None:
    log = Log()
    commits = Commits(log.append, patience=PATIENT)
    first = await busy(log, commits)
    log.broken = {2}
    tasks = await submit_to(commits, r1=1, r2=2, r3=3)
    log.free.set()
    with pytest.raises(ZeroDivisionError):
        await tasks["r2"]
    assert [(await tasks[name]).seq for name in ("r1", "r3")] == [1, 3]
    await asyncio.gather(*first)


async def test_who_has_waited_too_long_is_told_so_and_the_others_go_on() -> None:
    log = Log()
    commits = Commits(log.append, patience=SOON)
    first = await busy(log, commits)
    tasks = [*first, *(await submit_to(commits, r1=1, r2=2)).values()]
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    log.free.set()
    while True:  # A machine that is busy may take longer than they wait.
        try:
            assert (await commits.submit(1, draft(4))).seq == 4
            break
        except DatabaseUnavailable:
            continue
    assert [1] not in log.batches and [1, 2] not in log.batches


class Frozen:
    """Stands for a database that does not answer, and for the time that passes meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self.patience: list[float] = []
        self.over = asyncio.Event()
        monkeypatch.setattr(together, "_now", lambda: self.now)
        monkeypatch.setattr(together, "in_database_for", self.work)

    async def work(
        self, patience: float, _call: Callable[[], object], finished: Callable[[], None]
    ) -> None:
        self.patience.append(patience)
        await self.over.wait()
        finished()
        raise DatabaseUnavailable("frozen")


async def test_without_a_database_nobody_waits_for_as_long_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frozen, commits = Frozen(monkeypatch), Commits(Log().append, patience=PATIENT)
    tasks: list[asyncio.Task[Event]] = []
    for number in range(3 * LANES):
        tasks += (await submit_to(commits, **{f"r{number}": number})).values()
        await asyncio.sleep(0)
        frozen.now += 0.01
    frozen.now = 100.0 + PATIENT
    frozen.over.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    assert len(frozen.patience) == LANES


async def test_what_came_while_others_were_done_is_told_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = Log()
    commits = Commits(log.append, patience=PATIENT)
    log.free.clear()
    (first,) = await submit(commits, 1)
    await asyncio.sleep(0)
    (second,) = await submit(commits, 2)
    frozen = Frozen(monkeypatch)
    frozen.now = asyncio.get_running_loop().time() + 10
    log.free.set()
    frozen.over.set()
    await first
    with pytest.raises(DatabaseUnavailable):
        await second
    assert frozen.patience == [pytest.approx(PATIENT - 10, abs=5)]
