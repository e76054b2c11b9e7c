"""What a browser says when it opens a socket: from where, to whom, in which language."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import translation

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?", re.IGNORECASE)
_SESSION_KEY = re.compile(r"[a-z0-9]{8,64}")
_PORTS = {"http": "80", "https": "443"}


class SameOrigin:
    """Lets in sockets that pages of this site have opened; others may bring a person's cookie.

    The scheme, host and port of the Origin have to be one of ``settings.ORIGINS``.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = refuse(scope)
        if refusal is None:
            await self._application(scope, receive, send)
        else:
            await _reject(scope, receive, send, refusal)


async def deny(scope: Scope, receive: Receive, send: Send) -> None:
    """Reject a socket at an address where there is none."""
    await _reject(scope, receive, send, 404)


def refuse(scope: Scope) -> int | None:
    """Return the status with which a handshake is refused; None if it is welcome."""
    host, _port = split_domain_port(header(scope, b"host").lower())
    if not validate_host(host, settings.ALLOWED_HOSTS):
        return 400
    origin = header(scope, b"origin")
    if origin in ("", "null"):
        return 403
    parts = _origin_parts(origin)
    if parts is None:
        return 400
    return None if parts in _allowed_origins(tuple(settings.ORIGINS)) else 403


def header(scope: Scope, name: bytes) -> str:
    """Return a header of the handshake, or ""."""
    values: list[bytes] = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1") if values else ""


def session_key(scope: Scope) -> str:
    """Return the key in the session cookie, or "" where it cannot be one."""
    key = parse_cookie(header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")
    return key if _SESSION_KEY.fullmatch(key) else ""


def language(scope: Scope) -> str:
    """Return the language to show events in: as asked for, else the browser's."""
    query: bytes = scope.get("query_string", b"")
    asked = parse_qs(query.decode("latin-1")).get("lang", [""])[0]
    if asked in dict(settings.LANGUAGES):
        return asked
    request = HttpRequest()
    request.COOKIES = parse_cookie(header(scope, b"cookie"))
    request.META["HTTP_ACCEPT_LANGUAGE"] = header(scope, b"accept-language")
    return translation.get_language_from_request(request)


def _origin_parts(origin: str) -> tuple[str, str, str] | None:
    match = _ORIGIN.fullmatch(origin.lower())
    return (match[1], match[2], match[3] or _PORTS[match[1]]) if match else None


@lru_cache
def _allowed_origins(origins: tuple[str, ...]) -> frozenset[tuple[str, str, str] | None]:
    return frozenset(_origin_parts(origin.rstrip("/")) for origin in origins)


async def _reject(scope: Scope, receive: Receive, send: Send, status: int) -> None:
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})  # The server answers 403.
        return
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})
