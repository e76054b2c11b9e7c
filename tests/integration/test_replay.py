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
    *(f"Je maintiens : point numéro {n}, chiffré et daté." for n in range(12)),
    "Deux lignes,\net des « guillemets ».",
    "👩‍👩‍👧‍👦 #LeGrandDébat https://example.org/?a=1&b=2",
    "<script>alert('non')</script> & co",
]
PROGRAMMES = [
    "Aucune classe ne ferme à la campagne sans l'accord de la commune et des parents.",
    "Le train de nuit revient entre Paris, Nice et Hendaye, à un prix que chacun peut payer.",
    "Les hôpitaux embauchent trente mille soignants, et les urgences restent ouvertes le dimanche.",
    "Un loyer plafonné dans chaque métropole, puis des logements sociaux bâtis sur les friches.",
    "Notre défense commune passe par une industrie européenne, discutée devant les parlements.",
    "Cantines bio, haies replantées, eau protégée : voilà ma politique pour l'agriculture.",
]
"""Theirs alone: who says nearly what others said would be taken for a wave."""


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Six people, each with a programme and every line, and what cannot be published among it."""
    path = tmp_path / "debate.csv"
    start = datetime(2017, 3, 20, 20, tzinfo=UTC)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "author", "text"])
        for index, (line, speaker) in enumerate(product(LINES, range(6))):
            at = start + timedelta(seconds=index)
            text = f"{PROGRAMMES[speaker]} {line}"
            writer.writerow([at.isoformat(), f"Candidat {speaker}", text])
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


def start(recording: Path, slug: str, urls: list[str], *options: str) -> "subprocess.Popen[str]":
    where = [part for url in urls for part in ("--url", url)]
    return subprocess.Popen(
        [sys.executable, "manage.py", "replay", str(recording), "--room", slug, *where, *options],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def replay(recording: Path, slug: str, urls: list[str], *options: str) -> str:
    """Run the command; return what it printed. Fails if it does."""
    return finish(start(recording, slug, urls, *options))


def finish(process: "subprocess.Popen[str]") -> str:
    with process:
        printed, said = process.communicate(timeout=120)
    assert process.returncode == 0, printed + said
    return printed


def check(printed: str, server: Server, connections: int) -> None:
    said = len(LINES) * 6
    assert f"sent        {said + 3} of {said + 3} messages" in printed
    assert f"published   {said}\n" in printed
    assert "held        1\n" in printed
    assert "rejected    2 (" in printed
    assert f"delivered   {said * connections} of {said * connections}" in printed
    assert "each event once, in order" in printed
    assert "no fault found" in server.manage("checklog")
    server.check()


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


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
def test_a_restart_in_the_middle_costs_time_and_nothing_else(recording: Path, kind: Kind) -> None:
    environ = {**embedded_environ(), "RATE_LIMITS": ""}
    server = Server(kind, environ).start()
    process = start(recording, make_room(server), [server.url], "--speed", "30")
    assert process.stderr is not None
    # Its plan, then its progress: somewhere in between, the server goes.
    assert "93 messages of 6 people" in process.stderr.readline()
    assert "/93" in process.stderr.readline()
    server.stop()
    again = Server(kind, environ, server.port).start()
    printed = finish(process)
    check(printed, again, 6)
    assert "reconnects  0\n" not in printed
    again.stop()


def test_what_is_not_taken_at_once_is_sent_again(tmp_path: Path) -> None:
    path = tmp_path / "fast.csv"
    rows = (f"2017-03-20T20:00:00Z,Alice,{word} de plus" for word in ("Un", "Deux", "Trois"))
    path.write_text("\n".join(["time,author,text", *rows]))
    server = Server("uvicorn", {**embedded_environ(), "RATE_LIMITS": "1/2"}).start()
    printed = replay(path, make_room(server), [server.url])
    assert "published   3\n" in printed
    assert "put off     2 times" in printed
    server.stop()


def test_a_server_that_is_not_there_is_said_in_words(recording: Path) -> None:
    with pytest.raises(AssertionError, match="CommandError"):
        replay(recording, "nowhere", ["http://127.0.0.1:9"])
