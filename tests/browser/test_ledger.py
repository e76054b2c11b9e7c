"""The ledger, the report and one's own data, for everybody: any size, any scheme."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_access import NARROW, furnish, violations


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_public_pages_are_for_everybody(alice: Visitor, olga: Visitor, scheme: str) -> None:
    furnish(olga, alice)
    room = alice.page.evaluate("location.pathname")
    alice.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in (f"{room}ledger/", "/ledger/", "/transparency/", "/account/data/"):
        alice.open(path)
        expect(alice.page.locator("h1")).to_be_visible()
        assert violations(alice.page) == [], path
        for size in (NARROW, {"width": 320, "height": 640}):
            alice.page.set_viewport_size(size)  # type: ignore[arg-type]
            width = alice.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], (path, width)


def test_a_plot_has_its_numbers_beside_it(alice: Visitor, olga: Visitor) -> None:
    furnish(olga, alice)
    alice.open(alice.page.evaluate("location.pathname") + "ledger/")
    expect(alice.page.get_by_role("img", name="Decisions over time")).to_be_visible()
    alice.page.get_by_text("As a table", exact=True).click()
    expect(alice.page.get_by_role("columnheader", name="From")).to_be_visible()
    row = alice.page.get_by_role("row", name="Threat or call to violence")
    expect(row.get_by_role("cell").last).to_have_text("1")
