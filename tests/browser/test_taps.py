"""Without a connection: what is tapped is kept, says how it stands, and counts once."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visitor
from tests.browser.test_access import violations
from tests.browser.test_organizing import board, card, path

__all__ = ["path"]
OFFLINE = "ERR_INTERNET_DISCONNECTED"
LEFT = "WebSocket is closed before the connection is established"
"""What a browser says of a page that is left while it connects."""


def fate(place: Locator) -> Locator:
    return place.locator("> .fate")


def forgive(visitor: Visitor, *words: str) -> None:
    visitor.problems[:] = [
        problem for problem in visitor.problems if not any(word in problem for word in words)
    ]


def forgive_the_lost_connection(visitor: Visitor) -> None:
    forgive(visitor, OFFLINE, LEFT)


def at(hour: int) -> str:
    day = datetime.now() + timedelta(days=2)
    return f"{day:%Y-%m-%d}T{hour:02}:00"


@pytest.fixture
def shifts(olga: Visitor, path: str) -> str:
    """Divide the task into two shifts at the same time; return the path of its page."""
    card(olga).get_by_role("link").click()
    task = olga.page.evaluate("location.pathname")
    for role in ("driver", "cook"):
        olga.open(f"{task}shifts/new")
        olga.page.get_by_label("From").fill(at(9))
        olga.page.get_by_label("To", exact=False).first.fill(at(11))
        olga.page.get_by_label("Who is wanted").fill(role)
        olga.page.get_by_label("How many people").fill("1")
        olga.page.get_by_role("button", name="Add the shift").click()
        olga.page.locator(".shifts").wait_for()
    return str(task)


def test_a_shift_taken_offline_is_taken_once(
    olga: Visitor, alice: Visitor, bob: Visitor, path: str, shifts: str
) -> None:
    for visitor in (alice, bob):
        board(visitor, path)
    mine = alice.page.locator(".task", has_text="driver")
    alice.page.context.set_offline(True)
    mine.get_by_role("button", name="I will do it").click()
    expect(fate(mine)).to_contain_text("Waiting for the connection")
    alice.page.context.set_offline(False)
    expect(fate(mine)).to_have_text("Sent")
    theirs = bob.page.locator(".task", has_text="driver")
    expect(theirs).to_contain_text("Alice offers to come")
    expect(theirs.locator(".crew li")).to_have_count(1)
    forgive_the_lost_connection(alice)


def test_two_at_once_are_taken_only_after_a_warning(alice: Visitor, path: str, shifts: str) -> None:
    board(alice, path)
    driver, cook = (alice.page.locator(".task", has_text=role) for role in ("driver", "cook"))
    driver.get_by_role("button", name="I will do it").click()
    expect(driver.locator(".crew")).to_contain_text("Alice")
    cook.get_by_role("button", name="I will do it").click()
    expect(fate(cook)).to_contain_text("You are expected elsewhere at that time: Carry bags")
    assert violations(alice.page) == []
    alice.page.reload()
    expect(fate(cook)).to_contain_text("You are expected elsewhere")
    cook.get_by_role("button", name="Take it all the same").click()
    expect(cook.locator(".crew")).to_contain_text("Alice")
    forgive(alice, "409", LEFT)


def test_a_place_is_handed_over_offline_and_the_page_follows(
    olga: Visitor, alice: Visitor, bob: Visitor, path: str
) -> None:
    for visitor in (alice, bob):
        board(visitor, path)
    alice.page.get_by_role("button", name="I will do it").click()
    expect(fate(card(alice))).to_have_text("Sent")
    for visitor in (alice, bob):
        with visitor.page.expect_websocket():
            card(visitor).get_by_role("link").click()
    page = alice.page.locator("article")
    alice.page.get_by_label("Hand my place over to").select_option(label="Bob")
    alice.page.context.set_offline(True)
    alice.page.get_by_role("button", name="Hand over").click()
    expect(fate(page)).to_contain_text("Waiting for the connection")
    alice.page.context.set_offline(False)
    expect(fate(page)).to_have_text("Sent")
    expect(alice.page.locator("#task-crew")).to_contain_text("Bob asked")
    expect(bob.page.locator("#task-crew")).to_contain_text("Bob asked")
    bob.page.get_by_role("button", name="Confirm").click()
    expect(alice.page.locator("#task-crew")).to_contain_text("Bob confirmed")
    forgive_the_lost_connection(alice)


def test_an_announcement_read_offline_is_acknowledged_later(
    olga: Visitor, alice: Visitor, path: str
) -> None:
    board(alice, path)
    olga.open(f"{path}announcements")
    olga.page.get_by_label("What everybody has to know").fill("We leave at nine.")
    olga.page.get_by_role("button", name="Announce it").click()
    pinned = alice.page.locator(".announcement")
    expect(pinned).to_contain_text("We leave at nine.")
    alice.page.context.set_offline(True)
    pinned.get_by_role("button", name="I have read it").click()
    expect(fate(pinned)).to_contain_text("Waiting for the connection")
    alice.page.context.set_offline(False)
    expect(pinned).to_have_count(0)
    olga.page.reload()
    expect(olga.page.locator("details li")).to_have_text("Olga")
    forgive_the_lost_connection(alice)


def test_who_waits_for_a_place_moves_up_on_their_screen(
    olga: Visitor, alice: Visitor, bob: Visitor, path: str
) -> None:
    for visitor in (alice, bob):
        board(visitor, path)
    olga.open(f"{path}meetups/new")
    olga.page.get_by_label("What for").fill("Public meeting")
    olga.page.get_by_label("From").fill(at(18))
    olga.page.get_by_label("Where exactly").fill("Town hall")
    olga.page.get_by_label("How many people at most").fill("1")
    olga.page.get_by_role("button", name="Call the meetup").click()
    theirs, mine = (visitor.page.locator(".meetup.task") for visitor in (alice, bob))
    theirs.get_by_role("button", name="I’ll be there").click()
    expect(mine).to_contain_text("1/1 places taken")
    mine.get_by_role("button", name="I’ll be there").click()
    expect(mine).to_contain_text("You wait for a place")
    assert violations(bob.page) == []
    theirs.get_by_role("button", name="I can’t come").click()
    expect(mine.locator(".crew")).to_have_text("Bob")
    expect(mine).not_to_contain_text("You wait for a place", use_inner_text=True)
    expect(olga.page.locator("#guests")).to_contain_text("Bob")
    assert violations(olga.page) == []


def test_two_tabs_lose_none_of_each_others_taps(olga: Visitor, alice: Visitor, path: str) -> None:
    olga.open(f"{path}tasks/new")
    olga.page.get_by_label("What is to be done").fill("Make coffee")
    olga.page.get_by_role("button", name="Create the task").click()
    olga.page.locator("#board").wait_for()
    board(alice, path)
    other = alice.page.context.new_page()
    with other.expect_websocket():
        other.goto(alice.page.url)
    alice.page.context.set_offline(True)
    for page, title in ((alice.page, "Carry bags"), (other, "Make coffee")):
        mine = page.locator(".task", has_text=title)
        mine.get_by_role("button", name="I will do it").click()
        expect(fate(mine)).to_contain_text("Waiting for the connection")
    other.close()
    alice.page.context.set_offline(False)
    for title in ("Carry bags", "Make coffee"):
        theirs = olga.page.locator(".task", has_text=title)
        expect(theirs).to_contain_text("Alice offers to come")
        expect(theirs.locator(".crew li")).to_have_count(1)
    forgive_the_lost_connection(alice)


def test_what_was_refused_is_told_after_a_reload_and_on_every_page(
    olga: Visitor, alice: Visitor, bob: Visitor, path: str
) -> None:
    board(alice, path)
    alice.page.context.set_offline(True)
    card(alice).get_by_role("button", name="I will do it").click()
    expect(fate(card(alice))).to_contain_text("Waiting for the connection")
    card(olga).get_by_role("link").click()
    with olga.page.expect_response("**/cancel"):
        olga.page.get_by_role("button", name="Cancel the task").click()
    expect(olga.page.locator("#task-now")).to_contain_text("This task was cancelled.")
    alice.page.context.set_offline(False)
    expect(fate(card(alice))).to_contain_text("Not done: This task was cancelled.")
    alice.page.reload()
    expect(fate(card(alice))).to_contain_text("Not done: This task was cancelled.")
    alice.open(path)
    elsewhere = alice.page.locator("#elsewhere li")
    expect(elsewhere).to_contain_text("Carry bags: Not done: This task was cancelled.")
    elsewhere.get_by_role("button", name="Dismiss").click()
    expect(elsewhere).to_have_count(0)
    forgive(alice, "409", LEFT)
    forgive_the_lost_connection(alice)
