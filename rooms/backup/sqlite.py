"""Dumping and replacing a SQLite database, by its online backup."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from django.db import connection

from rooms.backup.archive import BackupError, Facts, Sealed, chunks
from rooms.backup.facts import facts

WAIT = 10.0
"""Seconds for others to end what they write."""


def dump(out: Sealed) -> Facts:
    """Write the database as it is at one moment, whatever goes on in it; return what it holds."""
    path = _path()
    if not path.exists():
        raise BackupError(f"There is no database at {path}.")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
        copy = Path(folder) / "copy.sqlite3"
        with (
            closing(sqlite3.connect(path, timeout=WAIT)) as live,
            closing(sqlite3.connect(copy)) as still,
        ):
            live.backup(still)  # In one step: readers and writers go on beside it.
            still.execute("PRAGMA journal_mode = DELETE")
            _require_whole(still, path)
            found = facts(lambda query: still.execute(query).fetchall())
        with copy.open("rb") as stream:
            for chunk in chunks(stream):
                out.write(chunk)
    return found


def load(stream: IO[bytes]) -> None:
    """Put a dumped file in the place of the database."""
    path = _path()
    with path.open("xb") as file:
        shutil.copyfileobj(stream, file)
    with closing(sqlite3.connect(path)) as restored:
        _require_whole(restored, path)


def require_alone() -> None:
    """Raise ``BackupError`` while anybody else uses the file, or a restore is unfinished."""
    connection.close()
    path, before = _path(), _before()
    if before.exists():
        raise BackupError(
            f"An earlier restore was interrupted. What there was before it is {before}: delete it,"
            f" or delete {path.name} and rename it to that."
        )
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=WAIT)) as alone:
        try:
            # Only whoever is alone may leave this mode; nothing stays beside the file then.
            mode = alone.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        except sqlite3.OperationalError:
            mode = "wal"
    if mode != "delete":
        raise BackupError("Others use the database: stop the server and the clock first.")


@contextmanager
def replaced() -> Iterator[None]:
    """Make room for another database; what was there comes back if the block fails."""
    connection.close()
    path, before = _path(), _before()
    had = path.exists()
    if had:
        path.rename(before)
    try:
        yield
    except BaseException:
        connection.close()
        for leftover in path.parent.glob(f"{path.name}*"):
            if leftover.name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                leftover.unlink()
        if had:
            before.rename(path)
        raise
    before.unlink(missing_ok=True)


def _require_whole(database: sqlite3.Connection, path: Path) -> None:
    try:
        said = database.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    if said != "ok":
        raise BackupError(f"{path} is damaged: {said}")


def _path() -> Path:
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name:
        raise BackupError("A database in memory can be neither backed up nor restored.")
    return Path(name)


def _before() -> Path:
    return _path().with_name(f"{_path().name}.before-restore")
