"""Waiting for others, but not for ever."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def within(seconds: float, work: Awaitable[T]) -> T:
    """Await for at most so many seconds; raises ``TimeoutError``.

    A cancellation always gets through, also where what is awaited keeps it to itself or
    makes another error of it, as clients do that are cut off while they connect.
    """
    task = asyncio.current_task()
    assert task is not None
    before = task.cancelling()
    try:
        async with asyncio.timeout(seconds):
            result = await work
    except Exception as error:
        if task.cancelling() > before:
            raise asyncio.CancelledError from error
        raise
    if task.cancelling() > before:
        raise asyncio.CancelledError
    return result
