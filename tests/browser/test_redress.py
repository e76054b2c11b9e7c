"""Reports, appeals and statements reach the desk and the people concerned as they happen."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit, Visitor
from tests.servers import Server


def report(visitor: Visitor, text: str, reason: str, words: str = "") -> None:
    """Report a message by its sheet."""
    visitor.act_on(text)
    sheet = visitor.page.locator("#sheet")
    sheet.get_by_role("link", name="Report this message").click()
    sheet.get_by_text(reason).click()
    sheet.get_by_label("In your words").fill(words)
    sheet.get_by_role("button", name="Report to the moderators").click()
    expect(sheet).to_contain_text("The moderators have your report.")
    sheet.get_by_role("button", name="Close").click()


def test_reports_reach_the_desk_and_enough_of_them_withhold(
    visit: Visit, uvicorn: Server, path: str, olga: Visitor, alice: Visitor, bob: Visitor
) -> None:
    alice.write("What a circus.")
    report(bob, "What a circus.", "Insult against a person", "Read this.")
    item = olga.page.locator("#reports .reported")
    expect(item).to_contain_text("1 person reported it")
    item.get_by_text("1 person reported it").click()
    expect(item).to_contain_text("Read this.")
    assert "Read this." not in alice.page.content()
    item.get_by_role("button", name="Keep").click()
    expect(item).to_have_count(0)

    alice.write("You are all clowns.")
    people = [visit(uvicorn, viewport=PHONE) for _ in range(3)]
    for number, person in enumerate(people):
        person.join(path, f"Voice {number}")
        person.write(f"Voice number {number} is here.")
        expect(person.message(f"Voice number {number} is here.")).to_be_visible()
        report(person, "You are all clowns.", "Insult against a person")
    for visitor in (alice, bob, olga):
        expect(visitor.message("You are all clowns.")).to_have_count(0)
    expect(olga.page.locator("#held .hold")).to_contain_text("Several people have reported this")
    expect(item).to_contain_text("waits among the held messages")
    olga.page.locator("#held").get_by_role("button", name="Approve").click()
    expect(bob.message("You are all clowns.")).to_be_visible()
    expect(item).to_have_count(0)


def test_a_decision_is_contested_and_taken_back_before_everybody(
    olga: Visitor, alice: Visitor, bob: Visitor
) -> None:
    alice.write("You are all clowns.")
    olga.act_on("You are all clowns.")
    olga.page.get_by_role("button", name="Insult against a person").click()
    expect(bob.message("You are all clowns.")).to_have_count(0)
    alice.open(alice.page.evaluate("location.pathname") + "decisions/")
    alice.page.get_by_role("link", name="Your message was removed").click()
    expect(alice.page.locator("main")).to_contain_text("You are all clowns.")
    alice.page.get_by_label("Why is the decision wrong?").fill("It was about the circus.")
    alice.page.get_by_role("button", name="Contest the decision").click()
    waiting = olga.page.locator("#appeals")
    expect(waiting).to_contain_text("7 days left")
    waiting.get_by_role("link", name="Alice").click()
    expect(olga.page.locator("main")).to_contain_text("the room has no other moderator")
    olga.page.get_by_label("Your words").fill("You are right.")
    olga.page.get_by_role("button", name="Take the decision back").click()
    expect(bob.message("You are all clowns.")).to_be_visible()
    alice.page.reload()
    expect(alice.page.locator("main")).to_contain_text("You are right.")
