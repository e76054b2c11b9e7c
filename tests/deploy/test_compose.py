"""The compose file: held against the Compose Specification's own schema, and against the code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

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
