"""What clients that mean harm cost a server: a megabyte each, however much they send."""

from collections.abc import Iterator

import pytest

from rooms.eventlog.append import append
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.posting import draft_post
from rooms.people.membership import join_room
from tests.benchmarks import gauge
from tests.hostile import Crew, at_work
from tests.servers import Kind, Server

pytestmark = pytest.mark.django_db(transaction=True)

MIB = 1024 * 1024
HOSTILE = 12
SLACK = 4 * MIB
"""What a server takes and gives back whoever talks to it."""


@pytest.fixture(scope="module")
def server(kind: Kind, environ: dict[str, str]) -> Iterator[Server]:
    """A worker of its own: some still come in when a test, and with it their room, is gone."""
    with Server(kind, environ) as server:
        yield server


@pytest.fixture
def room(settings: object) -> Room:
    """A room with two megabytes to read."""
    settings.SCREENERS = []  # type: ignore[attr-defined]
    room = create_room(title="Memory", owner_name="Olga", guest_key="olga")
    alice = join_room(room=room, name="Alice", guest_key="alice")
    for first in range(0, 600, 50):
        append(
            room.pk,
            [
                draft_post(room=room, author=alice, client_id=f"{n}", text=f"{n} ".ljust(1900, "x"))
                for n in range(first, first + 50)
            ],
        )
    return room


@pytest.mark.parametrize(
    "does",
    [
        "reads nothing, resumes again and again",
        "pings, reads no pong",
        "floods with frames",
        "sends empty fragments",
        "announces 2^62 bytes",
        "10 MB of zeros, compressed",
        "never ends a head",
    ],
)
def test_one_who_means_harm_costs_a_megabyte_at_most(server: Server, room: Room, does: str) -> None:
    crew = Crew(does, HOSTILE, server.port, server.url, room.slug, room.epoch)
    pid = server.process.pid
    with at_work(Crew("reads nothing", 2, server.port, server.url, room.slug, room.epoch)):
        before = gauge.memory(pid)
    gauge.forget_peak(pid)
    with at_work(crew):
        pass
    assert gauge.peak(pid) - before <= HOSTILE * MIB + SLACK
