"""The database itself refuses to rewrite the log, whoever asks."""

from django.db import migrations

from rooms.eventlog.triggers import create_triggers, drop_triggers


class Migration(migrations.Migration):
    dependencies = [("rooms", "0001_initial")]

    operations = [migrations.RunPython(create_triggers, drop_triggers)]
