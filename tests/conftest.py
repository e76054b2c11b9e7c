"""What all tests share."""

from collections.abc import Iterator

import hypothesis
import pytest
from django.core.management.commands import flush
from django.db import connection

from rooms.eventlog.triggers import create_triggers, drop_triggers

# That the machine is busy says nothing about the code.
hypothesis.settings.register_profile(
    "tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")


RATES: pytest.StashKey[list[str]] = pytest.StashKey()
"""What tests want to be read at the end of a run, whether they pass or not."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in terminalreporter.config.stash.get(RATES, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_triggers() -> Iterator[None]:
    """Let the tests empty the tables between them: on SQLite that is a DELETE like any other."""
    empty = flush.Command.handle

    def handle(command: flush.Command, **options: object) -> None:
        if connection.vendor != "sqlite":
            return empty(command, **options)
        with connection.schema_editor() as editor:
            drop_triggers(None, editor)
        empty(command, **options)
        with connection.schema_editor() as editor:
            create_triggers(None, editor)
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle)
        yield
