"""What a worker has acknowledged outlives it, however it ends."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from consumers import client
from tests.faults.checker import check
from tests.faults.history import History, read_history
from tests.faults.log import read_log
from tests.faults.people import Person
from tests.faults.seed import seed
from tests.faults.site import MAKE_ROOM
from tests.servers import Kind, Server, embedded_environ, production_environ

PEOPLE = 6
SAID = 120
"""Messages that are acknowledged before the worker is killed."""
PATIENCE = 60.0
Environ = Callable[[], dict[str, str]]


async def talk(people: list[Person], server: Server) -> None:
    """Let everybody talk without a pause until the worker was killed, and for some time after."""
    said = asyncio.Semaphore(0)
    over = asyncio.Event()

    async def say(person: Person) -> None:
        while not over.is_set():
            await person.say()
            said.release()

    talking = [asyncio.create_task(say(person)) for person in people]
    async with asyncio.timeout(PATIENCE):
        for _message in range(SAID):
            await said.acquire()
        server.process.kill()
        await asyncio.to_thread(server.process.wait)
        await asyncio.to_thread(server.start)
        over.set()
        await asyncio.gather(*talking)


@pytest.mark.parametrize(
    ("kind", "environ"),
    [("daphne", lambda: production_environ("killed")), ("uvicorn", embedded_environ)],
    ids=["Daphne on PostgreSQL", "uvicorn on SQLite"],
)
async def test_what_a_killed_worker_acknowledged_is_in_the_log_once(
    kind: Kind, environ: Environ, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "BACK_OFF", (0.1, 1.0))
    server = Server(kind, {**environ(), "RATE_LIMITS": ""}).start()
    slug, _session = server.manage("shell", "-v0", "-c", MAKE_ROOM).split()
    history = History(tmp_path / "history.jsonl")
    people = [
        Person(f"P {n}", [server.url], slug, history, random.Random(f"{seed()} {n}"))
        for n in range(PEOPLE)
    ]
    try:
        for person in people:
            await person.join(person.name)
            await person.start(from_head=False)
        await talk(people, server)
        log = read_log(server.environ["DATABASE_URL"], slug)
        for person in people:
            assert await person.until(len(log), PATIENCE)
    finally:
        await asyncio.gather(*(person.stop() for person in people))
        history.close()
        server.stop()
    assert check(read_history(history.path), log) == []
    assert len(log) > SAID and all(person.reconnects for person in people)
