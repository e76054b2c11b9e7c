"""Groups, between people in real browsers, one of them with a phone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit, Visitor
from tests.browser.test_access import violations
from tests.browser.test_initiatives import widths
from tests.servers import Server


def found(visitor: Visitor, title: str, *, private: bool = False, place: str = "") -> str:
    """Found a group by the form; return its path."""
    visitor.open("/groups/new")
    page = visitor.page
    page.get_by_label("Name of the group").fill(title)
    page.get_by_label("What you do, and for whom").fill("We **mend** bikes.")
    if place:
        page.get_by_role("combobox", name="Town or département").fill(place)
        page.get_by_role("option").first.click()
    if private:
        page.get_by_role("group", name="Who finds and reads it").get_by_text("members").click()
    page.get_by_label("Your name, as others read it").fill("Gina")
    page.get_by_role("button", name="Found it").click()
    page.wait_for_url(re.compile("/groups/group-"))
    return str(page.evaluate("location.pathname"))


def enter(visitor: Visitor, path: str, name: str, button: str) -> None:
    visitor.open(path)
    visitor.page.get_by_label("Your name, as others read it").fill(name)
    visitor.page.get_by_role("button", name=button).click()
    expect(visitor.page.locator(".notes")).to_be_visible()


def fits(page: Page) -> bool:
    """Tell whether nothing scrolls sideways, and axe finds nothing."""
    inner, outer = widths(page)
    assert violations(page) == []
    return inner <= outer


def chat(visitor: Visitor) -> None:
    visitor.page.get_by_role("link", name="Chat of the group").click()
    visitor.page.locator("#composer").wait_for()
    visitor.page.wait_for_load_state("load")


def test_joining_talking_and_leaving(visit: Visit, daphne: Server, uvicorn: Server) -> None:
    gina, hugo = visit(daphne), visit(uvicorn, viewport=PHONE)
    gina.sign_in("gina@example.org")
    path = found(gina, "Bikes for all", place="Lyon")
    assert fits(gina.page)
    hugo.sign_in("hugo@example.org")
    hugo.open("/groups/?q=bikes")
    assert fits(hugo.page)
    hugo.page.get_by_role("link", name="Bikes for all").click()
    assert fits(hugo.page)
    enter(hugo, path, "Hugo", "Join the group")
    expect(hugo.page.get_by_role("link", name="2 members")).to_be_visible()
    chat(hugo)
    gina.open(path)
    chat(gina)
    hugo.write("Hello, I have a pump.")
    expect(gina.message("Hello, I have a pump.")).to_be_visible()
    gina.write("Bring it on Saturday.")
    expect(hugo.message("Bring it on Saturday.")).to_be_visible()

    hugo.open(path)
    hugo.page.get_by_role("button", name="Leave the group").click()
    expect(hugo.page.locator(".notes")).to_contain_text("You are not in the group any more.")
    hugo.page.get_by_role("link", name="Chat of the group").click()
    expect(hugo.page.get_by_role("link", name="Join the group to take part")).to_be_visible()


def test_asking_to_be_let_in(visit: Visit, daphne: Server) -> None:
    petra, paul = visit(daphne), visit(daphne, viewport=PHONE)
    petra.sign_in("petra@example.org")
    path = found(petra, "Between us", private=True)
    paul.sign_in("paul@example.org")
    paul.open(path)
    expect(paul.page.locator("h1")).to_have_text("A private group")
    assert fits(paul.page)
    enter(paul, path, "Paul", "Ask to be let in")
    expect(paul.page.locator("main")).to_contain_text("You have asked to be let in.")
    petra.open(path)
    assert fits(petra.page)
    petra.page.get_by_role("button", name="Let in Paul").click()
    expect(petra.page.get_by_role("link", name="2 members")).to_be_visible()
    paul.open(path)
    expect(paul.page.locator("h1")).to_have_text("Between us")
    chat(paul)

    # Who is excluded while they read is shown the door at once.
    petra.open(path)
    petra.page.get_by_role("link", name="2 members").click()
    petra.page.get_by_role("link", name="Paul").click()
    with petra.page.expect_response(re.compile("/ban$")):
        petra.page.get_by_role("button", name="Exclude from the room").click()
    paul.open(path)
    expect(paul.page.locator("main")).to_contain_text("You are excluded from this group.")
