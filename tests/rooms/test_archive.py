"""The file of a backup: whole or not there, and told from anything else."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db import connection

from rooms.backup.archive import (
    DATABASE,
    MANIFEST,
    BackupError,
    Facts,
    Sealed,
    check_archive,
    opened,
    write_archive,
)
from rooms.backup.facts import facts_of_default, holds_something, require_known
from rooms.eventlog.models import Room

FACTS = Facts("2026-01-31T12:00:00+00:00", 2, 30, ["rooms.0001_initial"])
DATA = b"everything" * 1000


def dump(out: Sealed) -> Facts:
    out.write(DATA[:10])
    out.write(DATA[10:])
    return FACTS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "backup"
    write_archive(path, "sqlite", dump)
    return path


def test_what_was_written_is_read(file: Path) -> None:
    manifest = check_archive(file)
    assert (manifest.engine, manifest.size, manifest.facts) == ("sqlite", len(DATA), FACTS)
    with opened(file) as (_manifest, stream):
        assert stream.read() == DATA
    assert file.stat().st_mode & 0o077 == 0


def test_nothing_is_left_of_one_that_fails(tmp_path: Path) -> None:
    def fail(out: Sealed) -> Facts:
        out.write(DATA)
        raise BackupError("the database went away")

    with pytest.raises(BackupError, match="went away"):
        write_archive(tmp_path / "backup", "sqlite", fail)
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_replaced(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(BackupError, match="replaces no file"):
        write_archive(file, "sqlite", dump)
    assert file.read_bytes() == before


def test_any_cut_and_other_data_is_noticed(file: Path) -> None:
    data = file.read_bytes()
    for end in range(0, len(data), 7):
        file.write_bytes(data[:end])
        with pytest.raises(BackupError):
            check_archive(file)
    with ZipFile(file.with_name("other"), "w") as other:
        other.writestr(DATABASE, b"something else")
        file.write_bytes(data)
        with ZipFile(file) as whole:
            other.writestr(MANIFEST, whole.read(MANIFEST))
    with pytest.raises(BackupError, match="digest"):
        check_archive(file.with_name("other"))


@pytest.mark.parametrize("change", [{"format": 2}, {"facts": {}}, {"size": None, "more": 1}])
def test_another_format_is_refused(file: Path, change: dict[str, object]) -> None:
    other = file.with_name("other")
    with ZipFile(file) as whole, ZipFile(other, "w") as archive:
        archive.writestr(DATABASE, whole.read(DATABASE))
        archive.writestr(MANIFEST, json.dumps({**json.loads(whole.read(MANIFEST)), **change}))
    with pytest.raises(BackupError):
        check_archive(other)


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    with pytest.raises(BackupError, match="cannot be read"):
        check_archive(path)
    path.write_bytes(b"not a zip")
    with pytest.raises(BackupError, match="is no backup"):
        check_archive(path)


def test_a_site_that_nobody_has_used_is_empty(db: None) -> None:
    assert not holds_something()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE somebody_elses (id integer)")
    assert holds_something()


def test_one_room_is_something(room: Room) -> None:
    assert holds_something() and facts_of_default().rooms == 1


def test_a_later_version_is_refused() -> None:
    require_known(["rooms.0001_initial"])
    with pytest.raises(BackupError, match=r"rooms\.9999_later"):
        require_known(["rooms.0001_initial", "rooms.9999_later"])
