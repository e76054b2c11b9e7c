"""Sending at an even rate, whatever becomes of what was sent before."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable

from consumers.replay.report import percentile
from tests.benchmarks.task import Steady


async def timetable(rate: float, seconds: float) -> AsyncIterator[tuple[int, float]]:
    """Give the index of each message and when it is due, when it is due or late."""
    began = time.monotonic()
    for index in range(round(seconds * rate)):
        due = began + index / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        yield index, due


def steady(rate: float, waits: Iterable[float]) -> Steady:
    """Sum up how long messages took."""
    ordered = sorted(waits)
    return Steady(rate, percentile(ordered, 50), percentile(ordered, 99), ordered[-1])
