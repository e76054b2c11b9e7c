"""What happens in one browser is seen in the others, through another worker."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit, Visitor
from tests.servers import Server


def test_two_browsers_see_each_other(alice: Visitor, bob: Visitor) -> None:
    alice.write("Buses are for everybody.", side="For")
    expect(bob.message("Buses are for everybody.")).to_contain_text("Alice")
    expect(bob.message("Buses are for everybody.").locator(".side")).to_have_text("For")
    bob.write("Who pays?", side="Against")
    expect(alice.message("Who pays?")).to_contain_text("Bob")
    expect(alice.page.locator("#outbox li")).to_have_count(0)
    assert alice.texts() == bob.texts()


def test_a_removal_disappears_in_both(alice: Visitor, bob: Visitor, olga: Visitor) -> None:
    alice.write("Wait and see what happens.")
    expect(bob.message("Wait and see what happens.")).to_be_visible()
    olga.act_on("Wait and see what happens.")
    olga.page.get_by_role("button", name="Threat or call to violence").click()
    for visitor in (alice, bob, olga):
        expect(visitor.page.locator("#log .gone")).to_contain_text("removed by Olga")
        expect(visitor.page.locator("#log .gone")).to_contain_text("Threat or call to violence")
        expect(visitor.message("Wait and see what happens.")).to_have_count(0)
    expect(olga.page.locator("#sheet")).to_be_hidden()


def test_a_mute_shows_in_both(alice: Visitor, bob: Visitor, olga: Visitor) -> None:
    alice.write("Spam, spam.")
    alice.page.get_by_label("Your message").fill("More of it, half written")
    olga.act_on("Spam, spam.")
    olga.page.get_by_label("Reason, which everybody sees").select_option("spam")
    olga.page.get_by_role("button", name="5 minutes").click()
    for visitor in (alice, bob):
        expect(visitor.page.locator("#log .muted")).to_contain_text("Olga muted Alice until")
    expect(alice.page.locator("#gate")).to_contain_text("A moderator has muted you until")
    expect(alice.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    expect(alice.page.get_by_label("Your message")).to_have_value("More of it, half written")
    expect(bob.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    olga.page.get_by_role("button", name="Unmute Alice").click()
    expect(alice.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()


def test_a_held_message_waits_at_the_desk(alice: Visitor, bob: Visitor, olga: Visitor) -> None:
    olga.page.get_by_text("This room’s own list").click()
    olga.page.get_by_label("One word or expression a line").fill("clown")
    olga.page.get_by_role("button", name="Save the list").click()
    expect(olga.page.get_by_text("Saved.")).to_be_visible()
    alice.write("What a clown show.")
    expect(alice.page.locator("#own-holds li")).to_contain_text("Waiting for a moderator")
    expect(alice.page.locator("#outbox li")).to_have_count(0)
    expect(olga.page.locator("#held mark")).to_have_text("clown")
    assert "clown" not in bob.page.content()
    olga.page.get_by_role("button", name="Approve").click()
    expect(bob.message("What a clown show.")).to_be_visible()
    expect(alice.message("What a clown show.")).to_be_visible()
    expect(alice.page.locator("#own-holds li")).to_have_count(0)
    expect(olga.page.locator("#held li")).to_have_count(0)


def test_the_desk_by_keyboard(alice: Visitor, olga: Visitor) -> None:
    olga.page.get_by_text("This room’s own list").click()
    olga.page.get_by_label("One word or expression a line").fill("clown")
    olga.page.get_by_role("button", name="Save the list").click()
    expect(olga.page.get_by_text("Saved.")).to_be_visible()
    for text in ("First clown.", "Second clown.", "Third clown."):
        alice.write(text)
        expect(olga.page.locator("#held li", has_text=text)).to_be_visible()
    olga.page.locator("#held li").first.focus()
    olga.page.keyboard.press("j")
    olga.page.keyboard.press("a")
    expect(alice.message("Second clown.")).to_be_visible()
    expect(olga.page.locator("#held li:focus")).to_contain_text("Third clown.")
    olga.page.keyboard.press("k")
    olga.page.keyboard.press("x")
    olga.page.get_by_role("button", name="Insult against a person").click()
    expect(alice.page.locator("#own-holds .rejected")).to_contain_text("Insult against a person")
    olga.page.locator("#held li").first.focus()
    olga.page.keyboard.press("m")
    expect(alice.page.locator("#gate")).to_contain_text("A moderator has muted you")


def test_answers_reactions_and_edits_are_live(alice: Visitor, bob: Visitor) -> None:
    alice.write("Who pais?")
    expect(bob.message("Who pais?")).to_be_visible()
    bob.act_on("Who pais?")
    bob.page.get_by_role("link", name="Reply").click()
    expect(bob.page.locator(".replying")).to_contain_text("Alice")
    bob.write("The employers.")
    expect(alice.message("The employers.").locator(".quote")).to_contain_text("Who pais?")
    bob.act_on("Who pais?")
    bob.page.get_by_role("button", name="👍").click()
    expect(alice.message("Who pais?").first.locator(".chip")).to_have_text("👍 1")
    alice.page.locator(".chip").click()
    expect(bob.page.locator(".chip")).to_have_text("👍 2")
    alice.page.locator("#log .msg").first.locator(".more").click()
    alice.page.get_by_label("Change the text").fill("Who pays?")
    alice.page.get_by_role("button", name="Save").click()
    expect(bob.page.locator("#log .msg").first).to_contain_text("edited")
    expect(bob.page.locator("#log .text").first).to_have_text("Who pays?")


def test_the_room_closes_and_opens_in_every_browser(
    alice: Visitor, bob: Visitor, olga: Visitor
) -> None:
    alice.page.get_by_label("Your message").fill("Almost done")
    olga.page.get_by_role("button", name="Close now").click()
    for visitor in (alice, bob):
        expect(visitor.page.locator("#room-state")).to_contain_text("Closed")
        expect(visitor.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    expect(alice.page.get_by_label("Your message")).to_have_value("Almost done")
    olga.page.get_by_role("button", name="Open now").click()
    expect(alice.page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    alice.page.get_by_role("button", name="Send", exact=True).click()
    expect(bob.message("Almost done")).to_be_visible()


def test_a_new_role_brings_its_panel(alice: Visitor, olga: Visitor) -> None:
    alice.page.get_by_label("Your message").fill("Half a thought")
    olga.page.get_by_role("link", name="2 people have joined").or_(
        olga.page.get_by_role("link", name="1 person has joined")
    ).click()
    olga.page.locator("#sheet").get_by_role("link", name="Alice").click()
    olga.page.get_by_role("button", name="Moderator").click()
    expect(alice.page.get_by_role("link", name="Desk")).to_be_visible()
    expect(alice.page.get_by_label("Your message")).to_have_value("Half a thought")
    expect(olga.page.locator("#log .line").last).to_contain_text("gave Alice a new role: Moderator")


def test_what_is_typed_before_the_scripts_run_is_kept(alice: Visitor) -> None:
    late: list[Route] = []
    alice.page.route("**/composer*.js", lambda route: late.append(route), times=1)
    with alice.page.expect_request("**/composer*.js"):
        alice.page.reload(wait_until="commit")
    alice.page.get_by_label("Your message").fill("Half a thought")
    late[0].continue_()
    alice.page.wait_for_load_state()
    alice.page.reload()
    expect(alice.page.get_by_label("Your message")).to_have_value("Half a thought")


def test_times_are_the_readers_own(visit: Visit, alice: Visitor, path: str) -> None:
    """The server's zone is the site's; a reader's may be another."""
    alice.write("What time is it?")
    expect(alice.message("What time is it?")).to_be_visible()
    hours = {}
    for zone in ("Europe/Paris", "Asia/Tokyo"):
        reader = visit(timezone_id=zone)
        reader.open(path)
        hours[zone] = int(reader.message("What time is it?").locator("time").inner_text()[-5:-3])
    assert (hours["Asia/Tokyo"] - hours["Europe/Paris"]) % 24 in (7, 8)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("2026-01-05T12:00:00+01:00", "12:00"),
        ("2026-01-04T23:50:00+01:00", "Jan 4, 23:50"),
        ("2026-01-04T23:50:00+00:00", "00:50"),
        ("2025-12-31T08:00:00+01:00", "Dec 31, 2025, 08:00"),
    ],
)
def test_readers_are_told_no_more_of_a_time_than_they_need(
    visit: Visit, said: str, shown: str
) -> None:
    reader = visit(timezone_id="Europe/Paris")
    reader.page.clock.set_fixed_time("2026-01-05T12:30:00+01:00")
    reader.open("/")
    reader.page.evaluate(
        """(said) => {
          const time = document.createElement("time");
          time.dateTime = said;
          document.getElementById("main").append(time);
          document.dispatchEvent(new Event("live:times"));
        }""",
        said,
    )
    expect(reader.page.locator("time").last).to_have_text(shown)


