"""What a proxy or an orchestrator asks: is this worker alive, and can it do its work?

Answered before Django, so that a probe needs no allowed Host and no session.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection
from redis import Redis

from consumers.draining import is_stopping

Application = Callable[[Any, Any, Any], Awaitable[None]]

READY_TIMEOUT = 3.0
"""Seconds after which a database that has not answered counts as away."""


class Health:
    """Answers ``/healthz`` and ``/readyz``; hands everything else on.

    ``/healthz`` touches nothing. ``/readyz`` answers 503 without a database, and from when the
    worker was asked to stop; without Redis messages only take longer, so that alone keeps the
    worker in service.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/healthz":
            await _answer(send, 200, "ok\n")
        elif scope["path"] == "/readyz":
            await _answer(send, *await _readiness())
        else:
            await self._application(scope, receive, send)


async def _readiness() -> tuple[int, str]:
    if is_stopping():
        return 503, "stopping\n"
    try:
        async with asyncio.timeout(READY_TIMEOUT):
            database, redis = await asyncio.to_thread(_look)
    except TimeoutError:
        database, redis = "away", "unknown"
    return 200 if database == "ok" else 503, f"database: {database}\nredis: {redis}\n"


def _look() -> tuple[str, str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return "away", "unknown"
    finally:
        close_old_connections()
    return "ok", _redis()


def _redis() -> str:
    if not settings.REDIS_URL:
        return "not used"
    try:
        for url in settings.REDIS_URLS:
            Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1).ping()
    except Exception:
        return "away, messages take up to 2 s longer"
    return "ok"


async def _answer(send: Any, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
