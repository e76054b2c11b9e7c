"""How a client comes back: each at a time of its own, so that not all do at once."""

import asyncio
import random

import pytest

from consumers.client import RoomClient


class Away(Exception):
    """The client has waited often enough for this test."""


class Cut(RoomClient):
    """A client whose every connection is cut; the tenth time it is let in first."""

    connections = 0

    async def _connect(self, from_head: bool) -> int | None:
        self.connections += 1
        if self.connections == 10:
            self._ready.set()
        return 1012


async def test_it_waits_for_any_time_up_to_a_limit_that_grows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spans: list[tuple[float, float]] = []
    slept: list[float] = []

    def uniform(shortest: float, longest: float) -> float:
        spans.append((shortest, longest))
        return longest

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 11:
            raise Away

    monkeypatch.setattr(random, "uniform", uniform)
    client = Cut("http://127.0.0.1:1", "room")
    with monkeypatch.context() as patch:
        patch.setattr(asyncio, "sleep", sleep)
        with pytest.raises(Away):
            await client._run(from_head=True)
    await client.stop()
    limits = [2.0, 4.0, 8.0, 15.0, 15.0, 15.0, 15.0, 15.0, 15.0, 1.0, 2.0]
    assert spans == [(0.5, longest) for longest in limits], "and soon again once it was let in"
    assert slept == limits
