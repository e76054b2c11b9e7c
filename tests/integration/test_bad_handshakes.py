"""Handshakes that no page of this site makes: refused without a word in the log."""

import socket

import pytest

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import create_room
from tests.servers import Server
from tests.sockets import connected

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/ws/rooms/no-such-room/"


@pytest.fixture
def room() -> Room:
    return create_room(title="Handshake", owner_name="Olga", guest_key="olga")


def shake(server: Server, path: str = PATH, **changes: str | None) -> int:
    """Send a handshake with some headers changed, or left out; return the status."""
    headers: dict[str, str | None] = {
        "Host": f"127.0.0.1:{server.port}",
        "Origin": server.url,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    request = "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode("latin-1")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request)
        answer = connection.recv(4096).decode("latin-1")
    return int(answer.split(" ", 2)[1])


def test_a_page_of_the_site_is_let_in(server: Server) -> None:
    assert shake(server) == 101


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param(None, id="none"),
        pytest.param("null", id="null"),
        pytest.param("http://127.0.0.1:1", id="wrong port"),
        pytest.param("http://127.0.0.1", id="no port"),
        pytest.param("https://127.0.0.1:{port}", id="other scheme"),
        pytest.param("http://127.0.0.1.evil.example:{port}", id="look-alike"),
        pytest.param("http://evil.example", id="foreign"),
    ],
)
def test_another_origin_is_forbidden(server: Server, origin: str | None) -> None:
    assert shake(server, Origin=origin and origin.format(port=server.port)) == 403


@pytest.mark.parametrize("origin", ["http://[", "not an origin", "http://a b", "http://\xff"])
def test_a_malformed_origin_is_refused(server: Server, origin: str) -> None:
    # Daphne has no way to answer an application's 400.
    assert shake(server, Origin=origin) in (400, 403)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a b"])
def test_a_foreign_host_is_refused(server: Server, host: str) -> None:
    assert shake(server, Host=host) in (400, 403)


@pytest.mark.parametrize("value", ["a\x00b", "a\x0bb", "a\x7fb"])
def test_control_bytes_in_a_header_let_nobody_in_who_should_not_be(
    server: Server, value: str
) -> None:
    assert shake(server, Origin=value) in (400, 403)
    assert shake(server, X_Other=value) in (101, 400)


@pytest.mark.parametrize(
    "path", ["/ws/", "/ws/rooms/", "/ws/rooms/a/b/", "/", "/ws/rooms/a%00b/", "/ws/rooms/../x/"]
)
def test_an_unknown_address_is_refused(server: Server, path: str) -> None:
    assert shake(server, path) in (403, 404)


@pytest.mark.parametrize(
    "cookie",
    [
        "sessionid=garbage",
        "sessionid=" + "x" * 3000,
        "sessionid=abcdefgh; sessionid=ijklmnop",
        "sessionid=%00%ff",
        ";;;=;==",
        "sessionid=\xff\xfe",
    ],
)
async def test_a_garbage_cookie_makes_a_guest(server: Server, room: Room, cookie: str) -> None:
    headers = {"Cookie": cookie}
    async with connected(server, room.slug, headers=headers) as client:
        assert client.frames[0]["you"] is None


@pytest.mark.parametrize("query", ["lang=xx", "lang=", "lang=%00", "lang=en&lang=fr", "%", "=&=&="])
def test_a_strange_query_does_no_harm(server: Server, query: str) -> None:
    assert shake(server, f"{PATH}?{query}") == 101
