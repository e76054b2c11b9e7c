"""What becomes of a socket that is ended at an odd moment."""

import asyncio
from typing import Any

import pytest

from consumers.close_codes import CloseCode
from consumers.hub import Hub
from consumers.room import room_socket
from consumers.visitors import Visitor


async def test_who_comes_while_a_worker_stops_is_told_to_come_back(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async def never_answered(slug: str, session_key: str) -> Visitor | None:
        asked.set()
        return await asyncio.Future[Visitor | None]()

    monkeypatch.setattr(hub.admission, "submit", never_answered)
    scope: dict[str, Any] = {"headers": [], "query_string": b""}
    coming = asyncio.create_task(room_socket("anywhere", scope, receive, send))
    await asyncio.wait_for(asked.wait(), 30)
    await hub.send_away()
    await coming
    assert sent == [
        {"type": "websocket.accept"},
        {"type": "websocket.close", "code": CloseCode.RESTART},
    ]
