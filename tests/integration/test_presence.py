"""Who is here is counted by one clock, whatever those of the workers say."""

import time

import pytest
from django.conf import settings

from consumers.presence import Presence

ROOM = 4711


@pytest.mark.parametrize("apart", [-3600.0, -30.0, 30.0, 3600.0])
async def test_workers_whose_clocks_differ_count_the_same(
    apart: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.REDIS_URL
    right, wrong = Presence({}), Presence({})
    clock = time.time

    async def count(presence: Presence, ahead: float, *names: str) -> int:
        monkeypatch.setattr(time, "time", lambda: clock() + ahead)
        return (await presence._count({ROOM: set(names)}))[ROOM]

    try:
        await count(right, 0, "Alice")
        assert await count(wrong, apart, "Bob") == 2
        assert await count(right, 0, "Alice") == 2
        assert await count(wrong, apart, "Bob") == 2
    finally:
        await right.stop()
        await wrong.stop()
