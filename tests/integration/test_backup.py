"""A backup of a live site, lost and restored: whole, reset at every browser, and forgetting."""

import asyncio
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import psycopg
import pytest
from yarl import URL

from consumers import client
from consumers.client import Disorder, RoomClient
from consumers.link import Frame
from rooms.backup.archive import DATABASE, MANIFEST
from tests.faults.log import read_log
from tests.faults.site import MAKE_ROOM
from tests.off_loop import off_loop
from tests.servers import (
    Kind,
    Server,
    embedded_environ,
    manage,
    new_database,
    production_environ,
)

PEOPLE = 6
SAID = 40
"""Messages that are acknowledged before each step."""
PATIENCE = 60.0
ERASED = "carla@example.org"
JOIN_WITH_ACCOUNT = (
    "from rooms.people.models import User;"
    "from rooms.people.membership import join_room;"
    "from rooms.messages.posting import post_message;"
    "from rooms.eventlog.models import Room;"
    f"user = User.objects.create_user('{ERASED}', name='Carla');"
    "room = Room.objects.get();"
    "carla = join_room(room=room, name='Carla', user=user);"
    "post_message(room=room, author=carla, client_id='c', text='erased after the backup')"
)
Environ = Callable[[], dict[str, str]]
STORES = [
    pytest.param("uvicorn", lambda: production_environ("backup"), id="uvicorn on PostgreSQL"),
    pytest.param("daphne", embedded_environ, id="Daphne on SQLite"),
]


class Visitor(RoomClient):
    """Somebody in the room, with everything that they are shown."""

    def __init__(self, url: str, slug: str) -> None:
        self.shown: list[Frame] = []
        super().__init__(url, slug, lambda event, _at: self.shown.append(event))

    async def begin_again(self) -> None:
        """Do what a page does that was told to start again: forget all, and read from the start."""
        self.shown.clear()
        self._epoch, self.seq, self._acknowledged = "", 0, 0
        self._ready.clear()
        await self.start(from_head=False)

    def number_of(self, text: str) -> int:
        """Return the number of the message with a text."""
        return next(int(e["seq"]) for e in self.shown if text in str(e["parts"]))

    def sign_in(self, session: str) -> None:
        """Use the session of somebody who is in the room already."""
        self._http.cookie_jar.update_cookies({"sessionid": session}, URL(self._origin))


class Crowd:
    """People who talk without a pause, and the owner, who reads and removes."""

    def __init__(self, server: Server, slug: str, session: str) -> None:
        self.olga = Visitor(server.url, slug)
        self.olga.sign_in(session)
        self.people = [Visitor(server.url, slug) for _ in range(PEOPLE)]
        self.acknowledged: dict[str, int] = {}
        self._said = asyncio.Semaphore(0)

    @property
    def everybody(self) -> list[Visitor]:
        return [self.olga, *self.people]

    async def enter(self) -> None:
        await self.olga.start(from_head=False)
        for number, person in enumerate(self.people):
            await person.join(f"Person {number}")
            await person.start(from_head=False)

    async def talk(self, over: asyncio.Event) -> None:
        await asyncio.gather(*(self._talk(person, over) for person in self.people))

    async def _talk(self, person: Visitor, over: asyncio.Event) -> None:
        for number in itertools.takewhile(lambda _: not over.is_set(), itertools.count()):
            text = f"{person.name} says {number}"
            answer = await person.post(text, text)
            assert answer["type"] == "ack", answer
            self.acknowledged[text] = answer["seq"]
            self._said.release()

    async def until_said(self, more: int = SAID) -> None:
        async with asyncio.timeout(PATIENCE):
            for _message in range(more):
                await self._said.acquire()

    async def until_head(self, head: int) -> None:
        for one in self.everybody:
            assert await one.until(head, PATIENCE), f"{one.name} stands at {one.seq} of {head}"

    async def remove(self, text: str) -> None:
        command = {"type": "remove", "message": self.acknowledged[text], "reason": "spam"}
        answer = await self.olga.insist(command)
        assert answer["type"] == "ack", answer

    async def leave(self) -> None:
        await asyncio.gather(*(one.stop() for one in self.everybody))


