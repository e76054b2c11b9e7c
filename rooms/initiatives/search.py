"""Full-text search of initiatives: PostgreSQL's own, or SQLite's FTS5 where that is the database.

Words are found without their accents. PostgreSQL also finds them by their stems, in French and in
English; FTS5, which knows no stems, by their beginnings. The index holds what can be read at this
moment and nothing else.
"""

import json
import re
import unicodedata
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from rooms.eventlog.models import Room
from rooms.initiatives.models import Initiative

_CONFIGURATIONS = {Room.Language.FRENCH: "french", Room.Language.ENGLISH: "english"}
_WORD = re.compile(r"\w+")
FEW = 1000
"""Initiatives that say something, from which on it is frequent."""
MAX_QUERY = 200
"""Characters of a query that are looked at."""

_CREATE = {
    "postgresql": """
CREATE TABLE rooms_initiative_search (
  initiative_id bigint PRIMARY KEY,
  document tsvector NOT NULL
);
CREATE INDEX rooms_initiative_search_document ON rooms_initiative_search USING gin (document);
""",
    "sqlite": """
CREATE VIRTUAL TABLE rooms_initiative_search USING fts5 (
  title, brief, tokenize = "unicode61 remove_diacritics 2", prefix = "3"
);
""",
}


def create_index(_apps: Any, editor: Any) -> None:
    """Create the search table; ``editor`` is a schema editor."""
    editor.execute(_CREATE[editor.connection.vendor])


def drop_index(_apps: Any, editor: Any) -> None:
    """Drop the search table; for undoing the migration."""
    editor.execute("DROP TABLE rooms_initiative_search")


def index_text(initiative: Initiative, text: str) -> None:
    """Let an initiative be found by what it says now."""
    title, _line, brief = plain(text).partition("\n")
    if connection.vendor == "postgresql":
        language = _CONFIGURATIONS[Room.Language(initiative.room.language)]
        _execute(
            "INSERT INTO rooms_initiative_search VALUES (%s, "
            "setweight(to_tsvector(%s::regconfig, %s), 'A') "
            "|| setweight(to_tsvector(%s::regconfig, %s), 'B')) "
            "ON CONFLICT (initiative_id) DO UPDATE SET document = EXCLUDED.document",
            [initiative.pk, language, title, language, brief],
        )
    else:
        forget_text(initiative)
        _execute(
            "INSERT INTO rooms_initiative_search (rowid, title, brief) VALUES (%s, %s, %s)",
            [initiative.pk, title, brief],
        )


def forget_text(initiative: Initiative) -> None:
    """Let an initiative be found no longer."""
    _execute(f"DELETE FROM rooms_initiative_search WHERE {_key()} = %s", [initiative.pk])


def matching(initiatives: QuerySet[Initiative], query: str) -> QuerySet[Initiative]:
    """Return those initiatives that say something with all words of a query."""
    words = _WORD.findall(plain(query[:MAX_QUERY]))
    if not words:
        return initiatives
    if connection.vendor == "postgresql":
        where = (
            "document @@ (websearch_to_tsquery('french', %s) "
            "|| websearch_to_tsquery('english', %s))"
        )
        parameters = [" ".join(words)] * 2
    else:
        where = "rooms_initiative_search MATCH %s"
        parameters = [" ".join(f'"{word}"*' for word in words)]
    found = f"SELECT {_key()} FROM rooms_initiative_search WHERE {where}"
    # Of a rare word the index names all there are; a frequent one is met soon on the way down any
    # list. One statement for both goes down the whole list for a word that hardly anybody uses.
    with connection.cursor() as cursor:
        cursor.execute(f"{found} LIMIT {FEW}", parameters)
        few = [pk for (pk,) in cursor.fetchall()]
    if len(few) < FEW:
        return initiatives.filter(pk__in=RawSQL(*_rows(few)))
    return initiatives.filter(pk__in=RawSQL(found, parameters))


def plain(text: str) -> str:
    """Return a text in small letters without accents: "Été à Évry" and "ete a evry" are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _rows(keys: list[int]) -> tuple[str, list[Any]]:
    """Return a statement that gives these keys: one parameter, whatever their number."""
    if connection.vendor == "postgresql":
        return "SELECT unnest(%s::bigint[])", [keys]
    return "SELECT value FROM json_each(%s)", [json.dumps(keys)]


def _key() -> str:
    return "initiative_id" if connection.vendor == "postgresql" else "rowid"


def _execute(sql: str, parameters: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
