"""Static files in production: few requests, each with a hash of what is in it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.test import Client

from livedebate.static import BundledStorage, without_comments


@pytest.fixture
def storage(tmp_path: Path) -> BundledStorage:
    """Return a folder into which all static files were collected."""
    storage = BundledStorage(location=tmp_path, base_url="/static/")
    paths = {}
    for finder in get_finders():
        for path, source in finder.list([]):
            with source.open(path) as file:
                storage.save(path, file)
            paths[path] = (storage, path)
    for _name, _hashed, done in storage.post_process(paths):
        assert not isinstance(done, Exception), done
    return storage


def text(storage: BundledStorage, name: str) -> str:
    with storage.open(storage.stored_name(name)) as file:
        return str(file.read().decode())


def test_a_bundle_has_all_of_its_parts_in_order(storage: BundledStorage) -> None:
    for name, parts in settings.BUNDLES.items():
        bundle, begin = text(storage, name), 0
        for part in parts:
            code = without_comments(text(storage, part))
            begin = bundle.index(code.split("url(")[0], begin)


def test_no_string_goes_over_lines_and_is_taken_for_a_comment(storage: BundledStorage) -> None:
    for parts in settings.BUNDLES.values():
        for line in "\n".join(text(storage, part) for part in parts).splitlines():
            assert line.lstrip().startswith("//") or line.count("`") % 2 == 0, line


def test_bundles_are_hashed_and_compressed_and_lead_to_hashed_files(
    storage: BundledStorage,
) -> None:
    for name in settings.BUNDLES:
        hashed = storage.stored_name(name)
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", hashed)
        assert storage.exists(f"{hashed}.gz")
    fonts = re.findall(r'url\("([^"]+)"\)', text(storage, "bundles/site.css"))
    assert len(fonts) == 2
    for font in fonts:
        assert re.fullmatch(r"\.\./fonts/\w+\.[0-9a-f]{12}\.woff2", font)
        assert storage.exists(f"fonts/{font.rpartition('/')[2]}")


@pytest.mark.django_db
def test_pages_are_compressed_for_those_who_take_it() -> None:
    plain = Client().get("/")
    packed = Client().get("/", headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert "Content-Encoding" not in plain


@pytest.mark.django_db
def test_the_length_of_a_page_tells_nothing_about_what_is_in_it() -> None:
    """What others write stands beside secrets: the same page comes in many lengths."""
    client = Client()
    packed = (client.get("/", headers={"Accept-Encoding": "gzip"}) for _ in range(12))
    assert len({len(answer.content) for answer in packed}) > 3
