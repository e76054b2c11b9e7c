"""Sending to one socket: at once where it takes it, and without holding up others."""

import asyncio
from typing import Any

import pytest

from consumers.pushes import Frame
from consumers.wire import Wire, start


class Pipe:
    """A socket's sending side that takes frames only while it is open."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.open = asyncio.Event()
        self.open.set()
        self.error: Exception | None = None

    async def send(self, message: Any) -> None:
        await self.open.wait()
        if self.error:
            raise self.error
        self.taken.append(message.get("text") or message["type"])


@pytest.fixture
async def pipe() -> Pipe:
    return Pipe()


@pytest.fixture
async def wire(pipe: Pipe) -> Wire:
    return Wire(pipe.send)


async def test_a_socket_that_takes_frames_gets_them_at_once(pipe: Pipe, wire: Wire) -> None:
    wire.send_now(Frame("one"))
    wire.send_now(Frame("two"))
    assert pipe.taken == ["one", "two"]
    assert wire.is_free


async def test_one_that_does_not_is_not_free_until_it_has(pipe: Pipe, wire: Wire) -> None:
    pipe.open.clear()
    wire.send_now(Frame("one"))
    assert not wire.is_free
    pipe.open.set()
    await wire.drain()
    assert pipe.taken == ["one"]
    assert wire.is_free


async def test_what_is_sent_later_comes_later(pipe: Pipe, wire: Wire) -> None:
    pipe.open.clear()
    wire.send_now(Frame("one"))
    second = asyncio.create_task(wire.send(Frame("two")))
    await asyncio.sleep(0)
    pipe.open.set()
    await second
    assert pipe.taken == ["one", "two"]


async def test_who_waits_for_a_socket_is_not_overtaken(pipe: Pipe) -> None:
    """Neither by another who waits, nor by what a socket takes that has just become free."""
    free = False

    def write(frame: Frame) -> bool:
        if free:
            pipe.taken.append(frame.text)
        return free

    wire = Wire(pipe.send, write)
    pipe.open.clear()
    waiting = [asyncio.create_task(wire.send(Frame(text))) for text in ("one", "two", "three")]
    await asyncio.sleep(0)
    assert not wire.is_free
    free = True
    pipe.open.set()
    if wire.is_free:
        wire.send_now(Frame("four"))
    await asyncio.gather(*waiting)
    assert pipe.taken == ["one", "two", "three"]
    assert wire.is_free


@pytest.mark.parametrize("error", [ConnectionResetError(), RuntimeError("closed")])
async def test_a_failing_send_means_that_nobody_is_there(
    pipe: Pipe, wire: Wire, error: Exception
) -> None:
    pipe.error = error
    wire.send_now(Frame("one"))
    assert wire.gone
    assert not wire.is_free
    await wire.send(Frame("two"))
    await wire.close(1000)
    assert pipe.taken == []


async def test_nothing_is_sent_after_closing(pipe: Pipe, wire: Wire) -> None:
    await wire.accept()
    await wire.close(1012)
    await wire.send(Frame("one"))
    await wire.close(1012)
    assert pipe.taken == ["websocket.accept", "websocket.close"]


async def test_who_is_not_let_in_yet_is_let_in_to_be_told_why(pipe: Pipe, wire: Wire) -> None:
    await wire.close(1012)
    assert pipe.taken == ["websocket.accept", "websocket.close"]


async def test_a_started_coroutine_goes_on_through_every_wait() -> None:
    seen: list[object] = []

    async def work() -> None:
        seen.append("begun")
        await asyncio.sleep(0)
        try:
            await asyncio.wait_for(asyncio.Event().wait(), 0.001)
        except TimeoutError:
            seen.append("timed out")
        seen.append(await asyncio.to_thread(lambda: "from a thread"))

    task = start(work())
    assert seen == ["begun"]
    assert task is not None
    await task
    assert seen == ["begun", "timed out", "from a thread"]


async def test_a_started_coroutine_can_be_cancelled() -> None:
    async def work() -> None:
        await asyncio.Event().wait()

    task = start(work())
    assert task is not None
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_frame_is_written_as_it_is_where_the_server_can(pipe: Pipe) -> None:
    written: list[Frame] = []
    takes = True

    def write(frame: Frame) -> bool:
        if takes:
            written.append(frame)
        return takes

    wire, frame = Wire(pipe.send, write), Frame("one")
    wire.send_now(frame)
    await wire.send(frame)
    assert written == [frame, frame] and pipe.taken == []
    takes = False
    wire.send_now(frame)
    await wire.send(frame)
    assert len(written) == 2 and pipe.taken == ["one", "one"]
    wire.gone = True
    await wire.send(frame)
    assert len(pipe.taken) == 2


async def test_what_is_written_does_not_overtake(pipe: Pipe) -> None:
    def write(frame: Frame) -> bool:
        if pipe.open.is_set():
            pipe.taken.append(frame.text)
        return pipe.open.is_set()

    pipe.open.clear()
    wire = Wire(pipe.send, write)
    wire.send_now(Frame("one"))
    second = asyncio.create_task(wire.send(Frame("two")))
    await asyncio.sleep(0)
    assert pipe.taken == []
    pipe.open.set()
    await second
    assert pipe.taken == ["one", "two"]


async def test_by_any_other_server_it_is_sent_as_text(pipe: Pipe, wire: Wire) -> None:
    wire.send_now(Frame("one"))
    await wire.send(Frame("two"))
    assert pipe.taken == ["one", "two"]
