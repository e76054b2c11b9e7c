"""Indexes that are the beginning of others lead the planner astray, and cost at every insert."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model

MODELS = list(apps.get_app_config("rooms").get_models())


def composed(model: type[Model]) -> Iterator[tuple[str, ...]]:
    """Return the fields of each index and constraint of several fields, over all rows."""
    for one in (*model._meta.indexes, *model._meta.constraints):
        fields: tuple[str, ...] = tuple(getattr(one, "fields", ()))
        if len(fields) > 1 and not getattr(one, "condition", None):
            yield tuple(name.removeprefix("-") for name in fields)


def keys(model: type[Model], *, indexed: bool) -> list[Any]:
    """Return the foreign keys that have an index of their own, or those that have none."""
    fields: list[Any] = list(model._meta.local_fields)
    return [one for one in fields if one.db_index is indexed and type(one) is ForeignKey]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_index_is_the_beginning_of_another(model: type[Model]) -> None:
    alone = {key.name for key in keys(model, indexed=True)}
    assert alone.isdisjoint(fields[0] for fields in composed(model))


@pytest.mark.django_db
def test_the_database_has_the_indexes_that_the_models_name() -> None:
    for model in MODELS:
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        named = {index.name for index in model._meta.indexes}
        unnamed = {
            constraint["columns"][0]
            for name, constraint in found.items()
            if constraint["index"] and len(constraint["columns"]) == 1 and name not in named
        }
        assert unnamed.isdisjoint(key.column for key in keys(model, indexed=False)), model
