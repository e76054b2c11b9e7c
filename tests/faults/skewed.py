"""A process whose clock can be put wrong: ``python -m tests.faults.skewed uvicorn …``.

By as many seconds as the file says that ``CLOCK_SKEW`` names, at every moment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from tests.hasty import serve
from tests.servers import Server, start_module
from tests.services import throw_away

VARIABLE = "CLOCK_SKEW"
EVERY = 0.5
"""Seconds between two looks of ``runclock``."""


class Skewed:
    """Has a clock of its own, which its environment has to name."""

    def __init__(self) -> None:
        self._file = throw_away("clock") / "skew"
        self.put_clock(0)

    @property
    def environ(self) -> dict[str, str]:
        return {VARIABLE: f"{self._file}"}

    def put_clock(self, seconds: float) -> None:
        """Let the process's clock be ahead from now on, or behind."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{seconds}")
        new.rename(self._file)


@dataclass
class SkewedServer(Server):
    """A worker with a clock of its own."""

    def command(self) -> list[str]:
        return ["tests.faults.skewed", *super().command()]


@dataclass
class RunClock:
    """``manage.py runclock`` with a clock of its own."""

    environ: Mapping[str, str]
    log: Path = field(default_factory=lambda: throw_away("runclock") / "log")

    def start(self) -> None:
        """Start the process; it answers nobody, so there is nothing to wait for."""
        command = ["tests.faults.skewed", "manage", "runclock", "--every", f"{EVERY}"]
        self.process = start_module(command, self.environ, self.log)

    def stop(self) -> int:
        """Ask the process to end, and return its exit code."""
        self.process.terminate()
        return self.process.wait(30)


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
