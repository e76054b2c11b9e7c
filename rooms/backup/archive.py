"""The file of a backup: the database as one stream, and a manifest that seals it.

A zip file, so that anybody can look into it: ``database`` is what pg_dump made, or a SQLite
file; ``manifest.json`` was written last, so that a file that was cut short has none.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

FORMAT = 1
DATABASE, MANIFEST = "database", "manifest.json"
CHUNK = 1 << 20


class BackupError(Exception):
    """What stands in the way of a backup or of a restore, in words."""


@dataclass(frozen=True)
class Facts:
    """What a database holds, seen at the moment of its backup."""

    at: str
    rooms: int
    events: int
    migrations: list[str]


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself: ``sha256`` and ``size`` are those of the stream."""

    format: int
    engine: str
    sha256: str
    size: int
    facts: Facts


class Sealed:
    """A stream that digests what goes through it."""

    def __init__(self, out: IO[bytes] | None = None) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._digest.update(data)
        self.size += len(data)
        if self._out is not None:
            self._out.write(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def write_archive(path: Path, engine: str, dump: Callable[[Sealed], Facts]) -> Manifest:
    """Write a backup, readable by its owner alone; raises ``BackupError``.

    Under ``path`` there is the whole of it, on the disk, or nothing; never is a file replaced.
    """
    if path.exists():
        raise BackupError(f"{path} is there already; a backup replaces no file.")
    part = path.with_name(f"{path.name}.part")
    try:
        with _create(part) as file:
            manifest = _fill(file, engine, dump)
            file.flush()
            os.fsync(file.fileno())
        os.rename(part, path)
        _sync(path.parent)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _create(path: Path) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    return open(os.open(path, flags, 0o600), "wb")


def _fill(file: IO[bytes], engine: str, dump: Callable[[Sealed], Facts]) -> Manifest:
    # pg_dump compresses by itself.
    packing = ZIP_STORED if engine == "postgresql" else ZIP_DEFLATED
    member = ZipInfo(DATABASE)
    member.compress_type = packing
    with ZipFile(file, "w") as archive:
        with archive.open(member, "w", force_zip64=True) as out:
            sealed = Sealed(out)
            facts = dump(sealed)
        manifest = Manifest(FORMAT, engine, sealed.sha256, sealed.size, facts)
        archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
    return manifest


def _sync(folder: Path) -> None:
    """Have a new name in a folder outlive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def check_archive(path: Path) -> Manifest:
    """Read a backup from one end to the other and return its manifest; raises ``BackupError``."""
    sealed = Sealed()
    with opened(path) as (manifest, stream):
        for chunk in chunks(stream):
            sealed.write(chunk)
    if (sealed.sha256, sealed.size) != (manifest.sha256, manifest.size):
        raise BackupError(f"{path} is damaged: its digest does not fit.")
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[tuple[Manifest, IO[bytes]]]:
    """Open a backup; raises ``BackupError`` for what is none, or was cut short or changed."""
    try:
        with ZipFile(path) as archive:
            manifest = _parse(json.loads(archive.read(MANIFEST)))
            with archive.open(DATABASE) as stream:
                yield manifest, stream
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error}") from error
    except (BadZipFile, zlib.error, EOFError) as error:
        raise BackupError(f"{path} is no backup, or is damaged or cut short: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise BackupError(f"{path} is no backup of livedebate: {error!r}") from error


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a stream piece by piece."""
    while chunk := stream.read(CHUNK):
        yield chunk


def _parse(found: dict[str, Any]) -> Manifest:
    if found["format"] != FORMAT:
        raise ValueError(f"format {found['format']} is not known to this version")
    return Manifest(**{**found, "facts": Facts(**found["facts"])})
