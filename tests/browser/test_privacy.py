"""Erasure in real browsers: what somebody wrote is on no screen a second later."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit, Visitor

SECRET = "My landlord raised the rent."
AT_ONCE = 1000
"""Milliseconds in which every screen follows."""


def test_what_is_erased_leaves_every_screen_within_a_second(
    visit: Visit, path: str, olga: Visitor, alice: Visitor, bob: Visitor
) -> None:
    alice.write(SECRET)
    bob.act_on(SECRET)
    bob.page.get_by_role("link", name="Reply", exact=True).click()
    bob.write("Mine too.")
    answer = bob.message("Mine too.")
    expect(answer.locator(".quote")).to_contain_text(SECRET)
    olga.act_on(SECRET)
    bob.act_on(SECRET)
    bob.page.get_by_role("link", name="Reply", exact=True).click()

    mine = alice.page.context.new_page()
    mine.goto(f"{alice.server.url}/account/data/")
    mine.get_by_label("Type “erase” to go on").fill("erase")
    mine.get_by_role("button", name="Erase me").click()
    mine.get_by_text("Everything that was known of you here is erased.").wait_for()

    for visitor in (olga, bob):
        expect(visitor.page.locator("body")).not_to_contain_text(SECRET, timeout=AT_ONCE)
        expect(visitor.page.locator("#log .tombstone")).to_contain_text("was erased")
    expect(answer.locator(".quote")).to_contain_text("message removed")
    expect(olga.page.locator("#sheet")).not_to_have_attribute("open", "")
    late = visit(viewport=PHONE)
    late.open(path)
    assert "Alice" not in late.page.content() and SECRET not in late.page.content()
