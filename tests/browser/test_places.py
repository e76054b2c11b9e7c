"""The field for places as a combobox, by keyboard; maps and their lists, on a narrow phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_access import violations

NARROW = {"width": 320, "height": 640}


def test_a_place_is_chosen_by_keyboard(visit: Visit) -> None:
    visitor = visit(viewport=NARROW)
    visitor.open("/places/")
    page = visitor.page
    field = page.get_by_role("combobox", name="Town, département or postal code")
    field.press_sequentially("montr")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Montreuil (93)")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    first = page.locator("[aria-selected=true]")
    expect(first).to_contain_text("Montreuil (93)")
    expect(field).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    assert violations(page) == []
    field.press("ArrowUp")
    expect(page.locator("[aria-selected=true]")).not_to_contain_text("Montreuil (93)")
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("Montreuil (93)")
    expect(page.get_by_role("listbox")).to_be_hidden()
    field.press("Enter")
    page.wait_for_url("**/places/93048/")
    expect(page.get_by_role("heading", name="Montreuil (93)")).to_be_visible()


def test_escape_keeps_the_text_and_typing_on_forgets_the_code(visit: Visit) -> None:
    visitor = visit(viewport=NARROW)
    visitor.open("/places/")
    page = visitor.page
    field = page.get_by_role("combobox")
    field.press_sequentially("lyon")
    page.get_by_role("option", name="Lyon (69)").first.click()
    code = page.locator("input[name=q_code]")
    expect(code).to_have_value("69123")
    field.press_sequentially(" zzz")
    expect(code).to_have_value("")
    expect(page.locator(".place [role=status]")).to_have_text("Nothing known by this name")
    field.fill("lyon")
    expect(page.get_by_role("listbox")).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("lyon")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_maps_are_for_everybody(visit: Visit, scheme: str) -> None:
    visitor = visit(viewport=NARROW, color_scheme=scheme)
    for path in ("/places/?q=saint", "/places/69123/", "/places/dep-974/"):
        visitor.open(path)
        assert violations(visitor.page) == [], path
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320, path
    visitor.open("/places/")
    area = visitor.page.get_by_role("link", name="Rhône", exact=True)
    area.focus()
    area.press("Enter")
    visitor.page.wait_for_url("**/places/dep-69/")
