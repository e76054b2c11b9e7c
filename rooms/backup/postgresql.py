"""Dumping and replacing a PostgreSQL database, by its own programs."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db import connection, transaction

from rooms.backup.archive import BackupError, Facts, Sealed, chunks
from rooms.backup.facts import facts_of_default

BEFORE = "before_restore"
"""The schema that keeps what was there until a restore has succeeded."""


def dump(out: Sealed) -> Facts:
    """Write the database as it is at one moment, whatever goes on in it; return what it holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        found = facts_of_default()
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        arguments, environ = _arguments("pg_dump", [*options, f"--exclude-schema={BEFORE}"])
        with _running(arguments, environ, stdout=subprocess.PIPE) as process:
            assert process.stdout
            for chunk in chunks(process.stdout):
                out.write(chunk)
    return found


def load(stream: IO[bytes]) -> None:
    """Read a dump into the empty database, all of it or nothing."""
    connection.close()
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    arguments, environ = _arguments("pg_restore", options)
    with _running(arguments, environ, stdin=subprocess.PIPE) as process:
        assert process.stdin
        try:
            for chunk in chunks(stream):
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:
            pass  # It has said why.


def require_alone() -> None:
    """Raise ``BackupError`` while others are connected, or an earlier restore is unfinished."""
    _leave_pool()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        if others := cursor.fetchone()[0]:
            raise BackupError(
                f"{others} others are connected to the database: stop workers and clock first."
            )
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [BEFORE])
        if cursor.fetchone():
            raise BackupError(
                f"An earlier restore was interrupted. What there was before it is in the schema"
                f" {BEFORE}: drop it, or drop the schema public and rename it to that."
            )


def _leave_pool() -> None:
    """Have one connection from here on: a pool's others would look like somebody else's."""
    own: Any = connection
    own.close()
    own.close_pool()
    own.settings_dict["OPTIONS"].pop("pool", None)


@contextmanager
def replaced() -> Iterator[None]:
    """Make room for another database; what was there comes back if the block fails."""
    _execute(
        f"ALTER SCHEMA public RENAME TO {BEFORE}",
        "CREATE SCHEMA public",
        "GRANT USAGE ON SCHEMA public TO PUBLIC",
    )
    try:
        yield
    except BaseException:
        connection.close()
        _execute("DROP SCHEMA public CASCADE", f"ALTER SCHEMA {BEFORE} RENAME TO public")
        raise
    _execute(f"DROP SCHEMA {BEFORE} CASCADE")


def _execute(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in ("SET LOCAL statement_timeout = 0", *statements):
            cursor.execute(statement)
    connection.close()


def _arguments(program: str, options: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return a command line and an environment: no password is in the former."""
    client: Any = connection.client
    found, environ = client.settings_to_cmd_args_env(connection.settings_dict, [])
    *where, name = found[1:]
    # The site's limits on how long a statement may take are not for a whole database.
    clean = {k: v for k, v in (environ or {}).items() if k != "PGOPTIONS"}
    return [program, *options, *where, f"--dbname={name}"], {**os.environ, **clean}


@contextmanager
def _running(
    arguments: list[str],
    environ: dict[str, str],
    stdin: int | None = None,
    stdout: int | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program of PostgreSQL to its end; raises ``BackupError`` with what it says."""
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(
                arguments, env=environ, stdin=stdin, stdout=stdout, stderr=said
            )
        except FileNotFoundError:
            raise BackupError(
                f"{arguments[0]} is not there: install PostgreSQL's client programs, of the"
                " server's version or a later one (Debian: postgresql-client)."
            ) from None
        with process:
            try:
                yield process
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            raise BackupError(f"{arguments[0]} failed: {words}")
