"""A room's log as its database has it, for the checker."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import psycopg

QUERY = """
    SELECT e.seq, e.type, e.at, e.actor_id, e.payload
    FROM rooms_event e JOIN rooms_room r ON r.id = e.room_id
    WHERE r.slug = {} ORDER BY e.seq
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

    @classmethod
    def of(
        cls, seq: int, type: str, at: datetime, actor: int | None, payload: dict[str, Any]
    ) -> Self:
        """Return an event with what the checker reads in its payload."""
        until = payload.get("until")
        return cls(
            seq,
            type,
            at,
            actor,
            payload.get("client_id", ""),
            payload.get("message") or payload.get("participant") or 0,
            datetime.fromisoformat(until) if until else None,
        )


def read_log(database: str, slug: str) -> list[Logged]:
    """Return the log of a room."""
    if database.startswith("sqlite:///"):
        return _read_file(database.removeprefix("sqlite:///"), slug)
    with psycopg.connect(database) as connection:
        query = QUERY.format("%s")
        return [Logged.of(*row) for row in connection.execute(query, [slug])]


def _read_file(path: str, slug: str) -> list[Logged]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(QUERY.format("?"), [slug]).fetchall()
    return [
        Logged.of(seq, type, datetime.fromisoformat(at), actor, json.loads(payload))
        for seq, type, at, actor, payload in rows
    ]
