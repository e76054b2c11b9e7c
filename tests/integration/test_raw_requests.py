"""Requests that no browser makes, byte by byte: answered or dropped, without a word in the log."""

import socket

import pytest

from tests.servers import Server

pytestmark = pytest.mark.django_db(transaction=True)

LARGE = 3_000_000


def send(server: Server, request: bytes) -> int:
    """Send bytes; return the status of what is answered, 0 where the connection is only closed."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        try:
            connection.sendall(request.replace(b"{host}", f"127.0.0.1:{server.port}".encode()))
            answer = connection.recv(4096)
        except (BrokenPipeError, ConnectionResetError):
            return 0
    return int(answer.split(b" ", 2)[1]) if answer else 0


def get(path: bytes, *headers: bytes) -> bytes:
    lines = [b"GET " + path + b" HTTP/1.1", b"Host: {host}", b"Connection: close", *headers]
    return b"\r\n".join([*lines, b"", b""])


def form(path: bytes, body: bytes, *headers: bytes) -> bytes:
    kind = b"Content-Type: application/x-www-form-urlencoded"
    lines = [b"POST " + path + b" HTTP/1.1", b"Host: {host}", b"Connection: close", kind, *headers]
    return b"\r\n".join([*lines, b"", b""]) + body


@pytest.mark.parametrize(
    ("request_", "statuses"),
    [
        pytest.param(get(b"/"), {200}, id="a good one"),
        pytest.param(get(b"/rooms/a%00b/"), {404}, id="NUL in the path"),
        pytest.param(get(b"/rooms/%ff%fe/"), {400, 404}, id="a path that is no text"),
        pytest.param(get(b"/rooms/\xff\xfe/"), {0, 400, 404}, id="a path of raw bytes"),
        pytest.param(get(b"//evil.example/"), {404}, id="two slashes"),
        pytest.param(get(b"/rooms/../../etc/passwd"), {400, 404}, id="upwards"),
        pytest.param(get(b"/?q=%ff%00&&==&q[]=x"), {200}, id="a query of nothing"),
        pytest.param(get(b"/" + b"x" * 100_000), {0, 400, 404, 414, 431}, id="a very long path"),
        pytest.param(get(b"/", b"X-Long: " + b"x" * 200_000), {0, 200, 400, 431}, id="long header"),
        pytest.param(get(b"/", b"X-Bad: a\x00b"), {0, 200, 400}, id="NUL in a header"),
        pytest.param(get(b"/", b"Cookie: sessionid=\xff\xfe; ;=;"), {200}, id="a garbage cookie"),
        pytest.param(get(b"/", b"Accept-Language: \xff;q=x,,;"), {200}, id="no language"),
        pytest.param(get(b"/", b"Host: evil.example"), {0, 400}, id="two hosts"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", {0, 200, 400}, id="no host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", {400}, id="a foreign host"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", {0, 400}, id="TLS"),
        pytest.param(b"FOO / HTTP/1.1\r\nHost: {host}\r\n\r\n", {0, 400, 403, 405}, id="no method"),
        pytest.param(
            form(b"/rooms/new", b"title=" + b"x" * LARGE, b"Content-Length: %d" % (LARGE + 6)),
            {0, 400, 403, 413},
            id="a form of 3 MB",
        ),
        pytest.param(
            form(b"/language", b"x=1", b"Content-Length: 3", b"Content-Length: 30"),
            {0, 400},
            id="two lengths",
        ),
        pytest.param(
            form(b"/language", b"0\r\n\r\n", b"Content-Length: 5", b"Transfer-Encoding: chunked"),
            {0, 400, 403},
            id="a length and chunks",
        ),
        pytest.param(
            form(b"/language", b"x=1", b"Content-Length: -3"), {0, 400}, id="a length below zero"
        ),
        pytest.param(
            form(b"/language", b"%ff%00=%", b"Content-Length: 8"), {400, 403}, id="a form of bytes"
        ),
    ],
)
def test_it_is_answered_or_dropped(server: Server, request_: bytes, statuses: set[int]) -> None:
    assert send(server, request_) in statuses
