"""A server whose clock can be put wrong: ``python -m tests.faults.skewed uvicorn …``.

By as many seconds as the file says that ``CLOCK_SKEW`` names, at every moment.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from tests.hasty import serve
from tests.servers import Server
from tests.services import throw_away

VARIABLE = "CLOCK_SKEW"


@dataclass
class SkewedServer(Server):
    """A worker with a clock of its own."""

    clock: Path = field(default_factory=lambda: throw_away("clock") / "skew")

    def command(self) -> list[str]:
        return ["tests.faults.skewed", *super().command()]

    def put_clock(self, seconds: float) -> None:
        """Let the worker's clock be ahead from now on, or behind."""
        new = self.clock.with_suffix(".new")
        new.write_text(f"{seconds}")
        new.rename(self.clock)


def skew(clock: Path) -> None:
    """Let Django's time, by which everything is dated and falls due, be what a file says."""
    right = timezone.now

    def now() -> datetime:
        return right() + timedelta(seconds=float(clock.read_text()))

    timezone.now = now


if __name__ == "__main__":
    # Before anything is imported that keeps the function, such as the defaults of models.
    skew(Path(os.environ[VARIABLE]))
    serve()
