"""What a run measured, from its history."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.faults.history import Ack, AnyRecord, Connect, Nack, Receive, Send


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
