"""The transparency report's page: for everybody, with what is not recorded said to be so."""

import json
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rooms.eventlog.models import Room
from tests.views.conftest import Send, address, browser, page

THIS = timezone.localdate().year


@pytest.fixture(autouse=True)
def _no_earlier_report() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_the_report_is_one_step_from_the_ledger(
    room: Room, alice: Client, max_: Client, send: Send
) -> None:
    removed = send(alice, "Something else entirely.")
    max_.post(address("remove", room, removed), {"reason": "off_topic"})
    assert reverse("rooms:latest_transparency") in page(browser(), reverse("rooms:public_ledger"))
    answer = browser().get(reverse("rooms:latest_transparency"), follow=True)
    html = answer.content.decode()
    assert f"Transparency report {THIS}" in html
    assert "by kind: Message removed" in html
    assert "not recorded" in html and "Article 15(1)(a)" in html


def test_the_files_say_the_same(room: Room) -> None:
    told = json.loads(page(browser(), reverse("rooms:transparency_json", args=[THIS])))
    assert told["year"] == THIS and told["figures"]
    assert page(browser(), reverse("rooms:transparency_csv", args=[THIS])).startswith("article,")


@pytest.mark.parametrize("year", [0, THIS - 1, THIS + 1, 99999])
def test_there_is_no_report_on_other_years(room: Room, year: int) -> None:
    for name in ("transparency", "transparency_json", "transparency_csv"):
        page(browser(), reverse(f"rooms:{name}", args=[year]), status=404)


def test_a_report_is_counted_once_for_many_readers(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = reverse("rooms:transparency", args=[THIS])
    page(browser(), url)
    monkeypatch.setattr("rooms.views.transparency.report", lambda _year: 1 / 0)
    assert "not recorded" in page(browser(), url)
