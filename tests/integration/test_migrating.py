"""A site is brought up to date while people talk: nobody waits long, and nothing is lost."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from consumers.client import RoomClient
from tests.faults.site import MAKE_ROOM
from tests.servers import ROOT, Kind, Server, production_environ

PATIENCE = 60.0
PACKAGE = """
import rooms.migrations
__path__ = [*__path__, *rooms.migrations.__path__]
"""
EXPANDING = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rooms", "{leaf}")]
    operations = [migrations.AddField("message", "of_the_next", models.TextField(db_default=""))]
"""
BESIDE = """
from django.db import migrations, models
from rooms.eventlog.concurrently import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("rooms", "9998_expanding")]
    operations = [AddIndexConcurrently("message", models.Index(fields=["at"], name="at_all"))]
"""
COLUMN = "SELECT 1 FROM information_schema.columns WHERE column_name = 'of_the_next'"
INDEX = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'at_all'::regclass"


def next_version(folder: Path) -> dict[str, str]:
    """Return the environment of a version with two migrations more; made in a folder."""
    leaf = max(path.stem for path in (ROOT / "rooms/migrations").glob("0*.py"))
    package = folder / "migrations_of_the_next"
    package.mkdir()
    (package / "__init__.py").write_text(PACKAGE)
    (package / "9998_expanding.py").write_text(EXPANDING.format(leaf=leaf))
    (package / "9999_beside.py").write_text(BESIDE)
    settings = "from livedebate.settings import *\nMIGRATION_MODULES = {'rooms': '%s'}\n"
    (folder / "settings_of_the_next.py").write_text(settings % package.name)
    path = f"{folder}:{os.environ.get('PYTHONPATH', '')}"
    return {"PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "settings_of_the_next"}


class Speaker(RoomClient):
    """Somebody who posts again and again, and counts what was acknowledged."""

    acknowledged = 0
    another = asyncio.Event()

    async def talk(self, over: asyncio.Event) -> None:
        while not over.is_set():
            text = f"message {self.acknowledged}"
            answer = await self.post(text, text)
            if answer.get("code") == "slow_down":
                await asyncio.sleep(answer["retry_after"])
                continue
            assert answer["type"] == "ack", answer
            self.acknowledged += 1
            self.another.set()

    async def say_another(self) -> None:
        """Wait until one more was acknowledged."""
        self.another.clear()
        async with asyncio.timeout(PATIENCE):
            await self.another.wait()


async def until_line(process: asyncio.subprocess.Process, words: str) -> None:
    """Wait until a process says something."""
    assert process.stderr
    async with asyncio.timeout(PATIENCE):
        while words not in (line := (await process.stderr.readline()).decode()):
            assert line, "it ended before it said so"


@pytest.mark.parametrize("kind", ["uvicorn"])
async def test_a_migration_lets_those_who_post_through(kind: Kind, tmp_path: Path) -> None:
    environ = production_environ("migrating")
    server = Server(kind, {**environ, "RATE_LIMITS": ""}).start()
    slug, _session = server.manage("shell", "-v0", "-c", MAKE_ROOM).split()
    speaker, over = Speaker(server.url, slug), asyncio.Event()
    try:
        await speaker.join("Alice")
        await speaker.start()
        await migrate_beside(speaker, over, environ, next_version(tmp_path))
    finally:
        await speaker.stop()
        server.stop()
    assert "no fault found" in server.manage("checklog")
    server.check()


async def migrate_beside(
    speaker: Speaker, over: asyncio.Event, environ: dict[str, str], version: dict[str, str]
) -> None:
    """Bring the database up to a version while somebody reads it and somebody posts."""
    talking = asyncio.create_task(speaker.talk(over))
    connect = psycopg.AsyncConnection.connect
    async with await connect(environ["DATABASE_URL"]) as reader:
        # Somebody reads the table for long; whoever wants to change it has to wait for that.
        await reader.execute("SELECT count(*) FROM rooms_message")
        migrating = await asyncio.create_subprocess_exec(
            *(sys.executable, "manage.py", "migrate", "--noinput"),
            env={**os.environ, **environ, **version},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        await until_line(migrating, "attempt 1 waits no longer")
        before = speaker.acknowledged
        # Who was told to come back later waits for longer than there is between two attempts.
        await until_line(migrating, "attempt 4 waits no longer")
        assert not talking.done() or talking.result() is None
        assert speaker.acknowledged > before, "between attempts everybody posts"
        assert await found(environ, COLUMN) is None
    assert await migrating.wait() == 0
    await speaker.say_another()
    over.set()
    await talking
    assert await found(environ, COLUMN) == (1,)
    assert await found(environ, INDEX) == (True,)


async def found(environ: dict[str, str], query: str) -> Any:
    """Return the first row of a query beside everything."""
    async with await psycopg.AsyncConnection.connect(environ["DATABASE_URL"]) as beside:
        return await (await beside.execute(query)).fetchone()
