"""New rows of one append, of several tables, inserted by one statement."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Model


def _plain(value: Any) -> str:
    """Return what msgspec does not take as it is: text of a class such as Django’s safe one."""
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(f"{type(value)} is not for a column")


_encoder = msgspec.json.Encoder(enc_hook=_plain)


Tables = dict[type[Model], list[Model]]


def insert(rows: Iterable[Model], *, then: str = "", values: Sequence[Sequence[int]] = ()) -> None:
    """Insert model instances, as ``bulk_create`` does but for their primary keys, which stay unset.

    ``then`` is another statement that goes with them, once with each of ``values``. On PostgreSQL
    the rows of all tables go there as JSON, in one statement: a small part of what a statement of
    the ORM for each table costs. Elsewhere the ORM does it.
    """
    tables: Tables = {}
    for row in rows:
        tables.setdefault(type(row), []).append(row)
    if connection.vendor == "postgresql":
        _insert_as_json(tables, then, values)
        return
    for model, instances in tables.items():
        model._default_manager.bulk_create(instances)
    with connection.cursor() as cursor:
        for some in values:
            cursor.execute(then, some)


def _insert_as_json(tables: Tables, then: str, values: Sequence[Sequence[int]]) -> None:
    if not tables and not values:
        return
    encoded = [_encode(model, instances) for model, instances in tables.items()]
    with connection.cursor() as cursor:
        statement = _statement(tuple(tables), then, len(values))
        cursor.execute(statement, [*encoded, *chain.from_iterable(values)])
    for instances in tables.values():
        for instance in instances:
            instance._state.adding = False
            instance._state.db = connection.alias


def _encode(model: type[Model], instances: Sequence[Model]) -> str:
    names = _columns(model)
    values: list[dict[str, Any]] = [
        {column: getattr(instance, name) for name, column in names} for instance in instances
    ]
    return _encoder.encode(values).decode()


@lru_cache
def _columns(model: type[Model]) -> list[tuple[str, str]]:
    """Return the attribute and the column of each field that is not the primary key."""
    fields = model._meta.concrete_fields
    return [(f.attname, f.column) for f in fields if f.column and not f.primary_key]


@lru_cache
def _statement(models: tuple[type[Model], ...], then: str, times: int) -> str:
    """Return one statement that does it all, in any order: references are checked when the
    transaction ends."""
    *others, last = [*map(_insert_into, models), *[then] * times]
    common = ", ".join(f"part_{n} AS ({sql})" for n, sql in enumerate(others))
    return f"WITH {common} {last}" if common else last


def _insert_into(model: type[Model]) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(column) for _name, column in _columns(model))
    rows = f"json_populate_recordset(NULL::{table}, %s)"
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {rows}"
