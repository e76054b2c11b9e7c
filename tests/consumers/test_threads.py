"""Database work from async code: bounded in threads, in time and in number."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest
from django.db import InterfaceError, OperationalError, connection

from consumers import threads
from consumers.threads import DatabaseThreads, DatabaseUnavailable
from tests.off_loop import off_loop

SOON = 0.05


@pytest.fixture
def pool() -> DatabaseThreads:
    return DatabaseThreads(2)


@pytest.fixture
async def gate() -> AsyncIterator[threading.Event]:
    """Return an event that jobs may wait for; it is set in the end."""
    gate = threading.Event()
    yield gate
    gate.set()


async def test_it_returns_what_the_job_returns(pool: DatabaseThreads) -> None:
    assert await pool.run(lambda: 42, 1) == 42


async def test_it_raises_what_the_job_raises(pool: DatabaseThreads) -> None:
    with pytest.raises(ZeroDivisionError):
        await pool.run(lambda: 1 // 0, 1)


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
async def test_a_lost_database_is_unavailable(pool: DatabaseThreads, error: Exception) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(DatabaseUnavailable):
        await pool.run(fail, 1)


async def test_one_slow_job_does_not_hold_up_another(
    pool: DatabaseThreads, gate: threading.Event
) -> None:
    slow = asyncio.create_task(pool.run(gate.wait, 10))
    assert await pool.run(lambda: "quick", 10) == "quick"
    gate.set()
    assert await slow


async def test_nobody_waits_for_ever(pool: DatabaseThreads, gate: threading.Event) -> None:
    with pytest.raises(DatabaseUnavailable):
        await pool.run(gate.wait, SOON)


async def test_a_job_whose_caller_gave_up_is_not_begun(gate: threading.Event) -> None:
    pool = DatabaseThreads(1)
    begun: list[str] = []

    def job(name: str) -> Callable[[], None]:
        return lambda: begun.append(name)

    slow = asyncio.create_task(pool.run(gate.wait, 10))
    await asyncio.sleep(0)
    with pytest.raises(DatabaseUnavailable):
        await pool.run(job("given up"), SOON)
    cancelled = asyncio.create_task(pool.run(job("cancelled"), 10))
    await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    gate.set()
    await slow
    await pool.run(job("wanted"), 10)
    assert begun == ["wanted"]


async def test_the_queue_is_bounded(
    pool: DatabaseThreads, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "MAX_WAITING", 3)
    waiting = [asyncio.create_task(pool.run(gate.wait, 10)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(DatabaseUnavailable):
        await pool.run(lambda: None, 10)
    gate.set()
    assert all(await asyncio.gather(*waiting))
    assert await pool.run(lambda: "again", 10) == "again"


@pytest.mark.django_db(transaction=True)
async def test_connections_are_given_back(pool: DatabaseThreads) -> None:
    def query() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name])
            return int(cursor.fetchone()[0])

    name = connection.settings_dict["NAME"]
    await asyncio.gather(*(pool.run(query, 10) for _ in range(20)))
    assert await off_loop(query) <= 6
