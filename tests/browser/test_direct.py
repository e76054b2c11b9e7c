"""Two contacts talk in private; a moderator sees what one of them reports, and little else."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit, Visitor
from tests.browser.test_access import violations
from tests.browser.test_initiatives import widths
from tests.servers import Server


def introduce(visitor: Visitor, name: str) -> str:
    """Sign in and show a profile to everybody; return its path."""
    visitor.sign_in(f"{name.lower()}@direct.example.org")
    visitor.open("/account/profile/")
    visitor.page.get_by_role("textbox", name="Your name").fill(name)
    visitor.page.get_by_label("Make my profile public").check()
    visitor.page.get_by_role("button", name="Save").click()
    shown = visitor.page.get_by_role("link", name="see it as they do")
    return str(shown.get_attribute("href"))


def talk(zoe: Visitor, yann: Visitor) -> str:
    """Let the two become contacts, and Zoe open their conversation; return its path."""
    profile = introduce(zoe, "Zoe")
    introduce(yann, "Yann")
    yann.open(profile)
    yann.page.get_by_role("button", name="Ask to be contacts").click()
    zoe.open("/contacts/")
    zoe.page.get_by_role("button", name="Accept Yann").click()
    zoe.page.get_by_role("button", name="Write Yann").click()
    zoe.page.wait_for_url(re.compile("/rooms/direct-"))
    zoe.page.wait_for_load_state("load")
    return str(zoe.page.evaluate("location.pathname"))


@pytest.fixture
def tim(visit: Visit, daphne: Server) -> Iterator[Visitor]:
    """Return one of the site's moderators, whom no other test is to find there."""
    visitor, email = visit(daphne), "tim@direct.example.org"
    visitor.sign_in(email)
    daphne.manage("team", email)
    yield visitor
    daphne.manage("team", "--remove", email)


def test_two_contacts_talk_and_a_report_shows_no_more_than_it_must(
    visit: Visit, tim: Visitor, daphne: Server, uvicorn: Server
) -> None:
    zoe, yann = visit(daphne, viewport=PHONE), visit(uvicorn)
    path = talk(zoe, yann)
    zoe.write("Are you coming tomorrow?")
    expect(zoe.message("Are you coming")).to_be_visible()
    yann.open("/messages/")
    expect(yann.page.locator(".inbox")).to_contain_text("1 new message")
    yann.page.locator(".inbox").get_by_role("link", name="Zoe").click()
    yann.page.wait_for_load_state("load")
    for number in range(4):
        yann.write(f"Answer number {number}")
        expect(zoe.message(f"Answer number {number}")).to_be_visible()
    assert violations(zoe.page) == []
    assert widths(zoe.page)[0] <= PHONE["width"]

    zoe.act_on("Answer number 3")
    zoe.page.get_by_role("link", name="Report this message").click()
    zoe.page.locator("#sheet .options label").first.click()
    zoe.page.get_by_role("button", name="Report to the moderators").click()
    expect(zoe.page.locator("#sheet")).to_contain_text("The moderators have your report.")

    tim.open(path)
    expect(tim.page.locator("h1")).not_to_contain_text("conversation")
    tim.open("/team/")
    tim.page.get_by_role("link", name="A reported message").click()
    expect(tim.page.locator(".reported")).to_contain_text("Answer number 3")
    expect(tim.page.locator("main")).not_to_contain_text("Are you coming tomorrow?")
    assert violations(tim.page) == []
    tim.page.get_by_role("button", name="Keep").click()
    expect(tim.page.locator(".notes")).to_contain_text("Decided.")
    tim.problems[:] = [problem for problem in tim.problems if "404" not in problem]
