"""The compose file: held against the Compose Specification's own schema, and against the code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import load_command_class
from jsonschema import Draft202012Validator

from livedebate.health import READY_TIMEOUT
from rooms.management.commands.runclock import LAST_LETTER

PROMISED = 10.0
"""Seconds within which a worker ends."""
HERE = Path(__file__).parent
SETTINGS = Path("livedebate/settings.py").read_text()


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load(Path("docker-compose.yml").read_text())


def test_it_fits_the_specification(compose: Any) -> None:
    # The schema is the Compose Specification's (Apache-2.0), as check-jsonschema vendors it.
    schema = json.loads((HERE / "compose-spec.json").read_text())
    Draft202012Validator(schema).validate(compose)


def test_workers_wait_for_migrations_and_nothing_is_asked_of_a_default(compose: Any) -> None:
    services = compose["services"]
    for name in ("web", "clock"):
        assert services[name]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }
    assert services["migrate"]["restart"] == "no"
    for name in ("SECRET_KEY", "ORIGINS", "EMAIL_URL"):
        assert services["web"]["environment"][name].startswith(f"${{{name}:?")


def test_every_variable_it_sets_is_one_the_settings_read(compose: Any) -> None:
    for name in compose["services"]["web"]["environment"]:
        assert re.search(rf'"{name}"', SETTINGS), name


def test_only_the_proxy_is_reached_from_outside(compose: Any) -> None:
    assert [name for name, s in compose["services"].items() if "ports" in s] == ["proxy"]


def test_the_image_does_not_run_as_root() -> None:
    lines = Path("Dockerfile").read_text().splitlines()
    assert "USER livedebate" in lines
    assert lines.index("USER livedebate") < max(
        i for i, x in enumerate(lines) if x.startswith("CMD")
    )


def seconds(text: str) -> float:
    return float(re.fullmatch(r"(\d+)s", text)[1])  # type: ignore[index]


def test_everything_gets_the_time_that_it_takes_to_stop(compose: Any) -> None:
    services = compose["services"]
    graceful = re.search(r'"--timeout-graceful-shutdown", "(\d+)"', Path("Dockerfile").read_text())
    notice = re.search(r'"STOP_NOTICE", 0.0 if DEBUG else ([\d.]+)', SETTINGS)
    assert graceful and notice
    longest = float(graceful[1]) + float(notice[1])
    assert longest < PROMISED < seconds(services["web"]["stop_grace_period"])
    assert seconds(services["clock"]["stop_grace_period"]) > LAST_LETTER
    assert seconds(services["postgres"]["stop_grace_period"]) >= 60


def test_the_proxy_waits_for_workers_that_are_ready(compose: Any) -> None:
    services = compose["services"]
    probe = services["web"]["healthcheck"]
    assert "http://127.0.0.1:8000/readyz" in probe["test"][-1]
    compile(probe["test"][-1], "probe", "exec")
    assert READY_TIMEOUT < 4 < seconds(probe["timeout"])
    assert services["proxy"]["depends_on"]["web"] == {"condition": "service_healthy"}
    for name in ("postgres", "redis"):
        assert services[name]["healthcheck"]["test"][0] == "CMD"
    for name in ("migrate", "clock"):
        assert services[name]["healthcheck"] == {"disable": True}, "they answer no probe"


def test_the_image_can_back_the_database_up(compose: Any) -> None:
    server = re.fullmatch(r"postgres:(\d+)", compose["services"]["postgres"]["image"])
    client = re.search(r"\bpostgresql-client-(\d+)\b", Path("Dockerfile").read_text())
    assert server and client and int(client[1]) >= int(server[1])


def test_the_commands_of_the_readme_are_there_and_take_what_it_says(compose: Any) -> None:
    readme = Path("README.md").read_text()
    section = re.search(r"\*\*Back up\.\*\*.*?(?=\n## )", readme, re.S)
    assert section
    found = re.findall(r"manage\.py (\w+)((?: --[\w-]+)*)", section[0])
    assert {name for name, _options in found} >= {"backup", "restore", "removals"}
    for name, options in found:
        parser = load_command_class("rooms", name).create_parser("manage.py", name)
        assert set(options.split()) <= set(parser._option_string_actions)
    services = re.findall(r"docker compose (?:stop|up -d) ([a-z ]+)$", section[0], re.M)
    assert services and set(" ".join(services).split()) <= set(compose["services"])
