"""WebSocket by hand: bytes that no library would send, and what a server makes of them."""

import json
import os
import select
import socket
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.servers import Server

PATIENCE = 30.0
HEAD = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
"""The head of a request, which has not ended."""

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
DEFLATED = 0x4
"""The reserved bit that marks a compressed message."""
DEFLATE = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"


def frame(
    opcode: int,
    payload: bytes = b"",
    *,
    final: bool = True,
    reserved: int = 0,
    masked: bool = True,
    announced: int | None = None,
    width: int | None = None,
) -> bytes:
    """Return a frame; ``announced`` is a length it only claims, ``width`` the bytes that say it."""
    length = len(payload) if announced is None else announced
    width = width if width is not None else 0 if length < 126 else 2 if length < 2**16 else 8
    short, more = {
        0: (length, b""),
        2: (126, struct.pack("!H", length & 0xFFFF)),
        8: (127, struct.pack("!Q", length)),
    }[width]
    head = bytes([final << 7 | reserved << 4 | opcode, masked << 7 | short]) + more
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[n % 4] for n, byte in enumerate(payload))


def deflated(payload: bytes) -> bytes:
    """Return the payload of a compressed message."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -12)
    return (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


def inflated(payload: bytes) -> bytes:
    """Return what was compressed."""
    return zlib.decompressobj(-15).decompress(payload + b"\0\0\xff\xff")


def command(**fields: Any) -> bytes:
    """Return a command as a text frame."""
    return frame(TEXT, json.dumps(fields).encode())


def request(server: Server, path: str, headers: dict[str, str | None] | None = None) -> bytes:
    """Return the bytes of a handshake as a page of the site sends it, with some headers changed."""
    lines: dict[str, str | None] = {
        "Host": f"127.0.0.1:{server.port}",
        "Origin": server.url,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **(headers or {}),
    }
    shown = [f"{name}: {value}" for name, value in lines.items() if value is not None]
    return "\r\n".join([f"GET {path} HTTP/1.1", *shown, "", ""]).encode("latin-1")


def connections(server: Server) -> int:
    """Return how many connections the process of a server has with clients."""
    fds = f"/proc/{server.process.pid}/fd"
    inodes = set()
    for fd in os.listdir(fds):
        with suppress(FileNotFoundError):
            inodes.add(os.readlink(f"{fds}/{fd}").removeprefix("socket:[").removesuffix("]"))
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    ours = f":{server.port:04X}"
    return sum(row[1].endswith(ours) and row[3] != "0A" and row[9] in inodes for row in rows)


@dataclass
class Received:
    """What a server sent to the end: commands' answers, control frames, and how it ended."""

    frames: list[dict[str, Any]] = field(default_factory=list)
    pongs: list[bytes] = field(default_factory=list)
    closed: int | None = None
    """The code of its close frame; None if it ended the connection without."""

    @property
    def codes(self) -> list[str]:
        """Return the codes of all refusals."""
        return [frame["code"] for frame in self.frames if frame["type"] == "nack"]


class RawSocket:
    """A TCP connection that has shaken hands with a server, or not yet."""

    def __init__(
        self,
        server: Server,
        *,
        port: int = 0,
        receive_buffer: int = 0,
        patience: float = PATIENCE,
    ) -> None:
        self._tcp = socket.socket()
        if receive_buffer:
            self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._tcp.settimeout(patience)
        self._tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._tcp.connect(("127.0.0.1", port or server.port))
        self._server = server
        self._read = b""
        self.answer = ""
        """The head of the server's answer to the handshake."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._tcp.close()

    def shake(self, slug: str, session: str = "", **headers: str | None) -> Self:
        """Open a room's socket; raises unless the server lets it in."""
        cookie = f"sessionid={session}" if session else None
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        path = f"/ws/rooms/{slug}/?lang=en"
        self.send(request(self._server, path, {"Cookie": cookie, **changed}))
        while b"\r\n\r\n" not in self._read:
            self._read += self._more()
        head, self._read = self._read.split(b"\r\n\r\n", 1)
        self.answer = head.decode("latin-1")
        assert self.answer.startswith("HTTP/1.1 101 "), self.answer
        return self

    def status(self) -> int | None:
        """Return the status of the server's answer; None if it ends the connection without."""
        try:
            while b"\r\n" not in self._read:
                self._read += self._more()
        except (EOFError, ConnectionResetError):
            return None
        return int(self._read.split(b" ", 2)[1])

    def send(self, data: bytes) -> None:
        """Send bytes; a server that has ended the connection before is no error."""
        try:
            self._tcp.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return

    def next_frame(self) -> tuple[int, bytes] | None:
        """Return the opcode and payload of the server's next frame; None at the end."""
        try:
            head = self._take(2)
            compressed = bool(head[0] & DEFLATED << 4)
            length = head[1] & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", self._take(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._take(8))
            payload = self._take(length)
            return head[0] & 0x0F, inflated(payload) if compressed else payload
        except (EOFError, ConnectionResetError):
            return None

    def to_the_end(self, until_pong: str = "") -> Received:
        """Read until the connection ends, or until a ping of ours with this ref was answered."""
        received = Received()
        while (got := self.next_frame()) is not None:
            opcode, payload = got
            if opcode == TEXT:
                answer = json.loads(payload)
                received.frames.append(answer)
                if answer["type"] == "pong" and answer["ref"] == until_pong:
                    break
            elif opcode == PONG:
                received.pongs.append(payload)
            elif opcode == CLOSE:
                received.closed = struct.unpack("!H", payload[:2])[0] if payload else 1005
                break
        return received

    def drop_to_the_end(self) -> None:
        """Wait until the server ends the connection, whatever it says before."""
        with suppress(ConnectionResetError):
            while self._tcp.recv(65536):
                pass

    def is_ended_after(self, data: bytes) -> bool:
        """Send something; tell whether the server has ended the connection by then."""
        try:
            self._tcp.sendall(data)
            return bool(select.select([self._tcp], [], [], 0)[0]) and not self._tcp.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            return True

    def _take(self, size: int) -> bytes:
        while len(self._read) < size:
            self._read += self._more()
        taken, self._read = self._read[:size], self._read[size:]
        return taken

    def _more(self) -> bytes:
        if data := self._tcp.recv(65536):
            return data
        raise EOFError
