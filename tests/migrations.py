"""What a migration may not do while workers of the version before it run, and people write."""

from collections.abc import Iterator
from typing import Any

from django.db.migrations import Migration, operations
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import ForeignKey, ManyToManyField

from rooms.eventlog.concurrently import AddIndexConcurrently, RemoveIndexConcurrently

LARGE = {"event", "message", "messagebody"}
"""Models whose tables grow with all that is said."""
CONTRACTS = (
    operations.RemoveField,
    operations.RenameField,
    operations.DeleteModel,
    operations.RenameModel,
    operations.AlterModelTable,
)
LOCKING = (
    operations.AddIndex,
    operations.RemoveIndex,
    operations.AddConstraint,
    operations.AlterUniqueTogether,
    operations.AlterField,
)


def faults_of(migration: Migration, before: ProjectState) -> list[str]:
    """Return what is wrong with a migration that is applied to a state; [] for one that is fit.

    One that takes away what the last release still used says so by ``contracts``, the release from
    which on nothing uses it any more.
    """
    state = before.clone()
    faults: list[str] = []
    made: set[str] = set()
    for operation in migration.operations:
        for one in _flat(operation):
            faults += [f"{migration}: {one.describe()}: {why}" for why in _whys(one, state, made)]
            if isinstance(one, operations.CreateModel):
                made.add(one.name.lower())
        operation.state_forwards(migration.app_label, state)
    if getattr(migration, "contracts", ""):
        faults = [fault for fault in faults if not fault.endswith(CONTRACTED)]
    return faults


CONTRACTED = "the version before still uses it; say from which release on nothing does"


def _flat(operation: Operation) -> Iterator[Operation]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for one in operation.database_operations:
            yield from _flat(one)
    else:
        yield operation


def _whys(one: Operation, state: ProjectState, made: set[str]) -> Iterator[str]:
    """Yield why an operation does not fit; what the same migration has made is nobody's yet."""
    model = str(getattr(one, "model_name", getattr(one, "name", "")) or "").lower()
    if model in made:
        return
    if isinstance(one, CONTRACTS):
        yield CONTRACTED
    if isinstance(one, operations.AddField):
        yield from _of_new_field(one.field, model in LARGE)
    if isinstance(one, operations.AlterField):
        yield from _of_change(one, state)
    is_beside = isinstance(one, AddIndexConcurrently | RemoveIndexConcurrently)
    if model in LARGE and isinstance(one, LOCKING) and not is_beside:
        yield "it locks a large table: make it beside those who write"
    if isinstance(one, operations.RunSQL):
        yield from _of_sql(str(one.sql))


def _of_new_field(field: Any, is_large: bool) -> Iterator[str]:
    if isinstance(field, ManyToManyField):
        return
    if not field.null and not field.has_db_default():
        yield "the version before does not fill it: let it be NULL, or give it a db_default"
    if is_large and (field.unique or field.db_index):
        yield "it makes an index of a large table: make it later, beside those who write"
    if is_large and isinstance(field, ForeignKey) and getattr(field, "db_constraint", True):
        yield "it checks every row of a large table"


def _of_change(one: Any, state: ProjectState) -> Iterator[str]:
    before = state.models["rooms", one.model_name.lower()].fields[one.name]
    if before.null and not one.field.null and not one.field.has_db_default():
        yield "the version before may leave it NULL: give it a db_default"
    old, new = before.max_length, one.field.max_length
    is_shorter = old is not None and new is not None and new < old
    if is_shorter or before.get_internal_type() != one.field.get_internal_type():
        yield CONTRACTED


def _of_sql(sql: str) -> Iterator[str]:
    words = sql.lower()
    if any(f"rooms_{model}" in words for model in LARGE) and "concurrently" not in words:
        yield "it may lock a large table: make it beside those who write"
