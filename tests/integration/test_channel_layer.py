"""The channel layer of the settings, on a real Redis."""

import asyncio

from channels.layers import channel_layers

IDLE = 6.5
"""Seconds; redis-py gives up reading after 5 by default."""


async def test_a_room_may_be_quiet_for_a_while() -> None:
    layer = channel_layers.make_backend("default")
    assert type(layer).__name__ == "RedisPubSubChannelLayer"
    channel = await layer.new_channel()
    await layer.group_add("room.1", channel)
    received = asyncio.create_task(layer.receive(channel))
    done, _ = await asyncio.wait([received], timeout=IDLE)
    assert not done
    await layer.group_send("room.1", {"type": "room.events"})
    assert await asyncio.wait_for(received, 2) == {"type": "room.events"}
    await layer.flush()