def test_at_midnight_today_is_yesterday(visit: Visit) -> None:
    reader = visit(timezone_id="Europe/Paris")
    reader.page.clock.install(time="2026-01-05T23:59:50+01:00")
    reader.open("/")
    reader.page.evaluate(
        """() => {
          document.getElementById("main").append(document.createElement("time"));
          document.querySelector("#main > time:last-child").dateTime = "2026-01-05T23:50:00+01:00";
          document.dispatchEvent(new Event("live:times"));
        }"""
    )
    last = reader.page.locator("time").last
    expect(last).to_have_text("23:50")
    reader.page.clock.fast_forward(20_000)
    expect(last).to_have_text("Jan 5, 23:50")


def test_how_many_are_here(alice: Visitor, bob: Visitor, olga: Visitor) -> None:
    for visitor in (alice, bob, olga):
        expect(visitor.page.locator("#here")).to_have_text("3 here")


def test_nobody_is_scrolled_away_from_what_they_read(alice: Visitor, bob: Visitor) -> None:
    for index in range(12):
        bob.write(f"Message {index}. " + "Some words to fill the line. " * 6)
        expect(bob.message(f"Message {index}.")).to_be_visible()
    expect(alice.message("Message 11.")).to_be_in_viewport()
    alice.message("Message 2.").scroll_into_view_if_needed()
    before = top(alice, "Message 2.")
    bob.write("Something new.")
    button = alice.page.get_by_role("button", name="1 new")
    expect(button).to_be_visible()
    assert top(alice, "Message 2.") == pytest.approx(before, abs=1)
    button.click()
    expect(alice.message("Something new.")).to_be_in_viewport()
    expect(button).to_be_hidden()


def top(visitor: Visitor, text: str) -> float:
    """Return where on the screen a message begins."""
    box = visitor.message(text).bounding_box()
    return float(box["y"])


def test_a_reader_without_a_name_follows_live(visit: Visit, path: str, uvicorn: Server) -> None:
    reader, writer = visit(uvicorn), visit()
    reader.open(path)
    writer.join(path, "Zoé")
    writer.write("Everybody may read this.")
    expect(reader.message("Everybody may read this.")).to_be_visible()
