"""Clients that mean harm, in a process of their own.

Reads a ``Crew`` on standard input, writes a line once each has done its worst for the first time,
and goes on until it is ended. Whoever is thrown out comes back.
"""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from tests.raw import CONTINUATION, DEFLATE, DEFLATED, PING, TEXT, command, deflated, frame

BUFFER = 4096
"""Bytes that the kernel keeps of what such a client does not read."""
AT_MOST = 4 * 1024 * 1024
"""Bytes that one sends over one connection."""
TAKES_NO_MORE = 2.0
"""Seconds without progress after which a server is taken to have stopped reading."""
PAUSE = 0.2
"""Seconds before one who was thrown out comes back."""
PACE = 0.1
"""Seconds between handfuls of frames of those who keep below the limit."""
HANDFUL = 9
READY = 60.0


@dataclass(frozen=True)
class Crew:
    """So many clients of one kind, and where they go."""

    kind: str
    count: int
    port: int
    origin: str
    slug: str
    epoch: str


class TurnedAway(Exception):
    """A handshake was refused: nothing could be tried."""


class Hostile:
    """One client, over one connection after another."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        self.done = asyncio.Event()
        """Set once it has done its worst."""

    async def go_on(self) -> None:
        """Connect, do harm, be thrown out, again and again."""
        while True:
            with socket.socket() as self._tcp:
                self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
                self._tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._tcp.setblocking(False)
                try:
                    await asyncio.get_running_loop().sock_connect(
                        self._tcp, ("127.0.0.1", self.crew.port)
                    )
                    await KINDS[self.crew.kind](self)
                except TurnedAway:
                    pass
                except OSError:
                    self.done.set()
            await asyncio.sleep(PAUSE)

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._tcp, data)

    async def shake(self, *, extensions: str = "") -> None:
        """Open a socket of the room; raises ``TurnedAway``."""
        head = self.head() + (f"Sec-WebSocket-Extensions: {extensions}\r\n" if extensions else "")
        await self.send((head + "\r\n").encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = await asyncio.get_running_loop().sock_recv(self._tcp, 64)
            if not more:
                raise ConnectionResetError
            answer += more
        if not answer.startswith(b"HTTP/1.1 101 "):
            raise TurnedAway

    def head(self) -> str:
        """Return the head of a handshake, but for its end."""
        return (
            f"GET /ws/rooms/{self.crew.slug}/ HTTP/1.1\r\nHost: 127.0.0.1:{self.crew.port}\r\n"
            f"Origin: {self.crew.origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        )

    async def push(self, data: bytes) -> None:
        """Send the same again and again, until enough was sent or no more is taken; then stay."""
        for _time in range(AT_MOST // len(data)):
            try:
                await asyncio.wait_for(self.send(data), TAKES_NO_MORE)
            except TimeoutError:
                break
        await self.stay()

    async def keep_saying(self, data: bytes) -> None:
        """Send frames as fast as one may, and read nothing."""
        for time in range(AT_MOST):
            if time * PACE > 2 * TAKES_NO_MORE:
                self.done.set()
            await asyncio.wait_for(self.send(data * HANDFUL), None)
            await asyncio.sleep(PACE)

    async def stay(self) -> None:
        """Do nothing until the server ends the connection; never read from it."""
        self.done.set()
        await asyncio.Event().wait()

    async def wait_for_the_end(self) -> None:
        self.done.set()
        while await asyncio.get_running_loop().sock_recv(self._tcp, 64):
            pass

    def resume(self) -> bytes:
        return command(type="resume", epoch=self.crew.epoch, after=0)


async def reads_nothing(one: Hostile) -> None:
    await one.shake()
    await one.send(one.resume())
    await one.stay()


async def reads_nothing_and_resumes(one: Hostile) -> None:
    await one.shake()
    await one.keep_saying(one.resume())


async def reads_nothing_and_asks(one: Hostile) -> None:
    await one.shake()
    await one.keep_saying(command(type="unheard of", ref="r" * 64))


async def pings(one: Hostile) -> None:
    await one.shake()
    await one.push(frame(PING, b"x" * 125) * 32)


async def floods(one: Hostile) -> None:
    await one.shake()
    await one.push(frame(TEXT) * 10_000)


async def sends_fragments(one: Hostile) -> None:
    await one.shake()
    await one.send(frame(TEXT, final=False))
    await one.push(frame(CONTINUATION, final=False) * 10_000)


async def never_ends_a_frame(one: Hostile) -> None:
    await one.shake()
    await one.send(frame(TEXT, b"x" * 131_000, announced=131_072))
    await one.stay()


async def announces_much(one: Hostile) -> None:
    await one.shake()
    await one.send(frame(TEXT, announced=2**62))
    await one.push(b"x" * 65_536)


async def sends_bombs(one: Hostile) -> None:
    await one.shake(extensions=DEFLATE)
    await one.send(_BOMB)
    await one.wait_for_the_end()


async def never_ends_a_head(one: Hostile) -> None:
    await one.send(one.head().encode())
    await one.push(b"X-Other: x\r\n" * 1_000)


async def stalls_a_handshake(one: Hostile) -> None:
    await one.send(one.head().encode())
    await one.wait_for_the_end()


async def shakes_hands(one: Hostile) -> None:
    await one.shake()
    one.done.set()


async def byte_by_byte(one: Hostile) -> None:
    await one.shake()
    one.done.set()
    while True:
        for byte in command(type="ping", ref="r"):
            await one.send(bytes([byte]))
            await asyncio.sleep(0)
        await asyncio.sleep(PACE / HANDFUL)


_BOMB = frame(TEXT, deflated(bytes(10_000_000)), reserved=DEFLATED)

KINDS: dict[str, Callable[[Hostile], Awaitable[None]]] = {
    "reads nothing": reads_nothing,
    "reads nothing, resumes again and again": reads_nothing_and_resumes,
    "reads nothing, asks again and again": reads_nothing_and_asks,
    "pings, reads no pong": pings,
    "floods with frames": floods,
    "sends empty fragments": sends_fragments,
    "never ends a frame of 128 KiB": never_ends_a_frame,
    "announces 2^62 bytes": announces_much,
    "10 MB of zeros, compressed": sends_bombs,
    "never ends a head": never_ends_a_head,
    "stalls a handshake": stalls_a_handshake,
    "floods with handshakes": shakes_hands,
    "a byte in each segment": byte_by_byte,
}


@contextmanager
def at_work(crew: Crew) -> Iterator[None]:
    """Let a crew do harm; entered once each has done its worst."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin and process.stdout
    try:
        process.stdin.write(json.dumps(asdict(crew)).encode())
        process.stdin.close()
        assert process.stdout.readline() == b"ready\n"
        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


async def _main(crew: Crew) -> None:
    everybody = [Hostile(crew) for _ in range(crew.count)]
    async with asyncio.TaskGroup() as group:
        for one in everybody:
            group.create_task(one.go_on())
        async with asyncio.timeout(READY):
            await asyncio.gather(*(one.done.wait() for one in everybody))
        print("ready", flush=True)


if __name__ == "__main__":
    asyncio.run(_main(Crew(**json.load(sys.stdin))))
