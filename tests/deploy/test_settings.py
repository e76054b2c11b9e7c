"""A production server that was not fully configured does not start, and says what to set."""

import json
import os
import secrets
import subprocess
import sys

import pytest

from livedebate.settings import INSECURE_KEY

COMPLETE = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "ORIGINS": "https://debate.example.org",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "DATABASE_URL": "postgres://u@127.0.0.1/db",
}


CHECK = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
PRINT_COOKIES = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "livedebate.settings"
from django.conf import settings
names = [f"{c}_COOKIE_{n}" for c in ("SESSION", "CSRF") for n in ("SECURE", "SAMESITE")]
names += ["SESSION_COOKIE_HTTPONLY", "SECURE_HSTS_SECONDS", "DEBUG"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def boot(environ: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    """Run something with the settings of an environment; without a command, load them."""
    ours = {*COMPLETE, "SINGLE_WORKER", "HTTPS"}
    clean = {k: v for k, v in os.environ.items() if k not in ours}
    return subprocess.run(
        [sys.executable, *(command or ("-c", "import livedebate.settings"))],
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
        ("SECRET_KEY", secrets.token_urlsafe(36)),
        ("SECRET_KEY", "x" * 64),
        ("SECRET_KEY", INSECURE_KEY),
        ("DATABASE_URL", "postgres://u:postgres@127.0.0.1/db"),
        ("DATABASE_URL", "postgres://u:LiveDebate@127.0.0.1/db"),
        ("DATABASE_URL", "postgres://somebody:somebody@127.0.0.1/db"),
        ("HTTPS", "0"),
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


def test_a_password_of_ones_own_is_taken_and_a_site_without_https() -> None:
    url = f"postgres://livedebate:{secrets.token_hex(16)}@127.0.0.1/db"
    assert boot({**COMPLETE, "DATABASE_URL": url}).returncode == 0
    assert boot({**COMPLETE, "ORIGINS": "http://10.0.0.5:8080", "HTTPS": "0"}).returncode == 0


def test_what_stops_the_start_tells_no_secret() -> None:
    key, password = "tell-nobody" * 3, "changeme"
    url = f"postgres://u:{password}@127.0.0.1/db"
    stopped = boot({**COMPLETE, "SECRET_KEY": key, "DATABASE_URL": url})
    assert stopped.returncode != 0
    assert key not in stopped.stderr and password not in stopped.stderr


def test_djangos_own_check_of_a_deployment_finds_nothing() -> None:
    checked = boot(COMPLETE, *CHECK)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "(3 silenced)" in checked.stdout


def test_djangos_own_check_does_find_what_is_missing() -> None:
    """Each of the settings that it looks at counts: none of it is silenced."""
    plain = boot({**COMPLETE, "ORIGINS": "http://10.0.0.5:8080", "HTTPS": "0"}, *CHECK)
    assert plain.returncode != 0
    for found in ("security.W004", "security.W012", "security.W016"):
        assert found in plain.stderr


def test_cookies_and_hsts_of_a_site_on_https() -> None:
    told = boot(COMPLETE, "-c", PRINT_COOKIES)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SECURE_HSTS_SECONDS": 31536000,
        "DEBUG": False,
    }


def test_one_worker_may_do_without_redis() -> None:
    environ = {k: v for k, v in COMPLETE.items() if k != "REDIS_URL"}
    assert boot({**environ, "SINGLE_WORKER": "1"}).returncode == 0


def test_a_development_server_needs_nothing() -> None:
    assert boot({}).returncode == 0
