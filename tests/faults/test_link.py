"""Links forward everything, and do each thing that is done to them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults.link import Link, Streams
from tests.services import free_port

PATIENCE = 20.0


@asynccontextmanager
async def linked() -> AsyncIterator[tuple[Link, asyncio.Queue[Streams]]]:
    """Return a link, and the connections that arrive at its other end."""
    arrived: asyncio.Queue[Streams] = asyncio.Queue()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.put_nowait((reader, writer))

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    link = Link(server.sockets[0].getsockname()[1])
    await link.start()
    try:
        async with asyncio.timeout(PATIENCE):
            yield link, arrived
    finally:
        await link.stop()
        server.close()


async def connect(link: Link, arrived: asyncio.Queue[Streams]) -> tuple[Streams, Streams]:
    """Return both ends of a new connection that has been used each way."""
    here = await asyncio.open_connection("127.0.0.1", link.port)
    there = await arrived.get()
    assert await carried(here, there, b"up") == b"up"
    assert await carried(there, here, b"down") == b"down"
    return here, there


async def carried(sender: Streams, receiver: Streams, data: bytes) -> bytes:
    sender[1].write(data)
    return await receiver[0].readexactly(len(data))


def close(*ends: Streams) -> None:
    for _reader, writer in ends:
        writer.close()


async def is_reset(end: Streams) -> bool:
    """Wait for the end of a connection; tell whether it was torn down, and not ended in order."""
    try:
        assert await end[0].read() == b""
    except ConnectionError:
        return True
    return False


async def test_everything_arrives_and_an_end_is_an_end() -> None:
    async with linked() as (link, arrived):
        here, there = await connect(link, arrived)
        much = bytes(range(256)) * 8192
        both = await asyncio.gather(carried(here, there, much), carried(there, here, much))
        assert set(both) == {much}
        here[1].write_eof()
        assert await there[0].read() == b""
        assert await carried(there, here, b"more") == b"more"
        there[1].close()
        assert await here[0].read() == b""
        close(here)


async def test_a_delay_is_kept_both_ways_and_holds_nothing_up() -> None:
    async with linked() as (link, arrived):
        here, there = await connect(link, arrived)
        link.delay = 0.2
        began = time.monotonic()
        for _chunk in range(10):
            here[1].write(b"x")
            await asyncio.sleep(0)
        await there[0].readexactly(10)
        assert time.monotonic() - began >= 0.2
        assert await carried(there, here, b"back") == b"back"
        assert time.monotonic() - began >= 0.4
        close(here, there)


async def test_a_narrow_link_takes_its_time() -> None:
    async with linked() as (link, arrived):
        here, there = await connect(link, arrived)
        link.rate = 100_000
        began = time.monotonic()
        assert await carried(here, there, bytes(20_000)) == bytes(20_000)
        assert time.monotonic() - began >= 0.2
        close(here, there)


async def test_a_cut_link_resets_what_is_there_and_what_comes() -> None:
    async with linked() as (link, arrived):
        here, there = await connect(link, arrived)
        link.cut()
        assert await is_reset(here) and await is_reset(there)
        late = await asyncio.open_connection("127.0.0.1", link.port)
        assert await is_reset(late)
        link.heal()
        close(here, there, late, *await connect(link, arrived))


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_black_hole_swallows_one_way_until_it_is_healed(way: str) -> None:
    async with linked() as (link, arrived):
        here, there = await connect(link, arrived)
        sender, receiver = (here, there) if way == "up" else (there, here)
        link.freeze("up" if way == "up" else "down")
        sender[1].write(b"swallowed")
        receiver_gets = asyncio.create_task(receiver[0].readexactly(9))
        # The other way goes on, however often.
        for _turn in range(50):
            assert await carried(receiver, sender, b"on") == b"on"
        assert not receiver_gets.done()
        link.heal()
        assert await receiver_gets == b"swallowed"
        close(here, there)


async def test_one_half_can_be_closed() -> None:
    async with linked() as (link, arrived):
        here, there = await connect(link, arrived)
        link.half_close("up")
        assert await there[0].read() == b""
        here[1].write(b"goes nowhere")
        assert await carried(there, here, b"arrives") == b"arrives"
        there[1].close()
        assert await here[0].read() == b""
        close(here)


async def test_where_nobody_listens_a_connection_is_reset() -> None:
    link = Link(free_port())
    await link.start()
    here = await asyncio.open_connection("127.0.0.1", link.port)
    assert await is_reset(here)
    close(here)
    await link.stop()