def complains(*arguments: str, environ: dict[str, str], code: int) -> str:
    """Run a management command that ends with a code; return what it says beside its result."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code and "Traceback" not in done.stderr, done.stderr
    return done.stderr


fails = partial(complains, code=1)


def miscount(file: Path) -> Path:
    """Return a backup that fits its seal, and claims an event more than it holds."""
    other = file.with_name("miscounted")
    with ZipFile(file) as whole, ZipFile(other, "w") as archive:
        manifest = json.loads(whole.read(MANIFEST))
        manifest["facts"]["events"] += 1
        archive.writestr(DATABASE, whole.read(DATABASE))
        archive.writestr(MANIFEST, json.dumps(manifest))
    return other


def empty_copy(environ: dict[str, str]) -> dict[str, str]:
    """Return the environment of a new, empty database of the same kind."""
    if environ["DATABASE_URL"].startswith("sqlite"):
        return environ | embedded_environ()
    return environ | {"DATABASE_URL": new_database("restored")}


@pytest.mark.parametrize(("kind", "environ"), STORES)
async def test_a_live_site_is_backed_up_lost_and_restored(
    kind: Kind, environ: Environ, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "BACK_OFF", (0.1, 1.0))
    file, removals = str(tmp_path / "backup"), str(tmp_path / "removals")
    server = Server(kind, {**environ(), "RATE_LIMITS": ""}).start()
    slug, session = server.manage("shell", "-v0", "-c", MAKE_ROOM).split()
    crowd, over = Crowd(server, slug, session), asyncio.Event()
    late = Visitor(server.url, slug)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(off_loop, lambda: server.process.kill())
        stack.push_async_callback(crowd.leave)
        stack.push_async_callback(late.stop)
        await off_loop(server.manage, "shell", "-v0", "-c", JOIN_WITH_ACCOUNT)
        await crowd.enter()
        talking = asyncio.create_task(crowd.talk(over))
        await crowd.until_said()
        await crowd.remove("Person 1 says 0")
        before = dict(crowd.acknowledged)
        # One who was here early and comes back after the restore, with a cursor that it holds too.
        await late.join("Late")
        await late.start(from_head=False)
        assert "whole" in await off_loop(server.manage, "backup", file)
        await crowd.until_said()
        await crowd.remove("Person 2 says 0")
        await off_loop(server.manage, "erase_person", ERASED)
        assert "2 messages, 1 people and 1 accounts" in await off_loop(
            server.manage, "removals", removals
        )
        over.set()
        await talking
        lost = max(crowd.acknowledged.values())
        await crowd.until_head(lost)

        server.stop()
        server.environ = empty_copy(dict(server.environ))
        said = await off_loop(server.manage, "restore", file, "--removals", removals)
        assert "taken away again: 1 messages, 1 people, 1 accounts" in said
        assert "no fault found" in said
        await off_loop(server.start)

        for one in [*crowd.everybody, late]:
            with pytest.raises(Disorder, match="another log"):
                await one.until(lost + 1000, PATIENCE)
            await one.begin_again()
        answer = await crowd.people[0].post("after the restore", "after the restore")
        assert answer["type"] == "ack", "a guest is who they were"
        log = read_log(server.environ["DATABASE_URL"], slug)
        assert len(log) < lost
        for one in [*crowd.everybody, late]:
            assert await one.until(len(log), PATIENCE)
            assert [(e["seq"], e["type"]) for e in one.shown] == [(e.seq, e.type) for e in log]
        server.stop()
    kept = {event.client_id: event.seq for event in log}
    assert {text: kept.get(text) for text in before} == before, "what was there at the backup"
    shown = str([e["parts"] for one in [*crowd.everybody, late] for e in one.shown])
    assert "after the restore" in shown and "Person 3 says 0" in shown
    for gone in ("Person 1 says 0<", "Person 2 says 0<", "erased after the backup"):
        assert gone not in shown
    server.check()


def site_with_a_room(environ: dict[str, str]) -> tuple[dict[str, str], str]:
    """Make a room with one account; return the environment and the room's slug."""
    slug = manage("shell", "-v0", "-c", MAKE_ROOM, environ=environ).split()[0]
    manage("shell", "-v0", "-c", JOIN_WITH_ACCOUNT, environ=environ)
    return environ, slug


