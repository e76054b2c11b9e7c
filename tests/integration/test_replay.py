"""``manage.py replay`` by URL, against two workers and against the embedded default."""

import csv
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from tests.servers import ROOT, Kind, Server, embedded_environ, production_environ

LINES = [
    *(f"Je maintiens : point numéro {n} de mon programme, chiffré et daté." for n in range(12)),
    "Deux lignes,\net des « guillemets ».",
    "👩‍👩‍👧‍👦 #LeGrandDébat https://example.org/?a=1&b=2",
    "<script>alert('non')</script> & co",
]


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Six people in turn, each saying every line, and what cannot be published among it."""
    path = tmp_path / "debate.csv"
    start = datetime(2017, 3, 20, 20, tzinfo=UTC)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "author", "text"])
        for index, (line, speaker) in enumerate(product(LINES, range(6))):
            at = start + timedelta(seconds=index)
            writer.writerow([at.isoformat(), f"Candidat {speaker}", line])
        writer.writerow([start.isoformat(), "Candidat 0", "x" * 2001])
        writer.writerow([start.isoformat(), "Candidat 1", "   "])
        writer.writerow([start.isoformat(), "Candidat 2", "Tous des Marchands de sable !"])
    return path


def make_room(server: Server) -> str:
    """Return the slug of a new open room on a server, with an expression that is held."""
    return server.manage(
        "shell",
        "-v0",
        "-c",
        "from rooms.lifecycle.schedule import create_room;"
        "from rooms.moderation.policy import set_words;"
        "from rooms.people.models import Participant;"
        "room = create_room(title='Rejeu', owner_name='Olga', guest_key='olga');"
        "olga = Participant.objects.get(room=room);"
        "set_words(room=room, actor=olga, words=['marchands de sable']);"
        "print(room.slug)",
    ).strip()


def replay(recording: Path, slug: str, urls: list[str], *options: str) -> str:
    """Run the command; return what it printed. Fails if it does."""
    where = [part for url in urls for part in ("--url", url)]
    done = subprocess.run(
        [sys.executable, "manage.py", "replay", str(recording), "--room", slug, *where, *options],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(printed: str, server: Server, connections: int) -> None:
    said = len(LINES) * 6
    assert f"sent        {said + 3} of {said + 3} messages" in printed
    assert f"published   {said}\n" in printed
    assert "held        1\n" in printed
    assert "rejected    2 (" in printed
    assert f"delivered   {said * connections} of {said * connections}" in printed
    assert "each event once, in order" in printed
    assert "no fault found" in server.manage("checklog")
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
def test_two_workers_on_postgresql_and_redis(recording: Path, kind: Kind) -> None:
    environ = {**production_environ(f"replay_{kind}"), "RATE_LIMITS": ""}
    one, two = Server(kind, environ).start(), Server(kind, environ).start()
    slug = make_room(one)
    printed = replay(recording, slug, [one.url, two.url], "--speed", "60", "--viewers", "6")
    check(printed, one, 12)
    assert one.stop() in (0, -15)
    two.stop()


def test_the_embedded_default(recording: Path) -> None:
    server = Server("daphne", {**embedded_environ(), "RATE_LIMITS": ""}).start()
    slug = make_room(server)
    check(replay(recording, slug, [server.url], "--speed", "60", "--viewers", "2"), server, 8)
    server.stop()


def test_a_server_that_is_not_there_is_said_in_words(recording: Path) -> None:
    with pytest.raises(AssertionError, match="CommandError"):
        replay(recording, "nowhere", ["http://127.0.0.1:9"])
