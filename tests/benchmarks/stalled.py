"""How long a worker waits for those on whose connections nothing moves.

    uv run python -m tests.benchmarks.stalled

On both servers, with the embedded default, at the same time: it takes a minute and a half.
"""

import struct
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import product
from typing import get_args

from consumers.close_codes import CloseCode
from tests.faults.proxy import Proxy
from tests.faults.site import MAKE_ROOM
from tests.raw import CLOSE, HEAD, PING, PONG, RawSocket, connections, frame
from tests.servers import Kind, Server, embedded_environ

PATIENCE = 120.0


def half_a_head(server: Server, _slug: str) -> None:
    """Begin a request."""
    with RawSocket(server, patience=PATIENCE) as connection:
        connection.send(HEAD.encode())
        connection.drop_to_the_end()


def silent(server: Server, slug: str) -> None:
    """Say nothing at a socket but what a browser says by itself: that it was reached."""
    with RawSocket(server, patience=PATIENCE) as connection:
        connection.shake(slug)
        while (got := connection.next_frame()) is not None and got[0] != CLOSE:
            if got[0] == PING:
                connection.send(frame(PONG, got[1]))
        assert got == (CLOSE, struct.pack("!H", CloseCode.SILENT))


def gone(server: Server, slug: str) -> None:
    """Be gone without a word: what lies between swallows everything, also the server's pings."""
    with closing(Proxy(server.port)) as proxy, RawSocket(server, port=proxy.port) as connection:
        connection.shake(slug)
        with proxy.frozen():
            deadline = time.monotonic() + PATIENCE
            while connections(server):
                assert time.monotonic() < deadline
                time.sleep(0.02)


CASES: dict[str, Callable[[Server, str], None]] = {
    "half a head": half_a_head,
    "silent at a socket": silent,
    "gone without a word": gone,
}


def measure(case: str, kind: Kind) -> float:
    """Return the seconds until a server of a kind has ended such a connection."""
    with Server(kind, embedded_environ()) as server:
        slug, _session = server.manage("shell", "-v0", "-c", MAKE_ROOM).split()
        began = time.monotonic()
        CASES[case](server, slug)
        return time.monotonic() - began


def main() -> int:
    """Measure everything, and print a table."""
    kinds: tuple[Kind, ...] = get_args(Kind)
    embedded_environ()  # Migrates, once.
    with ThreadPoolExecutor(len(CASES) * len(kinds)) as threads:
        pairs = list(product(CASES, kinds))
        took = dict(zip(pairs, threads.map(lambda pair: measure(*pair), pairs), strict=True))
    print(f"| A client that is … | {' | '.join(kinds)} |")
    print("|---|" + "--:|" * len(kinds))
    for case in CASES:
        print(f"| {case} | {' | '.join(f'{took[case, kind]:.1f} s' for kind in kinds)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
