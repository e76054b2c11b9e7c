"""A recorded debate: who said what, and when."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

COLUMNS = ("time", "author", "text")


class BadRecording(Exception):
    """A file that cannot be played, with the line that is wrong."""


@dataclass(frozen=True)
class Utterance:
    """``at`` is in seconds after the first one of the recording."""

    at: float
    author: str
    text: str


def read_recording(path: Path) -> list[Utterance]:
    """Return what a CSV with the columns time, author and text holds, in order of time.

    Times are ISO 8601; one without an offset is taken as UTC. Raises ``BadRecording``.
    """
    rows: list[tuple[datetime, str, str]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not set(COLUMNS) <= set(reader.fieldnames or ()):
                raise BadRecording(f"{path}: the first line must name the columns time,author,text")
            for row in reader:
                rows.append(_row(row, f"{path}, line {reader.line_num}"))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadRecording(f"{path}: {error}") from error
    if not rows:
        raise BadRecording(f"{path}: there is no message in it")
    rows.sort(key=lambda row: row[0])
    first = rows[0][0]
    return [Utterance((at - first).total_seconds(), who, text) for at, who, text in rows]


def shorten(recording: Sequence[Utterance], longest: float) -> list[Utterance]:
    """Return a recording with no silence of more than so many seconds; all else stays."""
    shortened = list(recording[:1])
    for before, after in pairwise(recording):
        gap = min(after.at - before.at, longest)
        shortened.append(replace(after, at=shortened[-1].at + gap))
    return shortened


def _row(row: dict[str, str | None], where: str) -> tuple[datetime, str, str]:
    time, author, text = (row[name] for name in COLUMNS)
    if time is None or author is None or text is None:
        raise BadRecording(f"{where}: a column is missing")
    if not author.strip():
        raise BadRecording(f"{where}: the author is empty")
    try:
        at = datetime.fromisoformat(time.strip())
    except ValueError:
        raise BadRecording(f"{where}: {time!r} is not an ISO 8601 time") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC), author.strip(), text
