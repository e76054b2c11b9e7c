"""What the documents say is what the code has."""

import re
from pathlib import Path

import msgspec
from django.conf import settings

from rooms.eventlog.registry import event_types
from tests.faults.nemesis import HARM
from tests.faults.rounds import named_in_the_document

README = Path("README.md").read_text()


def test_every_setting_is_in_the_readme() -> None:
    code = Path("livedebate/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    assert read == set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.M))


def test_every_screener_is_documented_and_in_use() -> None:
    document = Path("docs/screening.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| `(\w+\.py)` \|", document, re.M))
    in_use = {path.rsplit(".", 1)[1]: f"{path.split('.')[-2]}.py" for path in settings.SCREENERS}
    files = {path.name for path in Path("rooms/moderation/screeners").glob("[a-z]*.py")}
    assert rows == in_use
    assert set(rows.values()) == files


def test_every_event_type_is_documented_with_its_payload() -> None:
    rows = re.findall(r"^\| `([a-z._]+)` \|.*\|(.*)\|$", Path("docs/events.md").read_text(), re.M)
    documented = {name: re.findall(r"`(\w+)`", payload) for name, payload in rows}
    assert documented == {
        name: [field.encode_name for field in msgspec.structs.fields(payload)]
        for name, payload in event_types().items()
    }


def test_the_build_runs_the_command_of_the_readme() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, re.M)
    assert len(commands) == 2
    assert commands[1].endswith(" python -m tests.check")
    assert "grep -m1 'tests\\.check$' README.md" in Path(".ci/run").read_text()


def test_the_files_that_documents_name_are_there() -> None:
    for document in (README, Path("CONTRIBUTING.md").read_text()):
        named = re.findall(
            r"\]\(([\w./-]+)\)|`((?:rooms|consumers|docs|tests)/[\w./-]+)`", document
        )
        missing = [path for found in named for path in found if path and not Path(path).exists()]
        assert missing == []


def missing_tests(document: str) -> list[str]:
    """Return the tests that a document names and that are not there."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", document)
    return [name for path, name in named if f"def {name}(" not in Path(path).read_text()]


def test_every_feature_of_2010_names_a_test_that_is_there() -> None:
    section = re.search(r"^### The two systems of 2010.*?^## ", README, re.M | re.S)
    assert section
    rows = re.findall(r"^\| (?:CP|LC|Both): .*$", section[0], re.M)
    assert [row for row in rows if not re.search(r"`tests/[\w/]+\.py::\w+` \|$", row)] == []
    assert rows and missing_tests(section[0]) == []


def test_every_promise_names_tests_and_files_that_are_there() -> None:
    document = Path("docs/reliability.md").read_text()
    assert missing_tests(document) == []
    kept, tested = (
        re.findall(rf"^\| (\d+) \| {cell}", document, re.M) for cell in ("[A-Z]", "`tests/")
    )
    assert kept == tested == [str(number) for number in range(1, 21)]
    assert list(named_in_the_document()) == [*range(1, 21)] and all(
        named_in_the_document().values()
    )
    files = re.findall(r"`((?:rooms|consumers|livedebate|tests)/[\w/.]+)`", document)
    assert [path for path in files if not Path(path).exists()] == []


def test_security_names_tests_and_files_that_are_there() -> None:
    document = Path("docs/security.md").read_text()
    rows = re.findall(r"^\| [A-Z].*\|$", document, re.M)[1:]
    assert rows and [row for row in rows if "::test_" not in row] == []
    assert missing_tests(document) == []
    files = re.findall(r"`((?:rooms|consumers|livedebate|tests|docs)/[\w/.]+)`", document)
    assert files and [path for path in files if not Path(path).exists()] == []


def test_every_fault_is_in_the_table_of_promises() -> None:
    faults = re.search(r"^\| Fault .*?\n\n", Path("docs/reliability.md").read_text(), re.M | re.S)
    assert faults
    links = [
        f"link to {end}: {harm}" for end in ("clients", "PostgreSQL", "Redis") for harm in HARM
    ]
    clocks = ["a worker’s clock", "`runclock`: its clock"]
    assert [name for name in [*links, *clocks] if name not in faults[0]] == []