@pytest.mark.parametrize(("_kind", "environ"), STORES)
def test_a_restore_replaces_nothing_unless_it_is_told_to(
    _kind: Kind, environ: Environ, tmp_path: Path
) -> None:
    site, slug = site_with_a_room(environ())
    file = tmp_path / "backup"
    manage("backup", str(file), environ=site)
    assert file.stat().st_mode & 0o077 == 0
    assert "replaces no file" in fails("backup", str(file), environ=site)
    manage("erase_person", ERASED, environ=site)
    head = len(read_log(site["DATABASE_URL"], slug))
    assert "not empty" in fails("restore", str(file), environ=site)
    assert len(read_log(site["DATABASE_URL"], slug)) == head
    # What is replaced knows itself what was erased since.
    said = manage("restore", str(file), "--overwrite", environ=site)
    assert "taken away again: 0 messages, 1 people, 1 accounts" in said
    said = manage("restore", str(file), "--overwrite", environ=site)
    assert "1 people, 1 accounts" in said, "also the next time"


@pytest.mark.parametrize(("_kind", "environ"), STORES)
def test_a_restore_that_fails_leaves_the_database_as_it_was(
    _kind: Kind, environ: Environ, tmp_path: Path
) -> None:
    site, slug = site_with_a_room(environ())
    file, damaged, cut = tmp_path / "backup", tmp_path / "damaged", tmp_path / "cut"
    manage("backup", str(file), environ=site)
    data = bytearray(file.read_bytes())
    cut.write_bytes(data[: len(data) // 2])
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    log = read_log(site["DATABASE_URL"], slug)
    for broken, words in ((cut, "cut short"), (damaged, "damaged"), (tmp_path / "no", "read")):
        assert words in fails("backup", "--check", str(broken), environ=site)
        assert words in fails("restore", str(broken), "--overwrite", environ=site)
    not_a_list = str(file)
    said = fails("restore", str(file), "--overwrite", "--removals", not_a_list, environ=site)
    assert "no list of removals" in said
    # This one fails in the middle: what was there was set aside, and the backup read in.
    other = str(miscount(file))
    assert "were backed up" in fails("restore", other, "--overwrite", environ=site)
    assert read_log(site["DATABASE_URL"], slug) == log
    assert "no fault found" in manage("checklog", environ=site)
    manage("restore", str(file), "--overwrite", environ=site)
    assert "no fault found" in manage("checklog", environ=site)


@pytest.mark.parametrize(("_kind", "environ"), STORES)
def test_without_a_list_it_says_that_what_was_erased_is_back(
    _kind: Kind, environ: Environ, tmp_path: Path
) -> None:
    site, slug = site_with_a_room(environ())
    file = str(tmp_path / "backup")
    manage("backup", file, environ=site)
    new = empty_copy(site)
    said = complains("restore", file, environ=new, code=0)
    assert "Nothing is known of what was removed or erased after" in said
    assert len(read_log(new["DATABASE_URL"], slug)) == len(read_log(site["DATABASE_URL"], slug))


def test_a_restore_waits_for_nobody_who_is_connected(tmp_path: Path) -> None:
    site, _slug = site_with_a_room(production_environ("connected"))
    file = str(tmp_path / "backup")
    manage("backup", file, environ=site)
    with psycopg.connect(site["DATABASE_URL"]):
        assert "stop workers and clock first" in fails("restore", file, "--overwrite", environ=site)


def test_a_backup_goes_into_its_own_kind_of_database_and_no_older_code(tmp_path: Path) -> None:
    site, _slug = site_with_a_room(embedded_environ())
    file = str(tmp_path / "backup")
    manage("backup", file, environ=site)
    other = production_environ("other_kind")
    assert "a backup of sqlite" in fails("restore", file, environ=other)
    record = (
        "from django.db import connection;"
        "from django.db.migrations.recorder import MigrationRecorder;"
        "MigrationRecorder(connection).record_applied('rooms', '9999_later')"
    )
    manage("shell", "-v0", "-c", record, environ=site)
    newer = str(tmp_path / "newer")
    manage("backup", newer, environ=site)
    assert "knows nothing of rooms.9999_later" in fails(
        "restore", newer, environ=embedded_environ()
    )
