"""A room's rules in real browsers: a pattern is tried while it is typed, and holds at once."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit, Visitor
from tests.servers import Server


@pytest.fixture
def alice(visit: Visit, uvicorn: Server, path: str) -> Visitor:
    participant = visit(uvicorn)
    participant.join(path, "Alice")
    for text, side in (("Free buses, and no clowns please.", "For"), ("A CLOWN idea", "Against")):
        participant.write(text, side)
        expect(participant.message(text)).to_be_visible()
    return participant


def test_a_pattern_is_tried_while_it_is_typed_and_holds_at_once(
    olga: Visitor, alice: Visitor
) -> None:
    page = olga.page
    page.get_by_text("Patterns and links").click()
    pattern = page.get_by_label("A word, or a pattern")
    # The form came just now; what is typed before htmx has looked at it counts for nothing.
    expect(pattern).to_be_visible()
    expect(page.locator(".htmx-settling")).to_have_count(0)
    pattern.press_sequentially("clown")
    trial = page.locator("#trial")
    expect(trial).to_contain_text("held 1 of the last 2 messages")
    expect(trial.locator("mark")).to_have_text("CLOWN")
    pattern.press_sequentially("(s")
    expect(trial).to_contain_text("A round bracket is opened and not closed.")
    pattern.press_sequentially(")?")
    expect(trial).to_contain_text("held 2 of the last 2 messages")
    pattern.press("Enter")
    expect(page.locator(".patterns")).to_have_count(0)
    page.get_by_role("button", name="Hold what it matches").click()
    expect(page.locator(".patterns code")).to_have_text("clown(s)?")
    expect(pattern).to_have_value("")
    alice.write("Clowns again")
    expect(page.locator("#held .hold mark")).to_have_text("Clowns")
    whole = page.get_by_role("button", name="Whole words clown(s)?")
    whole.click()
    expect(whole).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Remove clown(s)?").click()
    expect(page.get_by_text("No pattern holds a message yet.")).to_be_visible()


def test_sites_are_listed_beside_the_debate(olga: Visitor, alice: Visitor) -> None:
    page = olga.page
    page.get_by_text("Patterns and links").click()
    page.get_by_label("Sites whose links wait").fill("not a site")
    page.get_by_role("button", name="Save the sites").click()
    expect(page.get_by_text("“not a site” is not the name of a site.")).to_be_visible()
    page.get_by_label("Sites whose links wait").fill("https://www.spam.example/")
    page.get_by_role("button", name="Save the sites").click()
    expect(page.get_by_label("Sites whose links wait")).to_have_value("spam.example")
    alice.write("look at sub.spam.example/now")
    expect(page.locator("#held .hold mark")).to_have_text("sub.spam.example")


def test_rules_fit_a_phone_without_scripts(visit: Visit, path: str, olga: Visitor) -> None:
    cookies = olga.page.context.cookies()
    phone = visit(viewport=PHONE, java_script_enabled=False)
    phone.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    phone.open(f"{path}desk/rules")
    phone.page.get_by_label("A word, or a pattern").fill("a very long pattern " * 12 + "x*y+")
    phone.page.get_by_role("button", name="Hold what it matches").click()
    expect(phone.page.locator(".patterns code")).to_contain_text("x*y+")
    widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    assert phone.page.locator("html").evaluate(f"() => {widths}") == [360, 360]
