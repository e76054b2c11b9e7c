"""What uvicorn's sockets keep for each connection."""

import asyncio

from livedebate.servers.shared_frames import Inbox


async def test_an_inbox_gives_everything_in_order() -> None:
    inbox = Inbox()
    first = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    for number in range(3):
        inbox.put_nowait(number)
    assert [await first, await inbox.get(), await inbox.get()] == [0, 1, 2]
    assert inbox.empty()


async def test_who_stops_waiting_takes_nothing_away() -> None:
    inbox = Inbox()
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    inbox.put_nowait("one")
    assert await inbox.get() == "one"
