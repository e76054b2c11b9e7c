"""What a run measured, from its history."""

from bisect import bisect, bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.faults.history import (
    Ack,
    AnyRecord,
    Close,
    Connect,
    Nack,
    Receive,
    Resume,
    Send,
)

AFTER = 3.0
"""Seconds after the end of a fault in which what happens is counted as its doing."""


@dataclass(frozen=True)
class Happened:
    """A fault, and from when to when, on the clock of the history."""

    name: str
    began: float
    ended: float

    @property
    def kind(self) -> str:
        """Return what it is, whichever worker or clock it happened to."""
        victim, what = self.name.split(": ")
        victim = victim.rstrip(" 0123456789")
        return what if victim in ("daphne", "uvicorn") else f"{victim}: {what}"


@dataclass
class OfFault:
    """What one kind of fault cost, and how often it put each promise to the test.

    Times in seconds, the longest. Counts are of what happened from the beginning of a fault to
    some time after its end.
    """

    times: int = 0
    acknowledged: int = 0
    again: int = 0
    """Sent again: the connection was lost before the answer, or that was to try again later."""
    delivered: int = 0
    resumed: int = 0
    """Came back and asked for what they had not seen."""
    muted: int = 0
    """Messages that were refused to who had no voice."""
    removed: int = 0
    late: float = 0.0
    """From an acknowledgement to the arrival at everybody who was connected by then."""
    silence: float = 0.0
    """In which nobody got an acknowledgement, from before its end."""
    wait: float = 0.0
    """From sending something, while it lasted, to its acknowledgement."""


COUNTED = ("acknowledged", "again", "delivered", "resumed", "muted", "removed")


class _Moments:
    """When each thing happened that is counted, from a history."""

    def __init__(self, history: Iterable[AnyRecord]) -> None:
        self.counted: dict[str, list[float]] = {name: [] for name in COUNTED}
        self.waits: list[tuple[float, float]] = []
        """When something was sent, and how long it took until it was acknowledged."""
        self.acknowledged: dict[int, float] = {}
        """When each event was first known to be logged."""
        self.late: dict[int, float] = {}
        """By how much later an event arrived, at the last of those who were there."""
        self._sent: dict[str, Send] = {}
        self._here: dict[str, float] = {}
        self._known: set[str] = set()
        for record in history:
            self._take(record)

    def _take(self, record: AnyRecord) -> None:
        at, client = record.at, record.client
        match record:
            case Send():
                self._sent[client] = record
            case Connect() if client in self._sent:
                self.counted["again"].append(at)
            case Resume():
                if client in self._known:
                    self.counted["resumed"].append(at)
                self._known.add(client)
                self._here[client] = at
            case Close():
                self._here.pop(client, None)
            case Ack(seq=seq):
                sent = self._sent.pop(client)
                self.counted["acknowledged"].append(at)
                if sent.command == "remove":
                    self.counted["removed"].append(at)
                self.waits.append((sent.at, at - sent.at))
                self.acknowledged.setdefault(seq, at)
            case Nack(code="retry_later"):
                self.counted["again"].append(at)
            case Nack(code=code):
                self._sent.pop(client, None)
                if code == "muted":
                    self.counted["muted"].append(at)
            case Receive(events=events):
                self.counted["delivered"] += [at] * len(events)
                for event in events:
                    self._arrive(event.seq, client, at)
            case _:
                pass

    def _arrive(self, seq: int, client: str, at: float) -> None:
        since = self.acknowledged.get(seq, 0.0)
        if self._here.get(client, at) < since:
            self.late[seq] = max(self.late.get(seq, 0.0), at - since)


def of_faults(history: Iterable[AnyRecord], faults: Sequence[Happened]) -> dict[str, OfFault]:
    """Return what each kind of fault cost, with whatever else went wrong at the same time."""
    moments = _Moments(history)
    acked = moments.counted["acknowledged"]
    logged = sorted((at, seq) for seq, at in moments.acknowledged.items())
    found: dict[str, OfFault] = {}
    for fault in faults:
        of = found.setdefault(fault.kind, OfFault())
        of.times += 1
        for name, times in moments.counted.items():
            during = bisect(times, fault.ended + AFTER) - bisect_left(times, fault.began)
            setattr(of, name, getattr(of, name) + during)
        first, last = bisect(acked, fault.began), bisect(acked, fault.ended)
        around = acked[max(0, first - 1) : last + 1]
        gaps = [later - earlier for earlier, later in pairwise(around)]
        of.silence = max([of.silence, *gaps])
        waits = [wait for since, wait in moments.waits if fault.began <= since <= fault.ended]
        of.wait = max([of.wait, *waits])
        seqs = [seq for at, seq in logged if fault.began <= at <= fault.ended]
        of.late = max([of.late, *(moments.late.get(seq, 0.0) for seq in seqs)])
    return dict(sorted(found.items()))


@dataclass
class Figures:
    """Counts, and how long people waited. Times in seconds."""

    clients: set[str] = field(default_factory=set)
    acknowledged: int = 0
    refused: int = 0
    put_off: int = 0
    delivered: int = 0
    connections: int = 0
    silence: float = 0.0
    """The longest time in which nobody got an acknowledgement, while somebody waited for one."""
    wait: float = 0.0
    """The longest time from sending something to its acknowledgement."""

    @classmethod
    def of(cls, history: Iterable[AnyRecord]) -> "Figures":
        """Return what a history shows."""
        figures = cls()
        sent: dict[tuple[str, str], float] = {}
        waiting: set[tuple[str, str]] = set()
        latest = 0.0
        for record in history:
            figures.clients.add(record.client)
            match record:
                case Connect():
                    figures.connections += 1
                case Send(id=id):
                    sent[record.client, id] = record.at
                    latest = latest if waiting else record.at
                    waiting.add((record.client, id))
                case Ack(id=id):
                    figures.acknowledged += 1
                    figures.wait = max(figures.wait, record.at - sent[record.client, id])
                    figures.silence = max(figures.silence, record.at - latest)
                    latest = record.at
                    waiting.discard((record.client, id))
                case Nack(code="retry_later"):
                    figures.put_off += 1
                case Nack(id=id):
                    figures.refused += 1
                    waiting.discard((record.client, id))
                case Receive(events=events):
                    figures.delivered += len(events)
        return figures

    def lines(self) -> list[str]:
        """Return the figures as lines for a person."""
        return [
            f"acknowledged  {self.acknowledged}, {self.refused} refused, {self.put_off} put off",
            f"delivered     {self.delivered} events to {len(self.clients)} clients",
            f"reconnects    {self.connections - len(self.clients)} attempts",
            f"silence       {self.silence:.1f} s at most in which nobody had the answer",
            f"wait          {self.wait:.1f} s at most from sending to acknowledgement",
        ]
