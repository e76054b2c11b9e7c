"""Migrations expand, and contract one release later: workers of the old version run meanwhile."""

import importlib
from typing import Any

import pytest
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import F
from django.db.utils import ConnectionHandler

from rooms.eventlog.concurrently import AddIndexConcurrently, RemoveIndexConcurrently
from tests.migrations import faults_of

BASELINE = "0020_narrow_indexes"
"""What was there before anybody ran a site by it."""
LOADER = MigrationLoader(None)


def state_before(name: str) -> ProjectState:
    """Return what the migration of that name is applied to."""
    return LOADER.project_state(("rooms", name), at_end=False)


def test_every_migration_since_lets_the_version_before_go_on() -> None:
    names = [name for app, name in LOADER.disk_migrations if app == "rooms" and name > BASELINE]
    assert names, "there is nothing to hold the rule against"
    for name in sorted(names):
        assert faults_of(LOADER.disk_migrations["rooms", name], state_before(name)) == []


def made_of(*work: Any, **attributes: Any) -> Migration:
    """Return a migration that does so after all there are."""
    made = type("Migration", (Migration,), {"operations": list(work), **attributes})
    migration: Migration = made("9999_test", "rooms")
    return migration


def now() -> ProjectState:
    return LOADER.project_state(LOADER.graph.leaf_nodes("rooms"))


TEXT = models.TextField()
SPARE = models.TextField(null=True)
FILLED = models.TextField(db_default="")
INDEX = models.Index(fields=["at"], name="at_all")
FIT: dict[str, list[Operation]] = {
    "a table": [operations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))])],
    "a field that may be empty": [operations.AddField("Message", "note", SPARE)],
    "a field that the database fills": [operations.AddField("Message", "note", FILLED)],
    "an index beside": [AddIndexConcurrently("Message", INDEX)],
    "an index of a small table": [
        operations.AddIndex("Room", models.Index(fields=["created_at"], name="room_created"))
    ],
    "a longer text": [operations.AlterField("Room", "title", models.CharField(max_length=200))],
    "a field of a table of its own": [
        operations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))]),
        operations.AddField("Thing", "note", TEXT),
        operations.AddIndex("Thing", models.Index(fields=["note"], name="thing_note")),
    ],
}
UNFIT: dict[str, tuple[list[Operation], str]] = {
    "a field goes": ([operations.RemoveField("Room", "brief")], "still uses it"),
    "a field is renamed": ([operations.RenameField("Room", "brief", "short")], "still uses it"),
    "a table goes": ([operations.DeleteModel("Picture")], "still uses it"),
    "a table is renamed": ([operations.RenameModel("Picture", "Photo")], "still uses it"),
    "a table moves": ([operations.AlterModelTable("Picture", "photos")], "still uses it"),
    "a shorter text": (
        [operations.AlterField("Room", "title", models.CharField(max_length=20))],
        "still uses it",
    ),
    "another type": ([operations.AlterField("Room", "head", TEXT)], "still uses it"),
    "a field that only the new version fills": (
        [operations.AddField("Room", "note", models.TextField(default=""))],
        "does not fill it",
    ),
    "a field that must not be empty any more": (
        [operations.AlterField("Room", "opens_at", models.DateTimeField())],
        "may leave it NULL",
    ),
    "an index that locks": ([operations.AddIndex("Message", INDEX)], "locks a large table"),
    "a check of all rows": (
        [
            operations.AddConstraint(
                "Event", models.CheckConstraint(condition=models.Q(seq__gt=F("id")), name="c")
            )
        ],
        "locks a large table",
    ),
    "an index with a field": (
        [operations.AddField("Message", "note", models.TextField(null=True, db_index=True))],
        "makes an index",
    ),
    "a key to check": (
        [
            operations.AddField(
                "MessageBody",
                "by",
                models.ForeignKey("rooms.Room", models.CASCADE, null=True, db_index=False),
            )
        ],
        "checks every row",
    ),
    "by hand": ([operations.RunSQL("CREATE INDEX i ON rooms_event (at)")], "may lock"),
    "behind the state's back": (
        [operations.SeparateDatabaseAndState([operations.RemoveField("Room", "brief")], [])],
        "still uses it",
    ),
}


@pytest.mark.parametrize("what", FIT)
def test_what_expands_is_fit(what: str) -> None:
    assert faults_of(made_of(*FIT[what]), now()) == []


@pytest.mark.parametrize("what", UNFIT)
def test_what_the_version_before_cannot_live_with_is_named(what: str) -> None:
    work, why = UNFIT[what]
    (fault,) = faults_of(made_of(*work), now())
    assert why in fault


def test_what_contracts_names_the_release() -> None:
    gone = operations.RemoveField("Room", "brief")
    assert faults_of(made_of(gone, contracts="0.3"), now()) == []
    locks = operations.AddIndex("Message", INDEX)
    assert faults_of(made_of(gone, locks, contracts="0.3"), now()) != [], "of nothing else"


@pytest.mark.django_db
def test_indexes_are_made_and_dropped_where_nobody_writes_beside() -> None:
    """On SQLite it is an index like any other; on PostgreSQL, test_migrating makes one."""
    engine = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    database = ConnectionHandler({"default": engine})["default"]
    fields: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.BigAutoField(primary_key=True)),
        ("at", models.DateTimeField()),
    ]
    name = models.Index(fields=["at"], name="thing_at")
    state, found = ProjectState(), []
    for operation in (
        operations.CreateModel("Thing", fields),
        AddIndexConcurrently("Thing", name),
        RemoveIndexConcurrently("Thing", "thing_at"),
    ):
        before = state.clone()
        operation.state_forwards("rooms", state)
        with database.schema_editor(atomic=False) as editor:
            operation.database_forwards("rooms", editor, before, state)
        with database.cursor() as cursor:
            constraints = database.introspection.get_constraints(cursor, "rooms_thing")
        found.append("thing_at" in constraints)
    assert found == [False, True, False]
    database.close()


def test_the_baseline_is_one_that_is_there() -> None:
    assert importlib.import_module(f"rooms.migrations.{BASELINE}")
