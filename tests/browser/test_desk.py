"""The live desk: keys, undoing, waves, and what everybody sees of it at once."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, Visitor
from tests.servers import Server


@pytest.fixture
def olga(visit: Visit) -> Visitor:
    organiser = visit()
    organiser.create_room()
    organiser.page.get_by_text("This room’s own list").click()
    organiser.page.get_by_label("One word or expression a line").fill("moustache")
    organiser.page.get_by_role("button", name="Save the list").click()
    expect(organiser.page.get_by_text("Saved.")).to_be_visible()
    return organiser


@pytest.fixture
def path(olga: Visitor) -> str:
    return str(olga.page.evaluate("location.pathname"))


@pytest.fixture
def alice(visit: Visit, uvicorn: Server, path: str) -> Visitor:
    participant = visit(uvicorn)
    participant.join(path, "Alice")
    return participant


def held(visitor: Visitor, text: str) -> object:
    return visitor.page.locator("#held .hold", has_text=text)


def test_a_hold_is_decided_by_keys_and_undone(olga: Visitor, alice: Visitor) -> None:
    alice.write("A moustache for everyone")
    hold = olga.page.locator("#held .hold")
    expect(hold).to_have_count(1)
    hold.focus()
    olga.page.keyboard.press("c")
    expect(hold.locator(".claim")).to_contain_text("Olga is handling this")
    hold.focus()
    olga.page.keyboard.press("a")
    expect(alice.message("A moustache")).to_be_visible()
    expect(hold).to_have_count(0)
    olga.page.keyboard.press("u")
    expect(hold).to_have_count(1)
    expect(alice.page.locator("#log .gone")).to_contain_text("which a moderator is looking at")
    hold.focus()
    olga.page.keyboard.press("x")
    hold.get_by_role("button", name="Off topic").click()
    expect(alice.page.locator("#log .gone")).to_contain_text("removed by Olga")
    expect(olga.page.locator(".toast")).to_contain_text("Message rejected.")


def test_a_removal_is_undone_everywhere(olga: Visitor, alice: Visitor) -> None:
    alice.write("Who pays for this?")
    olga.act_on("Who pays")
    olga.page.get_by_role("button", name="Off topic").first.click()
    expect(alice.page.locator("#log .gone")).to_be_visible()
    olga.page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(alice.message("Who pays for this?")).to_be_visible()
    expect(alice.page.locator("#log .gone")).to_have_count(0)


def test_a_wave_is_decided_at_once(olga: Visitor, visit: Visit, path: str, daphne: Server) -> None:
    people = []
    for number in range(4):
        person = visit(daphne)
        person.join(path, f"Parody {number}")
        person.write(f"Vote for the party of laughter on the 12th of June {'!' * number}")
        people.append(person)
    expect(olga.page.locator("#held .hold")).to_have_count(2)
    olga.page.locator("#held .hold").first.get_by_role("link", name="More").click()
    expect(olga.page.locator("#sheet")).to_contain_text("4 messages say nearly the same")
    olga.page.locator("#sheet").get_by_role("button", name="Remove all").click()
    expect(people[0].page.locator("#log .gone")).to_have_count(2)
    expect(olga.page.locator("#held .hold")).to_have_count(0)
    expect(olga.page.locator(".toast").last).to_contain_text("4 messages decided.")


def test_modes_are_seen_by_everybody(olga: Visitor, alice: Visitor) -> None:
    olga.page.get_by_role("button", name="Pause", exact=True).click()
    expect(alice.page.locator("#room-state")).to_contain_text("Paused")
    expect(alice.page.locator("#gate")).to_contain_text("The room is paused")
    expect(alice.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    expect(alice.page.locator("#log .line").last).to_contain_text("only moderators write")
    paused = olga.page.get_by_role("button", name="Pause", exact=True)
    expect(paused).to_have_attribute("aria-pressed", "true")
    olga.write("One minute, please")
    expect(alice.message("One minute")).to_be_visible()
    paused.click()
    expect(alice.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()


def test_who_is_excluded_reads_it_and_reads_on(olga: Visitor, alice: Visitor) -> None:
    alice.write("Who pays for this?")
    olga.act_on("Who pays")
    olga.page.locator("#sheet").get_by_role("button", name="Exclude from the room").click()
    expect(alice.page.locator("#gate")).to_contain_text("excluded you from this room")
    expect(alice.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    expect(olga.page.locator("#desk")).to_contain_text("excluded")
    olga.page.locator("#desk").get_by_role("button", name="Let in again").click()
    expect(alice.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()


def test_the_clock_is_told_to_both_sides(olga: Visitor, alice: Visitor) -> None:
    olga.page.get_by_text("When nobody decides").click()
    olga.page.get_by_label("Minutes").fill("10")
    olga.page.get_by_role("button", name="it is published").click()
    expect(alice.page.locator("#log .line").last).to_contain_text("10 minutes: it is published")
    alice.write("A moustache for everyone")
    expect(alice.page.locator("#own-holds")).to_contain_text("If nobody decides, it is published")
    expect(olga.page.locator("#held .hold .until")).to_contain_text("published by itself in")


def test_the_desk_fits_a_phone(olga: Visitor, alice: Visitor, visit: Visit) -> None:
    alice.write("A moustache for everyone")
    page = olga.page
    page.set_viewport_size({"width": 360, "height": 640})
    page.evaluate("location.hash = '#desk'")
    expect(page.locator("#held .hold")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
