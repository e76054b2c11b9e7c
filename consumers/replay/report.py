"""What came of a replay."""

from collections import Counter
from dataclasses import dataclass, field

PERCENTILES = (50, 90, 99)


@dataclass
class Report:
    """Counts of messages, and the time from sending to each receiver, in seconds."""

    messages: int
    connections: int
    posted: dict[int, float] = field(default_factory=dict)
    """Sequence of each published message -> when it was sent (the attempt that was taken)."""
    held: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    """Reason -> messages that were refused for good."""
    slowed: int = 0
    """Attempts that were put off by the server and made again."""
    late: float = 0.0
    """Seconds after its time that the latest message was first sent."""
    reconnects: int = 0
    delivered: int = 0
    latencies: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def sent(self) -> int:
        """Return how many messages have had their final answer."""
        return len(self.posted) + self.held + self.rejected.total()

    @property
    def expected(self) -> int:
        """Return how many deliveries there have to be: every published message to everybody."""
        return len(self.posted) * self.connections

    def lines(self) -> list[str]:
        """Return the report as lines for a person."""
        reasons = ", ".join(f"{reason} {count}" for reason, count in self.rejected.most_common())
        return [
            f"sent        {self.sent} of {self.messages} messages in {self.seconds:.1f} s",
            f"published   {len(self.posted)}",
            f"held        {self.held}",
            f"rejected    {self.rejected.total()}" + (f" ({reasons})" if reasons else ""),
            f"put off     {self.slowed} times (asked to wait, and sent again), "
            f"up to {self.late:.1f} s behind the recording",
            f"delivered   {self.delivered} of {self.expected}, to {self.connections} connections",
            f"reconnects  {self.reconnects}",
            f"latency     {self._latency()}",
            *(f"FAULT       {fault}" for fault in self.faults),
            "order       "
            + ("broken" if self.faults else "every connection: each event once, in order"),
        ]

    def _latency(self) -> str:
        if not self.latencies:
            return "nothing was delivered"
        ordered = sorted(self.latencies)
        shown = [f"p{p} {percentile(ordered, p) * 1000:.1f} ms" for p in PERCENTILES]
        return ", ".join([*shown, f"max {ordered[-1] * 1000:.1f} ms"])


def percentile(ordered: list[float], percent: float) -> float:
    """Return a percentile of sorted values, by the nearest rank."""
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]
