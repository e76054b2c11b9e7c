"""What the load generator is told, and what it tells."""

from dataclasses import dataclass

import msgspec

from tests.benchmarks.peers.servers import Name


@dataclass(frozen=True)
class Bounds:
    """How much is measured."""

    seconds: float = 20.0
    """Of the steady part, at each rate."""
    rates: tuple[float, ...] = (10.0,)
    """Messages a second of the steady part: open loop, whatever the answers."""
    bursts: int = 5
    burst: int = 200
    """Messages of one burst, from all posters together."""
    posters: int = 200
    """Who write a burst, one message each if there are as many: as people do, at once."""
    settle: float = 3.0
    """Seconds before the memory of idle connections is read."""


@dataclass(frozen=True)
class Task:
    """A room with the session of everybody who connects, and the process that serves it."""

    url: str
    slug: str
    pid: int
    sessions: list[str]
    compress: bool
    bounds: Bounds


@dataclass(frozen=True)
class Steady:
    """Of messages sent at an even rate: seconds from when each was due to its last receiver.

    From when it was due, not from when it left: a generator that is held up by what it measures
    would else leave out the worst of it.
    """

    rate: float
    p50: float
    p99: float
    max: float


@dataclass(frozen=True)
class Result:
    """One run. Times are in seconds, memory in bytes."""

    connections: int
    memory: float
    """Of one idle connection: the growth of the server divided by the connections added."""
    resident: int
    """Of the server after everything."""
    deliveries: float
    """A second, in bursts through this worker: from the first sending to the last arrival."""
    fan_out: float
    """Deliveries a second of what another process commits, from first to last arrival."""
    messages: float
    """A second, in bursts: acknowledged, so screened and committed."""
    server_cpu: float
    """Processors used by the server in bursts."""
    generator_cpu: float
    """Processors used by this generator in bursts: near 1, it limits what it measures."""
    put_off: int
    """Messages that the server asked to send again later."""
    steady: list[Steady]
    checked: int
    """Deliveries whose sequence was checked: each once and in order."""


@dataclass(frozen=True)
class PeerTask:
    """A peer, and how many connect to it."""

    name: Name
    url: str
    pid: int
    connections: int
    bounds: Bounds


@dataclass(frozen=True)
class PeerResult:
    """One run of a peer; as :class:`Result` where the names are the same."""

    connections: int
    memory: float
    deliveries: float
    server_cpu: float
    generator_cpu: float
    steady: list[Steady]


@dataclass(frozen=True)
class Posting:
    """Who posts where, (slug, session) each, for how many seconds. ``rate``: posts a second; with
    0 everybody posts again as soon as they are answered."""

    url: str
    pid: int
    seats: list[tuple[str, str]]
    seconds: float
    rate: float


@dataclass(frozen=True)
class Posted:
    """``rate``: accepted posts a second. ``p50``, ``p99``: seconds to the acknowledgement.

    ``put_off``: how often one was asked to send again later, for each post.
    """

    rate: float
    put_off: float
    server_cpu: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Halls:
    """Who goes where, (url, slug, session) each, and how much is said by all together."""

    seats: list[tuple[str, str, str]]
    pids: list[int]
    rates: list[float]
    seconds: float
    bursts: int


@dataclass(frozen=True)
class HallRate:
    """``cpus``: processors that each worker used. ``accepted``: messages a second."""

    steady: Steady
    cpus: list[float]
    accepted: float


@dataclass(frozen=True)
class HallsResult:
    """``deliveries`` a second in bursts, and ``per_cpu`` second of all workers; bytes of each."""

    rates: list[HallRate]
    deliveries: float
    per_cpu: float
    memory: list[int]


@dataclass(frozen=True)
class Herd:
    """Who comes back at once, where they stand, and who talks in another room meanwhile."""

    url: str
    pid: int
    herd: list[tuple[str, str]]
    behind: int
    calm: list[tuple[str, str]]
    rate: float
    seconds: float


@dataclass(frozen=True)
class HerdResult:
    """``seconds`` until half, 99 % and all stood at the head. ``peak``: bytes of the server.

    ``before`` and ``during``: messages in the other room, to their last viewer.
    """

    half: float
    most: float
    all: float
    came_again: int
    memory: int
    peak: int
    before: Steady
    during: Steady


decode_herd = msgspec.json.Decoder(Herd).decode
decode_herd_result = msgspec.json.Decoder(HerdResult).decode
decode_halls = msgspec.json.Decoder(Halls).decode
decode_halls_result = msgspec.json.Decoder(HallsResult).decode
decode_task = msgspec.json.Decoder(Task).decode
decode_result = msgspec.json.Decoder(Result).decode
decode_peer_task = msgspec.json.Decoder(PeerTask).decode
decode_peer_result = msgspec.json.Decoder(PeerResult).decode
decode_posting = msgspec.json.Decoder(Posting).decode
decode_posted = msgspec.json.Decoder(Posted).decode
encode = msgspec.json.encode
