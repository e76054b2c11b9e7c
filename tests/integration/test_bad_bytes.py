"""Bytes that break the protocol below the commands: the answer, no traceback, nobody else harmed.

uvicorn closes with a code that says what was wrong; Daphne ends the connection without a word.
"""

import struct
from collections.abc import AsyncIterator, Iterator

import pytest

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from tests import raw
from tests.raw import CLOSE, CONTINUATION, DEFLATE, DEFLATED, PING, PONG, TEXT, RawSocket, frame
from tests.servers import Kind, Server
from tests.sockets import Person, connected, join

pytestmark = pytest.mark.django_db(transaction=True)

ASKED = b'{"type":"ping","ref":"asked"}'


@pytest.fixture
def room() -> Room:
    return create_room(title="Bytes", owner_name="Olga", guest_key="olga")


@pytest.fixture
def alice(room: Room) -> Person:
    return join(room, "Alice")


@pytest.fixture
def bob(room: Room) -> Person:
    return join(room, "Bob")


@pytest.fixture(autouse=True)
async def _others_are_not_harmed(
    server: Server, room: Room, alice: Person, bob: Person
) -> AsyncIterator[None]:
    """Whatever a test does, no traceback is logged and a message passes between two others."""
    written = len(server.output())
    async with connected(server, room.slug, bob) as reader:
        await reader.resume()
        yield
        async with connected(server, room.slug, alice) as writer:
            ack = await writer.post("Bonjour")
        await reader.until_seq(ack["seq"])
    assert "Traceback" not in server.output()[written:]


def said(server: Server, room: Room, data: bytes, *, compress: bool = False) -> raw.Received:
    """Send bytes and a ping after them; return what came back, up to the answer or the end."""
    with RawSocket(server) as socket:
        socket.shake(room.slug, Sec_WebSocket_Extensions=DEFLATE if compress else None)
        socket.send(data + raw.command(type="ping", ref="end"))
        return socket.to_the_end("end")


def bytes_in_fragments(size: int, count: int) -> bytes:
    """Return a message in fragments, without its end."""
    parts = (frame(CONTINUATION, b"x" * size, final=False) for _ in range(count - 1))
    return frame(TEXT, b"x" * size, final=False) + b"".join(parts)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(frame(TEXT, ASKED, masked=False), 1002, id="unmasked"),
        pytest.param(frame(PING, b"x" * 126), 1002, id="ping over 125"),
        pytest.param(frame(PING, b"x", final=False), 1002, id="fragmented ping"),
        pytest.param(frame(CONTINUATION, b"x"), 1002, id="continuation without start"),
        pytest.param(frame(TEXT, b"x", final=False) * 2, 1002, id="start within a message"),
        pytest.param(frame(TEXT, ASKED, reserved=DEFLATED), 1002, id="compressed, not agreed"),
        pytest.param(frame(TEXT, ASKED, reserved=2), 1002, id="second reserved bit"),
        pytest.param(frame(TEXT, ASKED, reserved=1), 1002, id="third reserved bit"),
        pytest.param(frame(0x3, ASKED), 1002, id="reserved opcode"),
        pytest.param(frame(0xB), 1002, id="reserved control opcode"),
        pytest.param(frame(TEXT, b"\xff\xfe"), 1007, id="no text"),
        pytest.param(frame(TEXT, b"\xed\xa0\x80"), 1007, id="lone surrogate"),
        pytest.param(
            frame(TEXT, b"\xe2\x82", final=False) + frame(CONTINUATION, b"\xff"),
            1007,
            id="no text from the second fragment on",
        ),
        pytest.param(frame(TEXT, announced=2**62), 1009, id="2^62 bytes announced"),
        pytest.param(frame(TEXT, announced=2**63), 1009, id="2^63 bytes announced"),
        pytest.param(frame(TEXT, b"x" * 200_000), 1009, id="200 kB"),
        pytest.param(bytes_in_fragments(10_000, 20), 1009, id="200 kB in fragments"),
        pytest.param(bytes_in_fragments(0, 1_000), 1006, id="a thousand empty fragments"),
        pytest.param(frame(PING, b"") * 1_000, 1006, id="a thousand pings"),
        pytest.param(frame(PONG, b"") * 1_000, 1006, id="a thousand pongs"),
        pytest.param(frame(CLOSE, b"\x03"), 1002, id="half a close code"),
        pytest.param(frame(CLOSE, b"\x03\xe8\xff"), 1007, id="close reason that is no text"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1002, id="a request"),
        pytest.param(bytes(range(255, -1, -1)) * 16, 1002, id="garbage"),
        *(
            pytest.param(frame(CLOSE, struct.pack("!H", bad)), 1002, id=f"close with {bad}")
            for bad in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535)
        ),
    ],
)
async def test_what_breaks_the_protocol_ends_the_socket(
    server: Server, room: Room, kind: Kind, data: bytes, code: int
) -> None:
    got = said(server, room, data)
    assert not [one for one in got.frames if one["type"] == "pong"]
    assert got.closed == (code if kind == "uvicorn" and code != 1006 else None)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(
            frame(TEXT, ASKED[:5], final=False)
            + frame(PING, b"between")
            + frame(CONTINUATION, ASKED[5:]),
            id="fragments with a ping between them",
        ),
        pytest.param(frame(PING, b"x" * 125), id="ping of 125"),
        pytest.param(frame(PONG, b"unasked"), id="pong that nobody asked for"),
    ],
)
async def test_what_is_odd_and_allowed_does_no_harm(
    server: Server, room: Room, data: bytes
) -> None:
    got = said(server, room, data)
    assert (got.closed, got.frames[-1]["ref"]) == (None, "end")


