"""A room's log as its database has it, for the checker."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import psycopg

QUERY = """
    SELECT r.slug, e.seq, e.type, e.at, e.actor_id, e.payload
    FROM rooms_event e JOIN rooms_room r ON r.id = e.room_id
    WHERE r.slug LIKE {} ORDER BY r.id, e.seq
"""


@dataclass(frozen=True)
class Logged:
    """One event. ``about``: the message or the participant that it is about, 0 for none."""

    seq: int
    type: str
    at: datetime
    actor: int | None = None
    client_id: str = ""
    about: int = 0
    until: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    @classmethod
    def of(
        cls, seq: int, type: str, at: datetime, actor: int | None, payload: dict[str, Any]
    ) -> Self:
        """Return an event with what the checker reads in its payload."""

        def time(name: str) -> datetime | None:
            return datetime.fromisoformat(payload[name]) if payload.get(name) else None

        return cls(
            seq,
            type,
            at,
            actor,
            payload.get("client_id", ""),
            payload.get("message") or payload.get("participant") or 0,
            time("until"),
            time("opens_at"),
            time("closes_at"),
        )


def read_log(database: str, slug: str) -> list[Logged]:
    """Return the log of a room."""
    return read_logs(database, slug).get(slug, [])


def read_logs(database: str, pattern: str) -> dict[str, list[Logged]]:
    """Return the logs of all rooms whose slugs are like a pattern of SQL's, by slug."""
    file = database.startswith("sqlite:///")
    logs: dict[str, list[Logged]] = {}
    for slug, *event in _in_file(database, pattern) if file else _in_database(database, pattern):
        logs.setdefault(slug, []).append(Logged.of(*event))
    return logs


def _in_database(url: str, pattern: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(QUERY.format("%s"), [pattern]).fetchall()


def _in_file(url: str, pattern: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute(QUERY.format("?"), [pattern]).fetchall()
    return [
        (
            slug,
            seq,
            type,
            datetime.fromisoformat(at).replace(tzinfo=UTC),
            actor,
            json.loads(payload),
        )
        for slug, seq, type, at, actor, payload in rows
    ]
