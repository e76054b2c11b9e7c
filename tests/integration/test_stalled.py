"""Connections on which nothing moves end by themselves, whatever they wait for.

The servers here wait a twentieth as long as others (``tests/hasty.py``).
"""

import json
import time
from collections.abc import Callable, Iterator

import pytest

from consumers.close_codes import CloseCode
from rooms.eventlog.append import append
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.posting import draft_post
from rooms.people.membership import join_room
from tests.faults.proxy import Proxy
from tests.raw import HEAD, TEXT, RawSocket, command, connections
from tests.servers import HastyServer, Kind, Server

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60.0


@pytest.fixture(scope="module")
def hasty(kind: Kind, environ: dict[str, str]) -> Iterator[Server]:
    with HastyServer(kind, environ) as server:
        yield server
    server.check()


@pytest.fixture
def room(settings: object) -> Room:
    """A room with a megabyte to read."""
    settings.SCREENERS = []  # type: ignore[attr-defined]
    room = create_room(title="Stalled", owner_name="Olga", guest_key="olga")
    alice = join_room(room=room, name="Alice", guest_key="alice")
    for first in range(0, 400, 50):
        append(
            room.pk,
            [
                draft_post(room=room, author=alice, client_id=f"{n}", text=f"{n} ".ljust(1900, "x"))
                for n in range(first, first + 50)
            ],
        )
    return room


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


BODY = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nbegun"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("", id="nothing"),
        pytest.param("GET", id="half a line"),
        pytest.param(HEAD, id="half a head"),
        pytest.param(HEAD + "Upgrade: websocket\r\nConnection: Upgrade\r\n", id="half a handshake"),
        pytest.param(BODY, id="half a body"),
    ],
)
def test_a_request_that_never_ends(hasty: Server, said: str) -> None:
    with RawSocket(hasty) as connection:
        connection.send(said.encode())
        connection.drop_to_the_end()
    until(lambda: connections(hasty) == 0)


@pytest.mark.parametrize(("begun", "drop"), [(HEAD + "X: ", "x"), (BODY, "y"), ("", "\r\n")])
def test_a_request_that_goes_on_drop_by_drop(hasty: Server, begun: str, drop: str) -> None:
    """Each byte says that somebody is there, and none that it will ever be a request."""
    with RawSocket(hasty) as connection:
        connection.send(begun.encode())
        until(lambda: connection.is_ended_after(drop.encode()))


def test_one_who_is_silent_is_told(hasty: Server, room: Room) -> None:
    with RawSocket(hasty) as connection:
        connection.shake(room.slug)
        got = connection.to_the_end()
        assert got.closed == CloseCode.SILENT
        connection.drop_to_the_end()  # Also if the close is never answered.
    until(lambda: connections(hasty) == 0)


def test_one_who_is_gone_without_a_word(hasty: Server, room: Room) -> None:
    """What lies between swallows everything: no end and no reset ever comes."""
    proxy = Proxy(hasty.port)
    try:
        with RawSocket(hasty, port=proxy.port) as connection:
            connection.shake(room.slug)
            assert connections(hasty) == 1
            with proxy.frozen():
                until(lambda: connections(hasty) == 0)
    finally:
        proxy.close()


def test_one_who_reads_nothing(hasty: Server, room: Room) -> None:
    """Megabytes wait for them: neither those, nor the close after them, are waited for for ever."""
    with RawSocket(hasty, receive_buffer=4096) as connection:
        connection.shake(room.slug)
        hello = connection.next_frame()
        assert hello is not None and hello[0] == TEXT
        epoch = json.loads(hello[1])["epoch"]
        for _time in range(50):
            connection.send(command(type="resume", epoch=epoch, after=0))
        until(lambda: connections(hasty) == 0)


def test_one_who_reads_no_page(hasty: Server, room: Room) -> None:
    """Requests one after the other, and no answer is ever read."""
    with RawSocket(hasty, receive_buffer=4096) as connection:
        asked = f"GET /rooms/{room.slug}/ HTTP/1.1\r\nHost: 127.0.0.1:{hasty.port}\r\n\r\n"
        connection.send(asked.encode() * 20)
        until(lambda: connections(hasty) == 0)
