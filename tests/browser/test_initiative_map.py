"""Initiatives by place, in a browser: typed, asked of the device, and on the map; on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, Visitor
from tests.browser.test_access import violations

NARROW = {"width": 320, "height": 640}
CORBEIL = {"latitude": 48.6137123, "longitude": 2.4821456}


def propose(visitor: Visitor, title: str, place: str) -> None:
    """Propose a local initiative by the form, its place chosen in the list by keyboard."""
    visitor.open("/initiatives/new")
    page = visitor.page
    page.get_by_label("Title").fill(title)
    page.get_by_label("What you propose, and why").fill("A roof.")
    page.get_by_role("group", name="Where").get_by_text("Local").click()
    field = page.get_by_role("combobox", name="Town or département")
    field.press_sequentially(place)
    expect(page.get_by_role("listbox").get_by_role("option").first).to_contain_text(place)
    field.press("ArrowDown")
    field.press("Enter")
    page.get_by_label("Your name, as others read it").fill("Paula")
    page.get_by_role("button", name="Propose it").click()
    page.wait_for_url(re.compile("/initiatives/initiative-"))


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= 320"))


def test_from_the_form_to_what_is_near_and_the_map(visit: Visit) -> None:
    paula = visit(viewport=NARROW)
    paula.sign_in("paula-places@example.org")
    propose(paula, "A roof in Corbeil", "Corbeil-Essonnes")
    page = paula.page
    page.get_by_role("link", name="Corbeil-Essonnes (91)").click()
    expect(page.get_by_role("heading", name="Near Corbeil-Essonnes (91)")).to_be_visible()
    expect(page.get_by_role("link", name="A roof in Corbeil").first).to_be_visible()
    assert violations(page) == [] and fits(page)
    page.get_by_role("link", name="Map", exact=True).click()
    area = page.get_by_role("link", name=re.compile(r"^Essonne: \d+$"))
    area.focus()
    area.press("Enter")
    page.wait_for_url("**/initiatives/?department=91")
    expect(page.get_by_role("link", name="A roof in Corbeil").first).to_be_visible()
    expect(page.get_by_label("Département")).to_have_value("91")


def test_a_device_that_says_where_it_is_is_told_what_is_near(visit: Visit) -> None:
    sam = visit(viewport=NARROW, geolocation=CORBEIL, permissions=["geolocation"])
    sam.open("/initiatives/")
    page = sam.page
    page.get_by_text("Near me").click()
    with page.expect_request("**/initiatives/near") as sent:
        page.get_by_role("button", name="Where I am now").click()
    body = sent.value.post_data or ""
    assert "latitude=48.61&longitude=2.48" in body and "48.613" not in body
    page.wait_for_url("**/initiatives/?order=near&place=*")
    expect(page.get_by_role("heading", name="Near Corbeil-Essonnes (91)")).to_be_visible()


def test_a_device_that_does_not_say_is_asked_no_more(visit: Visit) -> None:
    sam = visit(viewport=NARROW, permissions=[])
    sam.open("/initiatives/map")
    page = sam.page
    page.get_by_text("Near me").click()
    page.get_by_role("button", name="Where I am now").click()
    status = page.locator(".locate [role=status]")
    expect(status).to_have_text("Your device does not say where it is. Type the name of a place.")
    page.get_by_role("combobox").fill("Lyon")
    page.get_by_role("button", name="Show what is near").click()
    expect(page.get_by_role("heading", name="Near Lyon (69)")).to_be_visible()


def test_without_scripts_nothing_is_asked_of_the_device(visit: Visit) -> None:
    sam = visit(viewport=NARROW, java_script_enabled=False)
    sam.open("/initiatives/")
    page = sam.page
    page.get_by_text("Near me").click()
    expect(page.get_by_role("button", name="Where I am now")).to_be_hidden()
    page.get_by_label("Near which place?").fill("montreuil")
    page.get_by_role("button", name="Show what is near").click()
    page.get_by_role("radio", name="Montreuil (93)").check()
    page.get_by_role("button", name="Show what is near").click()
    expect(page.get_by_role("heading", name="Near Montreuil (93)")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_is_for_everybody(visit: Visit, scheme: str) -> None:
    visitor = visit(viewport=NARROW, color_scheme=scheme)
    for path in ("/initiatives/map", "/initiatives/", "/initiatives/?order=near&place=montreuil"):
        visitor.open(path)
        assert violations(visitor.page) == [], path
        assert fits(visitor.page), path
