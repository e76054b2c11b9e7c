"""The live desk: keys, undoing, waves, and what everybody sees of it at once."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

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


def test_a_hold_is_decided_by_keys_and_undone(olga: Visitor, alice: Visitor) -> None:
    alice.write("A moustache for everyone")
    hold = olga.page.locator("#held .hold")
    expect(hold).to_have_count(1)
    expect(olga.page).to_have_title(re.compile(r"^\(1\) Free buses"))
    olga.page.keyboard.press("j")
    olga.page.keyboard.press("c")
    expect(hold.locator(".claim")).to_contain_text("Olga is handling this")
    olga.page.keyboard.press("a")
    expect(alice.message("A moustache")).to_be_visible()
    expect(hold).to_have_count(0)
    olga.page.keyboard.press("u")
    expect(hold).to_have_count(1)
    expect(alice.page.locator("#log .gone")).to_contain_text("which a moderator is looking at")
    hold.focus()
    olga.page.keyboard.press("x")
    expect(hold.get_by_role("button", name="Off topic")).to_be_visible()
    olga.page.keyboard.press("6")
    expect(alice.page.locator("#log .gone")).to_contain_text("Off topic")
    expect(alice.page.locator("#log .gone")).to_contain_text("removed by Olga")
    expect(olga.page.locator(".toast")).to_contain_text("Message rejected.")


def test_reasons_stand_below_the_button_and_hide_nothing(olga: Visitor, alice: Visitor) -> None:
    alice.write("A moustache for everyone")
    hold = olga.page.locator("#held .hold")
    button = hold.locator(".menu > summary")
    button.click()
    first = hold.get_by_role("button", name="Hatred against a protected group")
    expect(first).to_be_in_viewport()
    above, below = button.bounding_box(), first.bounding_box()
    assert above and below
    assert 0 <= below["y"] - above["y"] - above["height"] < 40
    expect(hold.get_by_text("A moustache for everyone")).to_be_in_viewport()


def test_undoing_before_the_answer_undoes_that_decision(olga: Visitor, alice: Visitor) -> None:
    hold = olga.page.locator("#held .hold")
    alice.write("A moustache for everyone")
    expect(hold).to_have_count(1)
    alice.write("Another moustache, for nobody")
    expect(hold).to_have_count(2)
    hold.first.get_by_role("button", name="Approve").click()
    expect(olga.page.locator(".toast")).to_contain_text("Undo")

    def undo_before_the_answer(route: Route) -> None:
        """Let the second decision be made and every screen show it before its answer comes."""
        answer = route.fetch()
        expect(alice.message("Another moustache")).to_be_visible()
        expect(hold).to_have_count(0)
        olga.page.keyboard.press("u")
        route.fulfill(response=answer)

    olga.page.route("**/approve", undo_before_the_answer)
    with olga.page.expect_response("**/approve"):
        hold.get_by_role("button", name="Approve").click()
    expect(hold).to_have_count(1)
    expect(hold).to_contain_text("Another moustache")
    expect(alice.message("A moustache for everyone")).to_be_visible()


def test_a_removal_is_undone_everywhere(olga: Visitor, alice: Visitor) -> None:
    alice.write("Who pays for this?")
    olga.act_on("Who pays")
    olga.page.get_by_role("button", name="Off topic").first.click()
    expect(alice.page.locator("#log .gone")).to_be_visible()
    olga.page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(alice.message("Who pays for this?")).to_be_visible()
    expect(alice.page.locator("#log .gone")).to_have_count(0)


def test_keys_go_through_what_is_published(olga: Visitor, alice: Visitor, uvicorn: Server) -> None:
    for text in ("Who pays?", "The employers."):
        alice.write(text)
        expect(olga.message(text)).to_be_visible()
    olga.page.keyboard.press("?")
    expect(olga.page.get_by_role("dialog", name="Keys of the desk")).to_be_visible()
    olga.page.keyboard.press("Escape")
    olga.page.locator("#main").focus()
    olga.page.keyboard.press("j")
    expect(olga.page.locator("#log li:focus")).to_contain_text("The employers.")
    olga.page.keyboard.press("k")
    olga.page.keyboard.press("x")
    expect(olga.page.locator("#sheet")).to_contain_text("Message of Alice")
    olga.page.keyboard.press("5")
    expect(alice.page.locator("#log .gone")).to_contain_text("Spam or flooding")
    expect(olga.page.locator("#sheet")).to_be_hidden()
    olga.page.locator("#log .gone").get_by_role("link", name="Actions").click()
    olga.page.get_by_role("button", name="Put it back").click()
    expect(alice.message("Who pays?")).to_be_visible()
    # The sheet, when it closes, gives the focus back to what opened it.
    expect(olga.page.locator("#sheet")).to_be_hidden()
    olga.message("Who pays?").focus()
    olga.page.keyboard.press("m")
    expect(alice.page.locator("#gate")).to_contain_text("A moderator has muted you")
    olga.page.keyboard.press("u")
    expect(alice.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()


def test_keys_are_letters_where_one_writes(olga: Visitor, alice: Visitor) -> None:
    alice.write("A moustache for everyone")
    expect(olga.page.locator("#held .hold")).to_have_count(1)
    olga.page.get_by_label("Your message").press_sequentially("jaxmu?")
    expect(olga.page.get_by_label("Your message")).to_have_value("jaxmu?")
    expect(olga.page.locator("#held .hold")).to_have_count(1)
    expect(olga.page.locator("dialog[open]")).to_have_count(0)


def test_two_moderators_do_not_decide_twice(
    olga: Visitor, alice: Visitor, visit: Visit, uvicorn: Server
) -> None:
    max_ = visit(uvicorn)
    link = olga.page.locator("[data-copy*=invite]").get_attribute("data-copy") or ""
    max_.open(urlsplit(link).path)
    max_.page.get_by_label("name").fill("Max")
    max_.page.get_by_role("button", name="Join").click()
    alice.write("A moustache for everyone")
    theirs, mine = (one.page.locator("#held .hold") for one in (max_, olga))
    expect(theirs).to_have_count(1)
    theirs.locator('[data-key="x"]').click()
    expect(mine.locator(".claim")).to_contain_text("Max is handling this")
    mine.get_by_role("button", name="Handle").click()
    expect(olga.page.locator(".toast")).to_contain_text("Somebody else is handling this")
    # Olga's page has not heard of Max's decision yet when she decides.
    olga.page.evaluate(
        "document.addEventListener('live:part', e => e.stopImmediatePropagation(), 1)"
    )
    theirs.get_by_role("button", name="Off topic").click()
    expect(theirs).to_have_count(0)
    mine.get_by_role("button", name="Approve").click()
    expect(olga.page.locator(".toast").last).to_contain_text("already decided this. (Max)")
    olga.problems.clear()  # the browser notes each refusal in its console


def test_all_of_one_author_are_decided_and_undone(olga: Visitor, alice: Visitor) -> None:
    for text in ("A moustache for you", "A moustache for me", "Who pays?"):
        alice.write(text)
    expect(olga.page.locator("#held .hold")).to_have_count(2)
    expect(olga.message("Who pays?")).to_be_visible()
    olga.page.locator("#held .hold").first.get_by_role("link", name="More").click()
    olga.page.get_by_role("button", name="Approve the 2 that wait").click()
    expect(alice.page.locator("#log .msg .text")).to_have_count(3)
    expect(olga.page.locator(".toast")).to_contain_text("2 messages decided.")
    olga.page.keyboard.press("u")
    expect(olga.page.locator("#held .hold")).to_have_count(2)
    expect(alice.page.locator("#log .gone")).to_have_count(2)
    expect(alice.message("Who pays?")).to_be_visible()


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
    olga.page.locator("#sheet").get_by_role("button", name="Remove all 4").click()
    expect(people[0].page.locator("#log .gone")).to_have_count(2)
    expect(olga.page.locator("#held .hold")).to_have_count(0)
    expect(olga.page.locator(".toast").last).to_contain_text("4 messages decided.")
    olga.page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(olga.page.locator("#held .hold")).to_have_count(2)
    expect(people[0].page.locator("#log .msg .text")).to_have_count(2)


def test_modes_are_seen_by_everybody(olga: Visitor, alice: Visitor) -> None:
    olga.page.get_by_label("Reason for the next switch").select_option("spam")
    olga.page.get_by_role("button", name="Pause", exact=True).click()
    expect(alice.page.locator("#room-state")).to_contain_text("Paused")
    expect(alice.page.locator("#log .line").last).to_contain_text("Spam or flooding")
    expect(olga.page.get_by_label("Reason for the next switch")).to_have_value("other")
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


def test_who_is_slowed_can_be_let_go_in_one_tap(olga: Visitor, alice: Visitor) -> None:
    alice.write("Who pays for this?")
    olga.act_on("Who pays")
    olga.page.get_by_role("button", name="One message a minute").click()
    desk = olga.page.locator("#desk")
    expect(desk).to_contain_text("one message in 60 s")
    expect(alice.page.locator("#log .line").last).to_contain_text("one message in 60 seconds")
    olga.page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(desk).to_contain_text("Nobody is muted, slowed or excluded.")


def test_the_clock_is_told_to_both_sides(olga: Visitor, alice: Visitor) -> None:
    olga.page.get_by_text("When nobody decides").click()
    olga.page.get_by_label("Minutes").fill("10")
    olga.page.get_by_role("button", name="it is published").click()
    expect(alice.page.locator("#log .line").last).to_contain_text("10 minutes: it is published")
    alice.write("A moustache for everyone")
    expect(alice.page.locator("#own-holds")).to_contain_text("If nobody decides, it is published")
    until = olga.page.locator("#held .hold .until")
    expect(until).to_have_text(re.compile(r"published by itself in \d:\d\d"))
    expect(alice.page.locator("#in-force")).to_contain_text("is published after 10 minutes")
    olga.page.get_by_role("button", name="it is not published").click()
    expect(until).to_contain_text("rejected by itself in 9:")
    expect(alice.page.locator("#own-holds")).to_contain_text("it is rejected in 9:")
    olga.page.get_by_role("button", name="it goes on waiting").click()
    expect(until).to_be_hidden()


def test_the_desk_fits_a_phone(olga: Visitor, alice: Visitor, visit: Visit) -> None:
    alice.write("A moustache for everyone")
    page = olga.page
    page.set_viewport_size({"width": 360, "height": 640})
    page.evaluate("location.hash = '#desk'")
    expect(page.locator("#held .hold")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
