"""The board is followed live on every phone, and taps survive a lost connection."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE, Visit, Visitor
from tests.browser.test_access import violations
from tests.servers import Server


@pytest.fixture
def path(olga: Visitor) -> str:
    """Return the path of an action room with one task, whose board Olga looks at."""
    path = olga.create_room("Clean the river bank", **{"Kind of room": "Action room"})
    olga.open(f"{path}tasks/new")
    olga.page.get_by_label("What is to be done").fill("Carry bags")
    olga.page.get_by_label("Where").fill("Green bridge")
    olga.page.get_by_label("How many people").fill("2")
    olga.page.get_by_role("button", name="Create the task").click()
    olga.page.locator("#board").wait_for()
    return path


def card(visitor: Visitor) -> Locator:
    return visitor.page.locator(".task", has_text="Carry bags")


def board(visitor: Visitor, path: str) -> None:
    with visitor.page.expect_websocket():
        visitor.open(f"{path}board")


def test_every_phone_follows_the_board(
    olga: Visitor, alice: Visitor, bob: Visitor, path: str
) -> None:
    for visitor in (alice, bob):
        board(visitor, path)
    alice.page.get_by_role("button", name="I will do it").click()
    expect(card(alice).locator(".fate")).to_have_text("Sent")
    for visitor in (olga, bob):
        expect(card(visitor)).to_contain_text("Alice offers to come")
        expect(card(visitor)).to_contain_text("1/2 places taken")
    expect(alice.page.locator('[data-column="mine"] .task')).to_contain_text("Carry bags")
    expect(bob.page.locator('[data-column="mine"]')).to_be_hidden()
    card(olga).get_by_role("link").click()
    olga.page.get_by_role("button", name="Confirm").click()
    alice.page.get_by_role("button", name="On my way").click()
    expect(card(bob)).to_contain_text("Alice on the way")
    alice.page.get_by_role("button", name="I am here").click()
    expect(bob.page.locator('[data-column="going"]')).to_contain_text("Alice here")


def test_a_tap_made_offline_arrives_once(alice: Visitor, bob: Visitor, path: str) -> None:
    for visitor in (alice, bob):
        board(visitor, path)
    alice.page.context.set_offline(True)
    alice.page.get_by_role("button", name="I will do it").click()
    expect(card(alice).locator(".fate")).to_contain_text("Waiting for the connection")
    expect(card(bob)).to_contain_text("0/2 places taken")
    alice.page.context.set_offline(False)
    expect(card(alice).locator(".fate")).to_have_text("Sent")
    expect(card(bob).locator(".crew li")).to_have_count(1)
    expect(card(bob)).to_contain_text("1/2 places taken")
    assert alice.page.evaluate("Object.entries(localStorage).filter(([k]) => /^taps/.test(k))") == [
        [f"taps:{path.split('/')[2]}:{alice.page.locator('#room').get_attribute('data-me')}", "[]"]
    ]
    alice.problems[:] = [p for p in alice.problems if "ERR_INTERNET_DISCONNECTED" not in p]


def test_an_announcement_stays_until_it_was_read(
    olga: Visitor, alice: Visitor, bob: Visitor, path: str
) -> None:
    board(alice, path)
    olga.open(f"{path}announcements")
    olga.page.get_by_label("What everybody has to know").fill("We leave at nine.")
    olga.page.get_by_role("button", name="Announce it").click()
    for visitor in (alice, bob):
        expect(visitor.page.locator(".announcement")).to_contain_text("We leave at nine.")
    for visitor in (alice, bob):
        assert violations(visitor.page) == []
        visitor.page.get_by_role("button", name="I have read it").click()
        expect(visitor.page.locator(".announcement")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_have_no_barriers(
    visit: Visit, path: str, olga: Visitor, daphne: Server, scheme: str
) -> None:
    chloe = visit(daphne, viewport={**PHONE, "width": 320}, color_scheme=scheme)
    chloe.join(path, "Chloe")
    board(chloe, path)
    chloe.page.get_by_role("button", name="I will do it").click()
    expect(chloe.page.locator('[data-column="mine"]')).to_be_visible()
    assert violations(chloe.page) == []
    wide = "document.documentElement.scrollWidth > innerWidth"
    assert not chloe.page.evaluate(wide)
    card(chloe).get_by_role("link").click()
    chloe.page.get_by_role("button", name="Hand over").wait_for()
    assert violations(chloe.page) == []
    assert not chloe.page.evaluate(wide)