async def test_a_length_in_more_bytes_than_it_needs(server: Server, room: Room, kind: Kind) -> None:
    """Forbidden, and no danger: uvicorn reads it, Daphne does not."""
    got = said(server, room, frame(TEXT, ASKED, width=8))
    pongs = [one["ref"] for one in got.frames if one["type"] == "pong"]
    assert pongs == (["asked", "end"] if kind == "uvicorn" else [])


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
async def test_a_close_is_answered_and_nothing_after_it_is_heard(
    server: Server, room: Room, kind: Kind, code: int
) -> None:
    got = said(server, room, frame(CLOSE, struct.pack("!H", code)) + frame(TEXT, ASKED))
    assert got.closed == (code if kind == "uvicorn" else 1000)
    assert not [one for one in got.frames if one["type"] == "pong"]


async def test_a_frame_byte_by_byte_is_a_frame(server: Server, room: Room) -> None:
    with RawSocket(server) as socket:
        socket.shake(room.slug)
        for byte in raw.command(type="ping", ref="slowly"):
            socket.send(bytes([byte]))
        assert socket.to_the_end("slowly").frames[-1]["ref"] == "slowly"


def bombs() -> Iterator[object]:
    yield pytest.param(frame(TEXT, b"\0\xff\xfe\x12", reserved=DEFLATED), 1002, id="garbage")
    zeros = frame(TEXT, raw.deflated(bytes(10_000_000)), reserved=DEFLATED)
    assert len(zeros) < 11_000
    yield pytest.param(zeros, 1009, id="10 MB of zeros")
    yield pytest.param(frame(PING, raw.deflated(b"x"), reserved=DEFLATED), 1002, id="ping")
    bad = frame(TEXT, raw.deflated(b"\xff"), reserved=DEFLATED)
    yield pytest.param(bad, 1007, id="no text")
    whole = raw.deflated(ASKED)
    marked = frame(TEXT, whole[:4], final=False, reserved=DEFLATED)
    marked += frame(CONTINUATION, whole[4:], reserved=DEFLATED)
    yield pytest.param(marked, 1002, id="marked twice")


@pytest.mark.parametrize(("data", "code"), list(bombs()))
async def test_compressed_bytes_that_are_not_what_they_should(
    server: Server, room: Room, kind: Kind, data: bytes, code: int
) -> None:
    """Daphne agrees to no compression: there each is a reserved bit."""
    got = said(server, room, data, compress=True)
    assert not [one for one in got.frames if one["type"] == "pong"]
    assert got.closed == (code if kind == "uvicorn" else None)


async def test_a_compressed_command_is_heard_where_that_was_agreed(
    server: Server, room: Room, kind: Kind
) -> None:
    with RawSocket(server) as socket:
        socket.shake(room.slug, Sec_WebSocket_Extensions=DEFLATE)
        agreed = "permessage-deflate" in socket.answer
        socket.send(frame(TEXT, raw.deflated(ASKED), reserved=DEFLATED))
        got = socket.to_the_end("asked")
    pongs = [one["ref"] for one in got.frames if one["type"] == "pong"]
    assert (agreed, pongs) == ((True, ["asked"]) if kind == "uvicorn" else (False, []))
