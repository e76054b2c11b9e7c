"""A production server that was not fully configured does not start, and says what to set."""

import os
import subprocess
import sys

import pytest

COMPLETE = {
    "DEBUG": "0",
    "SECRET_KEY": "k" * 50,
    "ORIGINS": "https://debate.example.org",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "DATABASE_URL": "postgres://u@127.0.0.1/db",
}


def boot(environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    clean = {k: v for k, v in os.environ.items() if k not in {*COMPLETE, "SINGLE_WORKER"}}
    return subprocess.run(
        [sys.executable, "-c", "import livedebate.settings"],
        env={**clean, **environ},
        capture_output=True,
        text=True,
    )


def test_a_complete_one_starts() -> None:
    assert boot(COMPLETE).returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("ORIGINS", None),
        ("ORIGINS", "debate.example.org"),
        ("ORIGINS", "https://debate.example.org/rooms"),
        ("REDIS_URL", None),
        ("DATABASE_URL", "mysql://u@127.0.0.1/db"),
        ("RATE_LIMITS", "5 a second"),
        ("LINK_HOLD", "https://spam.example/"),
        ("CLASSIFIER_URL", "classifier.example.org"),
        ("CLASSIFIER_TIMEOUT", "20"),
        ("STOP_NOTICE", "-1"),
        ("STOP_NOTICE", "61"),
    ],
)
def test_an_incomplete_one_stops_and_names_what_is_missing(name: str, value: str | None) -> None:
    environ = {k: v for k, v in COMPLETE.items() if k != name}
    stopped = boot({**environ, name: value} if value else environ)
    assert stopped.returncode != 0
    assert name in stopped.stderr


def test_one_worker_may_do_without_redis() -> None:
    environ = {k: v for k, v in COMPLETE.items() if k != "REDIS_URL"}
    assert boot({**environ, "SINGLE_WORKER": "1"}).returncode == 0


def test_a_development_server_needs_nothing() -> None:
    assert boot({}).returncode == 0
