"""Queries that every message takes: put into SQL once, instead of each time."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
Value = int | str | Sequence[int] | Sequence[str]
_PLACE = re.compile(r"IN \(%s\)|%s")


class Prepared(Generic[M]):
    """A query of the ORM with places for values; gives instances, as the ORM does.

    ``build`` is given something of the kind of each value to build the query with. A list is for
    ``__in``: in the statement it is one value however long it is, so that the text never differs.
    """

    def __init__(self, build: Callable[..., "QuerySet[M]"], *like: Value) -> None:
        self._build = build
        self._like = like
        self._compiled: dict[str, _Compiled[M]] = {}

    def fetch(self, *values: Value) -> list[M]:
        """Ask with these values, in the order in which ``build`` takes them."""
        if connection.vendor not in self._compiled:
            self._compiled[connection.vendor] = _Compiled(self._build(*self._like), self._like)
        return self._compiled[connection.vendor].fetch(values)


class _Compiled(Generic[M]):
    """A query in the SQL of one kind of database."""

    def __init__(self, queryset: "QuerySet[M]", like: Sequence[Value]) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        stand_ins = [one if isinstance(one, int | str) else one[0] for one in like]
        self._order = [stand_ins.index(param) for param in params]
        places = iter(self._order)
        self._sql = _PLACE.sub(lambda place: _place(place[0], like[next(places)]), sql)
        self._names = [field.attname for field in queryset.model._meta.concrete_fields]
        self._model = queryset.model
        self._converters = compiler.get_converters([column for column, *_ in compiler.select])
        self._convert = compiler.apply_converters

    def fetch(self, values: Sequence[Value]) -> list[M]:
        given = [_given(value) for value in values]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [given[index] for index in self._order])
            rows = cursor.fetchall()
        if self._converters:
            rows = list(self._convert(rows, self._converters))
        return [self._model.from_db(connection.alias, self._names, row) for row in rows]


def _place(place: str, like: Value) -> str:
    if isinstance(like, int | str):
        return place
    if connection.vendor == "postgresql":
        return "= ANY(%s)"
    return "IN (SELECT value FROM json_each(%s))"


def _given(value: Value) -> Any:
    if isinstance(value, int | str):
        return value
    return list(value) if connection.vendor == "postgresql" else json.dumps(list(value))
