"""Drop every index that is the beginning of another one.

The planner was led astray by them: of a room with a tenth of all events it read all instead of
the last. And each costs a little at every insert.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FIELDS = [
    ("acknowledgement", "announcement"),
    ("announcement", "author"),
    ("announcement", "room"),
    ("announcementtext", "room"),
    ("appeal", "room"),
    ("appealmessage", "room"),
    ("assignment", "task"),
    ("block", "blocker"),
    ("choice", "user"),
    ("conversation", "low"),
    ("event", "room"),
    ("initiative", "source_room"),
    ("ledgerentry", "room"),
    ("letter", "room"),
    ("meetup", "author"),
    ("meetup", "room"),
    ("meetuptext", "room"),
    ("message", "author"),
    ("message", "room"),
    ("messagebody", "room"),
    ("notice", "room"),
    ("noticetext", "room"),
    ("notification", "contact"),
    ("notification", "user"),
    ("participant", "room"),
    ("reaction", "room"),
    ("reading", "user"),
    ("report", "reporter"),
    ("report", "room"),
    ("reportback", "initiative"),
    ("reportwords", "room"),
    ("roompolicy", "room"),
    ("rsvp", "meetup"),
    ("signature", "initiative"),
    ("statement", "participant"),
    ("statement", "room"),
    ("task", "author"),
    ("task", "room"),
    ("task", "source_room"),
    ("tasktext", "room"),
    ("tie", "asker"),
    ("vaultedbody", "room"),
]


def drop(apps: Any, editor: Any) -> None:
    """Drop them by name: altering the fields would make SQLite build every table anew."""
    for _table, _column, index in _named(apps, editor):
        editor.execute(f"DROP INDEX {index}")


def create(apps: Any, editor: Any) -> None:
    """Create them again; for undoing the migration."""
    for table, column, index in _named(apps, editor):
        editor.execute(f"CREATE INDEX {index} ON {table} ({column})")


def _named(apps: Any, editor: Any) -> list[tuple[str, str, str]]:
    """Return table, column and index of each field, as Django names them."""
    columns = []
    for model_name, name in FIELDS:
        meta = apps.get_model("rooms", model_name)._meta
        columns.append((meta.db_table, meta.get_field(name).column))
    return [
        (table, column, editor._create_index_name(table, [column])) for table, column in columns
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("rooms", "0019_tally"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop, create)],
            state_operations=[
                migrations.AlterField(
                    model_name="acknowledgement",
                    name="announcement",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acknowledgements",
                        to="rooms.announcement",
                    ),
                ),
                migrations.AlterField(
                    model_name="announcement",
                    name="author",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rooms.participant",
                    ),
                ),
                migrations.AlterField(
                    model_name="announcement",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcements",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="announcementtext",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="rooms.room"
                    ),
                ),
                migrations.AlterField(
                    model_name="appeal",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="appealmessage",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="rooms.room"
                    ),
                ),
                migrations.AlterField(
                    model_name="assignment",
                    name="task",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="rooms.task",
                    ),
                ),
                migrations.AlterField(
                    model_name="block",
                    name="blocker",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="choice",
                    name="user",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="conversation",
                    name="low",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="event",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="initiative",
                    name="source_room",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspired",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="ledgerentry",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="letter",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="rooms.room"
                    ),
                ),
                migrations.AlterField(
                    model_name="meetup",
                    name="author",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rooms.participant",
                    ),
                ),
                migrations.AlterField(
                    model_name="meetup",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetups",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="meetuptext",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="rooms.room"
                    ),
                ),
                migrations.AlterField(
                    model_name="message",
                    name="author",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="rooms.participant",
                    ),
                ),
                migrations.AlterField(
                    model_name="message",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="messagebody",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="rooms.room"
                    ),
                ),
                migrations.AlterField(
                    model_name="notice",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="noticetext",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="rooms.room"
                    ),
                ),
                migrations.AlterField(
                    model_name="notification",
                    name="contact",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="rooms.contact",
                    ),
                ),
                migrations.AlterField(
                    model_name="notification",
                    name="user",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="participant",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="reaction",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="rooms.room"
                    ),
                ),
                migrations.AlterField(
                    model_name="reading",
                    name="user",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="report",
                    name="reporter",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="rooms.participant",
                    ),
                ),
                migrations.AlterField(
                    model_name="report",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="reportback",
                    name="initiative",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="rooms.initiative",
                    ),
                ),
                migrations.AlterField(
                    model_name="reportwords",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="rooms.room"
                    ),
                ),
                migrations.AlterField(
                    model_name="roompolicy",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policies",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="rsvp",
                    name="meetup",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rsvps",
                        to="rooms.meetup",
                    ),
                ),
                migrations.AlterField(
                    model_name="signature",
                    name="initiative",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="rooms.initiative",
                    ),
                ),
                migrations.AlterField(
                    model_name="statement",
                    name="participant",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="rooms.participant",
                    ),
                ),
                migrations.AlterField(
                    model_name="statement",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="task",
                    name="author",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rooms.participant",
                    ),
                ),
                migrations.AlterField(
                    model_name="task",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="task",
                    name="source_room",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks_made_from",
                        to="rooms.room",
                    ),
                ),
                migrations.AlterField(
                    model_name="tasktext",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="rooms.room"
                    ),
                ),
                migrations.AlterField(
                    model_name="tie",
                    name="asker",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AlterField(
                    model_name="vaultedbody",
                    name="room",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="rooms.room"
                    ),
                ),
            ],
        ),
    ]
