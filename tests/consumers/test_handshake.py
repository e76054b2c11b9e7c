"""Who may open a socket, and what the handshake says about them."""

from typing import Any

import pytest
from pytest_django import Settings

from consumers import handshake

SITE = "https://debate.example.org"


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.ORIGINS = [SITE, "http://localhost:8000"]
    settings.ALLOWED_HOSTS = ["debate.example.org", "localhost"]


def scope(*, query: str = "", **headers: str) -> dict[str, Any]:
    named = {"host": "debate.example.org", "origin": SITE, **headers}
    pairs = [(key.replace("_", "-").encode(), value.encode()) for key, value in named.items()]
    return {"type": "websocket", "headers": pairs, "query_string": query.encode()}


@pytest.mark.parametrize("origin", [SITE, f"{SITE}:443", "https://DEBATE.example.org"])
def test_pages_of_the_site_are_welcome(origin: str) -> None:
    assert handshake.refuse(scope(origin=origin)) is None


def test_a_second_origin_is_welcome() -> None:
    assert handshake.refuse(scope(host="localhost:8000", origin="http://localhost:8000")) is None


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        pytest.param("", 403, id="none"),
        pytest.param("null", 403, id="null"),
        pytest.param(f"{SITE}:8443", 403, id="wrong port"),
        pytest.param("http://debate.example.org", 403, id="http on https"),
        pytest.param("http://localhost", 403, id="default port"),
        pytest.param("https://debate.example.org.evil.example", 403, id="look-alike after"),
        pytest.param("https://evildebate.example.org", 403, id="look-alike before"),
        pytest.param("https://www.debate.example.org", 403, id="subdomain"),
        pytest.param("https://debate.example.org/", 400, id="with path"),
        pytest.param("https://debate.example.org@evil.example", 400, id="user info"),
        pytest.param("https://[", 400, id="malformed"),
        pytest.param("https://débat.example.org", 400, id="not ASCII"),
        pytest.param("ftp://debate.example.org", 400, id="scheme"),
        pytest.param("https://debate.example.org:port", 400, id="port in letters"),
        pytest.param(f"{SITE} {SITE}", 400, id="two"),
        pytest.param("*", 400, id="star"),
    ],
)
def test_other_origins_are_refused(origin: str, status: int) -> None:
    assert handshake.refuse(scope(origin=origin)) == status


@pytest.mark.parametrize("host", ["", "evil.example", "debate.example.org.evil.example", "a b"])
def test_a_foreign_host_is_refused(host: str) -> None:
    assert handshake.refuse(scope(host=host)) == 400


@pytest.mark.parametrize(
    ("cookie", "key"),
    [
        ("", ""),
        ("sessionid=abcdefgh12345678", "abcdefgh12345678"),
        ("theme=dark; sessionid=abcdefgh12345678; x", "abcdefgh12345678"),
        ("sessionid=", ""),
        ("sessionid=../../etc/passwd", ""),
        ("sessionid=a\0b", ""),
        ("sessionid='; DROP TABLE rooms_event", ""),
        (f"sessionid={'a' * 5000}", ""),
        (";;;==;=", ""),
    ],
)
def test_a_session_cookie_is_a_key_or_nothing(cookie: str, key: str) -> None:
    assert handshake.session_key(scope(cookie=cookie)) == key


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("lang=en", {}, "en"),
        ("lang=fr", {"accept_language": "en"}, "fr"),
        ("lang=xx", {"accept_language": "en"}, "en"),
        ("lang=%00&lang=en", {"accept_language": "en-GB,en;q=0.9"}, "en"),
        ("", {"cookie": "django_language=en", "accept_language": "fr"}, "en"),
        ("", {"accept_language": "de, en;q=0.5"}, "en"),
        ("", {"accept_language": "\x7f;;q=x"}, "fr"),
        ("", {}, "fr"),
    ],
)
def test_language(query: str, headers: dict[str, str], language: str) -> None:
    assert handshake.language(scope(query=query, **headers)) == language
