"""What the clients of a run did and saw: one JSON line each, in the order of one clock."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

import msgspec


class Change(msgspec.Struct, frozen=True):
    """A part of an event as a page applies it, without the HTML.

    ``element``: the DOM id of what is put there. ``digest`` is of the HTML without its quotes,
    which pages take out by themselves; ``marks`` are those of the messages whose text is in it,
    quoted or not.
    """

    into: str
    swap: str
    element: str
    digest: str
    marks: tuple[str, ...] = ()


class Seen(msgspec.Struct, frozen=True):
    """One event as it was pushed."""

    seq: int
    type: str
    changes: tuple[Change, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=str.lower):
    """``at`` is a time of the one clock that all clients share."""

    at: float
    client: str


class Connect(Record, frozen=True, kw_only=True):
    url: str


class Hello(Record, frozen=True, kw_only=True):
    epoch: str
    head: int


class Resume(Record, frozen=True, kw_only=True):
    """The client asks for everything after a sequence: it stands there."""

    after: int


class Send(Record, frozen=True, kw_only=True):
    """``id`` names the command through all its attempts; that of a message is its mark.

    ``about`` is the message or the participant that a moderator decides about.
    """

    command: str
    id: str
    about: int = 0


class Ack(Record, frozen=True, kw_only=True):
    id: str
    seq: int
    status: str


class Nack(Record, frozen=True, kw_only=True):
    id: str
    code: str


class Receive(Record, frozen=True, kw_only=True):
    events: tuple[Seen, ...]


class Resync(Record, frozen=True, kw_only=True):
    head: int


class Close(Record, frozen=True, kw_only=True):
    code: int | None


AnyRecord = Connect | Hello | Resume | Send | Ack | Nack | Receive | Resync | Close


class History:
    """A file that records are added to. Times never go back in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO = path.open("w", encoding="utf-8")

    def add(self, record: AnyRecord) -> None:
        """Write a record down."""
        self._file.write(msgspec.json.encode(record).decode() + "\n")

    def close(self) -> None:
        """Let the file be read."""
        self._file.close()


def read_history(path: Path) -> Iterator[AnyRecord]:
    """Return the records of a file, one after the other."""
    with path.open("rb") as file:
        yield from decode(file)


def decode(lines: Iterable[bytes]) -> Iterator[AnyRecord]:
    """Return what the lines of a history say."""
    decoder = msgspec.json.Decoder(AnyRecord)
    for line in lines:
        yield decoder.decode(line)
