"""What the benchmarks' commands have in common."""

import resource


def integers(text: str) -> list[int]:
    """Return numbers that are separated by commas."""
    return [int(part) for part in text.split(",")]


def open_many_files() -> None:
    """Let this process and those it starts have as many sockets as the system allows."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
