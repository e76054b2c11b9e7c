"""What the benchmarks' commands have in common."""

import argparse
import resource
from collections.abc import Callable, Sequence
from typing import TypeVar

N = TypeVar("N", bound=str)


def integers(text: str) -> list[int]:
    """Return numbers that are separated by commas."""
    return [int(part) for part in text.split(",")]


def some_of(known: Sequence[N]) -> Callable[[str], list[N]]:
    """Return what reads some of these names, separated by commas; it gives them in their order."""

    def read(text: str) -> list[N]:
        asked = text.split(",")
        if unknown := sorted(set(asked) - set(known)):
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not one of {', '.join(known)}")
        return [name for name in known if name in asked]

    return read


def open_many_files() -> None:
    """Let this process and those it starts have as many sockets as the system allows."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
