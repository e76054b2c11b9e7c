"""An initiative from its proposal to its report, between people in real browsers."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit, Visitor, letters, mailed
from tests.browser.test_access import violations
from tests.servers import Server


def propose(visitor: Visitor, title: str) -> str:
    """Propose an initiative by the form; return its path."""
    visitor.open("/initiatives/new")
    page = visitor.page
    page.get_by_label("Title").fill(title)
    page.get_by_label("What you propose, and why").fill("A **roof** over every stop.")
    page.get_by_label("Signatures from which you go into action").fill("5")
    page.get_by_label("Your name, as others read it").fill("Paula")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview strong")).to_have_text("roof")
    page.get_by_role("button", name="Propose it").click()
    page.wait_for_url(re.compile("/initiatives/initiative-"))
    return str(page.evaluate("location.pathname"))


def sign(visitor: Visitor, path: str, name: str, email: str) -> None:
    """Sign without an account, and follow the link of the letter."""
    known = letters()
    visitor.open(path)
    visitor.page.get_by_label("Your name").fill(name)
    visitor.page.get_by_label("Your e-mail address").fill(email)
    visitor.page.locator("#sign").get_by_role("button", name="Sign").click()
    expect(visitor.page.locator(".notes")).to_contain_text("A letter is on its way")
    visitor.server.manage("runclock", "--once")
    visitor.page.goto(mailed(r"^ +(http\S+)$", email, known))
    visitor.page.get_by_role("button", name="Confirm my signature").click()
    expect(visitor.page.locator("main")).to_contain_text(f"Your signature counts, as {name}.")


def widths(page: Page) -> list[int]:
    script = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    return page.evaluate(script)  # type: ignore[no-any-return]


def test_from_a_proposal_to_a_report(visit: Visit, daphne: Server, uvicorn: Server) -> None:
    paula, sam = visit(daphne), visit(daphne, viewport=PHONE)
    paula.sign_in("paula@example.org")
    path = propose(paula, "A roof at every bus stop")
    tally = paula.page.locator("#progress .tally")
    expect(tally).to_have_text("0 signatures of 5")
    paula.page.locator("#sign").get_by_role("button", name="Sign").click()
    expect(tally).to_have_text("1 signature of 5")
    for number, name in enumerate(("Sam", "Zoe", "Ines", "Max"), 2):
        sign(sam, path, name, f"{name.lower()}@example.org")
        # Paula's page follows without being loaded again.
        expect(tally).to_have_text(f"{number} signatures of 5")
    expect(paula.page.locator("#progress")).to_contain_text("Threshold reached")

    daphne.manage("runclock", "--once")
    paula.open(path)
    expect(paula.page.locator(".stage")).to_have_text("In action")
    paula.page.locator("#act ~ ul a").click()
    expect(paula.page.locator("h1")).to_have_text("A roof at every bus stop")
    paula.open(f"{path}report")
    paula.page.get_by_label("What was done").fill("Five roofs, in **one** morning.")
    paula.page.get_by_label("People who took part").fill("12")
    paula.page.get_by_role("button", name="Publish the report").click()
    sam.open(path)
    expect(sam.page.locator(".report-back")).to_contain_text("Five roofs, in one morning.")
    expect(sam.page.locator(".figures")).to_contain_text("12 people took part")
    assert widths(sam.page)[0] <= PHONE["width"]


def test_a_message_in_a_debate_becomes_an_initiative(
    visit: Visit, path: str, alice: Visitor, bob: Visitor
) -> None:
    alice.write("Every stop needs a roof.", "For")
    paula = visit()
    paula.sign_in("promoter@example.org")
    paula.join(path, "Paula")
    paula.act_on("Every stop needs a roof.")
    paula.page.get_by_role("link", name="Make an initiative of it").click()
    expect(paula.page.locator(".provenance")).to_contain_text("Free buses?")
    page = paula.page
    page.get_by_label("Title").fill("A roof at every stop")
    page.get_by_label("What you propose, and why").fill("As was said in the debate.")
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator("h1")).to_have_text("A roof at every stop")
    told = bob.page.locator("#log .line", has_text="became an initiative")
    expect(told.get_by_role("link", name="A roof at every stop")).to_be_visible()


def test_pages_of_initiatives_are_accessible_and_fit_a_phone(visit: Visit) -> None:
    for scheme in ("light", "dark"):
        paula = visit(viewport={"width": 320, "height": 640}, color_scheme=scheme)
        paula.sign_in(f"paula-{scheme}@example.org")
        path = propose(paula, f"A bench in the sun, {scheme}")
        for place in ("/initiatives/", "/initiatives/new", path, f"{path}revise", f"{path}debate"):
            paula.open(place)
            assert violations(paula.page) == [], place
            assert widths(paula.page)[0] <= 320, place
