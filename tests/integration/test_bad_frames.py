"""Frames that are no commands: each is answered, and the socket stays."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from consumers.close_codes import CloseCode
from consumers.throttle import BURST, RESUME
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from tests.servers import Server
from tests.sockets import Client, Person, connected, join, raw

pytestmark = pytest.mark.django_db(transaction=True)

POST = {"type": "post", "ref": "r", "id": "1", "text": "Bonjour"}


@pytest.fixture
def room() -> Room:
    return create_room(title="Frames", owner_name="Olga", guest_key="olga")


@pytest.fixture
def alice(room: Room) -> Person:
    return join(room, "Alice")


@pytest.fixture
async def client(server: Server, room: Room, alice: Person) -> AsyncIterator[Client]:
    async with connected(server, room.slug, alice) as client:
        yield client


async def answer(client: Client, frame: str | bytes) -> dict[str, Any]:
    """Send a frame; return its answer, and make sure that the socket still works."""
    seen = len(client.frames)
    if isinstance(frame, bytes):
        await client.socket.send_bytes(frame)
    else:
        await client.socket.send_str(frame)
    nack = await client.of_type("nack", since=seen)
    assert (await client.ask(type="ping"))["type"] == "pong"
    return nack


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        pytest.param(b'{"type":"ping","ref":"r"}', "bad_frame", id="binary"),
        pytest.param(b"", "bad_frame", id="empty binary"),
        pytest.param("", "bad_json", id="empty"),
        pytest.param("hello", "bad_json", id="word"),
        pytest.param("[1]", "bad_shape", id="array"),
        pytest.param("null", "bad_shape", id="null"),
        pytest.param('"x"', "bad_shape", id="string"),
        pytest.param("[" * 100_000, "too_long", id="100k brackets"),
        pytest.param("[" * 8_000, "bad_json", id="8k brackets"),
        pytest.param('{"type":"seen","seq":' + "9" * 5_000 + "}", "bad_shape", id="5000 digits"),
        pytest.param('{"type":"seen","seq":NaN}', "bad_json", id="NaN"),
        pytest.param('{"type":"seen","seq":1e999}', "bad_shape", id="1e999"),
        pytest.param('{"type":"seen","seq":9223372036854775808}', "bad_shape", id="2^63"),
        pytest.param('{"type":"ping","ref":"a","ref":"b"}', "bad_json", id="duplicate keys"),
        pytest.param('{"type":"__init__","ref":"r"}', "unknown", id="__init__"),
        pytest.param('{"type":"ping","ref":"r","x":1}', "bad_shape", id="extra key"),
        pytest.param('{"type":"ping","ref":"\\ud800"}', "bad_char", id="lone surrogate"),
        pytest.param(json.dumps({**POST, "text": "a\0b"}), "bad_char", id="NUL in text"),
        pytest.param(json.dumps({**POST, "text": "x" * 8192}), "too_long", id="over 8 KiB"),
        pytest.param(json.dumps({**POST, "text": "x" * 70_000}), "too_long", id="over 64 KiB"),
        pytest.param(json.dumps({**POST, "text": "x" * 2001}), "too_long", id="2001 characters"),
        pytest.param(json.dumps({**POST, "text": " \u200b\n"}), "empty", id="nothing to read"),
        pytest.param(json.dumps({**POST, "text": "a\x07"}), "bad_char", id="control character"),
        pytest.param(json.dumps({**POST, "text": "Z" + "\u0300" * 9}), "bad_char", id="zalgo"),
        pytest.param(
            '{"type":"post","ref":"r","text":"no id"}', "bad_shape", id="no client message id"
        ),
        pytest.param('{"type":"resume","epoch":"e","after":-1}', "bad_shape", id="cursor -1"),
        pytest.param('{"type":"resume","epoch":"e","after":"5"}', "bad_shape", id='cursor "5"'),
        pytest.param('{"type":"resume","epoch":"e","after":5.0}', "bad_shape", id="cursor 5.0"),
        pytest.param('{"type":"resume","epoch":"e","after":true}', "bad_shape", id="cursor true"),
        pytest.param('{"type":"seen","seq":1}', "bad_shape", id="acknowledged beyond sent"),
    ],
)
async def test_a_bad_frame_is_answered(client: Client, frame: str | bytes, code: str) -> None:
    nack = await answer(client, frame)
    assert nack["code"] == code
    assert nack["message"]


async def test_the_answer_names_the_ref(client: Client) -> None:
    nack = await answer(client, json.dumps({**POST, "ref": "mine", "side": "left"}))
    assert nack["ref"] == "mine"


async def test_the_answer_is_in_the_readers_language(
    server: Server, room: Room, alice: Person
) -> None:
    messages = set()
    for language in ("en", "fr"):
        async with connected(server, room.slug, alice, language=language) as client:
            messages.add((await answer(client, "null"))["message"])
    assert len(messages) == 2


async def test_text_frames_with_bytes_that_are_no_text_close_the_socket(
    server: Server, room: Room, alice: Person
) -> None:
    async with raw(server, room.slug, alice) as socket:
        await socket.receive()
        await socket.send_frame(b"\xff\xfe", aiohttp.WSMsgType.TEXT)
        await socket.receive()
        # Daphne drops the connection without a word.
        assert socket.close_code in (1006, 1007)


async def test_too_many_frames_are_slowed_down_and_then_closed(
    server: Server, room: Room, alice: Person
) -> None:
    async with connected(server, room.slug, alice) as client:
        for number in range(5 * BURST):
            await client.send(type="ping", ref=f"{number}")
        assert await client.closed() == CloseCode.TOO_FAST
    slowed = [frame for frame in client.frames if frame["type"] == "nack"]
    assert {frame["code"] for frame in slowed} == {"slow_down"}
    assert all(frame["ref"] and frame["retry_after"] for frame in slowed)
    assert len([frame for frame in client.frames if frame["type"] == "pong"]) >= BURST


async def test_one_who_resumes_again_and_again_is_slowed_down(
    server: Server, room: Room, alice: Person
) -> None:
    """Each has the log read: fifty who do nothing else would hold up everybody."""
    async with connected(server, room.slug, alice) as client:
        for _time in range(2 * BURST // RESUME):
            await client.send(type="resume", epoch=client.epoch, after=0)
        nack = await client.of_type("nack")
        assert (nack["code"], nack["ref"]) == ("slow_down", None) and nack["retry_after"]
        while (answer := await client.ask(type="ping"))["type"] != "pong":
            assert answer["code"] == "slow_down"
            await asyncio.sleep(answer["retry_after"])
