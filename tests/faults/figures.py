"""What a run measured, from its history."""

import re
from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.faults.history import Ack, AnyRecord, Connect, Nack, Receive, Send


@dataclass(frozen=True)
class Happened:
    """A fault, and from when to when, on the clock of the history."""

    name: str
    began: float
    ended: float

    @property
    def kind(self) -> str:
        """Return what it is, whichever worker it happened to."""
        return re.sub(r"^\w+ \d: ", "", self.name)


@dataclass
class OfFault:
    """What one kind of fault cost. Times in seconds, the longest."""

    times: int = 0
    silence: float = 0.0
    """In which nobody got an acknowledgement, from before its end."""
    wait: float = 0.0
    """From sending something, while it lasted, to its acknowledgement."""


def of_faults(history: Iterable[AnyRecord], faults: Sequence[Happened]) -> dict[str, OfFault]:
    """Return what each kind of fault cost, with whatever else went wrong at the same time."""
    sent: dict[tuple[str, str], float] = {}
    acked: list[float] = []
    waits: list[tuple[float, float]] = []
    for record in history:
        if isinstance(record, Send):
            sent[record.client, record.id] = record.at
        elif isinstance(record, Ack):
            acked.append(record.at)
            waits.append((sent[record.client, record.id], record.at))
    found: dict[str, OfFault] = {}
    for fault in faults:
        of = found.setdefault(fault.kind, OfFault())
        of.times += 1
        first, last = bisect(acked, fault.began), bisect(acked, fault.ended)
        around = acked[max(0, first - 1) : last + 1]
        gaps = [later - earlier for earlier, later in pairwise(around)]
        during = [at - since for since, at in waits if fault.began <= since <= fault.ended]
        of.silence = max([of.silence, *gaps])
        of.wait = max([of.wait, *during])
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
    """The longest time in which nobody got an acknowledgement."""
    wait: float = 0.0
    """The longest time from sending something to its acknowledgement."""

    @classmethod
    def of(cls, history: Iterable[AnyRecord]) -> "Figures":
        """Return what a history shows."""
        figures = cls()
        sent: dict[tuple[str, str], float] = {}
        latest: float | None = None
        for record in history:
            figures.clients.add(record.client)
            match record:
                case Connect():
                    figures.connections += 1
                case Send(id=id):
                    sent[record.client, id] = record.at
                    latest = record.at if latest is None else latest
                case Ack(id=id):
                    figures.acknowledged += 1
                    figures.wait = max(figures.wait, record.at - sent[record.client, id])
                    figures.silence = max(figures.silence, record.at - (latest or record.at))
                    latest = record.at
                case Nack(code=code):
                    figures.put_off += code == "retry_later"
                    figures.refused += code != "retry_later"
                case Receive(events=events):
                    figures.delivered += len(events)
        return figures

    def lines(self) -> list[str]:
        """Return the figures as lines for a person."""
        return [
            f"acknowledged  {self.acknowledged}, {self.refused} refused, {self.put_off} put off",
            f"delivered     {self.delivered} events to {len(self.clients)} clients",
            f"reconnects    {self.connections - len(self.clients)} attempts",
            f"silence       {self.silence:.1f} s at most in which nobody was acknowledged",
            f"wait          {self.wait:.1f} s at most from sending to acknowledgement",
        ]
