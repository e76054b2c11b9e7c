"""What the checker finds."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a violation is called."""

    GAP = "gap in the log"
    LOST_WRITE = "lost write"
    WRITTEN_TWICE = "written twice"
    UNOBSERVED = "unobserved"
    SKIP = "skip"
    DUPLICATE = "duplicate"
    REORDERING = "reordering"
    RESURRECTED = "resurrected removal"
    AFTER_MUTE = "message after mute"
    DIVERGENT = "divergent state"


@dataclass(frozen=True)
class Violation:
    """One promise that was not kept, to whom, and at which sequence."""

    kind: Kind
    client: str
    seq: int
    said: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.client or 'the log'} at {self.seq}: {self.said}"
