"""The whole story, by four people: from a proposal to what came of it, and all were told."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit, Visitor, bodies_to
from tests.browser.test_initiatives import propose, sign
from tests.servers import Server

TITLE = "Benches in the shade"
WISH = "The bench at the school needs a roof."
TASK = "Carry the planks"
STORIES = ("The threshold is reached", "An action room is open", "The report is in")
TOLD = [f"{story}: {TITLE}" for story in STORIES]
"""What all who signed are told."""


@pytest.fixture
def people(visit: Visit, daphne: Server, uvicorn: Server) -> dict[str, Visitor]:
    """Return four who have accounts, two of them on phones, on two workers."""
    people = {
        "paula": visit(daphne),
        "sam": visit(uvicorn, viewport=PHONE),
        "zoe": visit(uvicorn),
        "ines": visit(daphne, viewport=PHONE),
    }
    for name, person in people.items():
        person.sign_in(f"{name}@story.example.org")
    return people


def test_from_a_proposal_to_what_came_of_it(people: dict[str, Visitor], visit: Visit) -> None:
    paula, sam, zoe, ines = people.values()
    path = propose(paula, TITLE)
    for name, person in people.items():
        sign_here(person, path, name)
    sign(visit(), path, "Max", "max@story.example.org")  # A neighbour, who has no account.
    expect(paula.page.locator("#progress")).to_contain_text("Threshold reached")
    clock(paula.server)

    debate = open_debate(paula, path)
    for person, name in ((sam, "Sam"), (zoe, "Zoe")):
        person.join(debate, name)
    zoe.write(WISH)
    expect(sam.message(WISH)).to_be_visible()
    desk = promote(paula, WISH)

    told = sam.page.locator("#log .line", has_text="became a task")
    told.get_by_role("link", name=TITLE).click()
    take_task(paula, sam, desk)
    announce(paula, {"Sam": sam, "Zoe": zoe, "Ines": ines}, desk)
    finish_task(paula, sam, desk)
    report(paula, path)
    zoe.open(debate)
    expect(zoe.page.locator("#log")).to_contain_text(
        "The initiative of this room has reported back"
    )
    zoe.page.locator("#log .line", has_text="reported back").get_by_role("link").click()
    expect(zoe.page.locator(".report-back")).to_contain_text("One bench, with a roof.")

    clock(paula.server)
    for name, person in people.items():
        read_inbox(person)
        assert_mailed(name, *TOLD)
    assert_mailed("max", *TOLD)


def clock(server: Server) -> None:
    """Let everything fall due: first what tells, then the letters of what was told."""
    for _once in range(2):
        server.manage("runclock", "--once")


def sign_here(person: Visitor, path: str, name: str) -> None:
    person.open(path)
    form = person.page.locator("#sign")
    if (field := form.get_by_label("Your name")).input_value() == "":
        field.fill(name.title())
    form.get_by_role("button", name="Sign").click()
    expect(form).to_contain_text("You have signed.")


def open_debate(paula: Visitor, path: str) -> str:
    """Open a debate on the initiative at once; return its path."""
    paula.open(f"{path}debate")
    paula.page.get_by_role("button", name="Create the room").click()
    paula.page.wait_for_url(re.compile("/rooms/"))
    paula.page.locator("#composer").wait_for()
    return str(paula.page.evaluate("location.pathname"))


def promote(paula: Visitor, text: str) -> str:
    """Make a task of a message, in the initiative's action room; return the path of that room."""
    paula.act_on(text)
    paula.page.get_by_role("link", name=re.compile("Make a task of it in")).click()
    expect(paula.page.locator(".provenance")).to_contain_text("Zoe")
    paula.page.get_by_label("What is to be done").fill(TASK)
    paula.page.get_by_role("button", name="Create the task").click()
    paula.page.locator("#board").wait_for()
    return str(paula.page.evaluate("location.pathname")).removesuffix("board")


def take_task(paula: Visitor, sam: Visitor, desk: str) -> None:
    """Sam, who came by the link in the debate, takes the task on his phone, and is confirmed."""
    expect(sam.page.locator(".provenance")).to_contain_text("Zoe")
    sam.join(desk, "Sam")
    sam.open(f"{desk}board")
    sam.page.get_by_role("button", name="I will do it").click()
    paula.page.locator(".task", has_text="Sam offers to come").get_by_role("link").click()
    paula.page.get_by_role("button", name="Confirm").click()
    expect(sam.page.get_by_role("button", name="On my way")).to_be_visible()


def announce(paula: Visitor, readers: dict[str, Visitor], desk: str) -> None:
    """Announce something, which is told by e-mail to whoever has not read it."""
    for name, reader in readers.items():
        if name != "Sam":
            reader.join(desk, name)
            reader.open(f"{desk}board")
    paula.open(f"{desk}announcements")
    paula.page.get_by_label("What everybody has to know").fill("Thank you, we meet at the school.")
    paula.page.get_by_role("button", name="Announce it").click()
    paula.page.locator("#announced .places").wait_for()
    clock(paula.server)
    for name, reader in readers.items():
        assert_mailed(name.lower(), f"To read: {TITLE}")
        reader.page.get_by_role("button", name="I have read it").click()
    expect(paula.page.locator("#announced .places")).to_contain_text("3 people have read it")


def finish_task(paula: Visitor, sam: Visitor, desk: str) -> None:
    """Sam, who was told that he is expected, does what he took."""
    assert_mailed("sam", f"You are expected: {TASK}")
    paula.open(f"{desk}board")
    for tap in ("On my way", "I am here", "Done"):
        sam.page.get_by_role("button", name=tap).click()
    expect(paula.page.locator(".task", has_text=TASK)).to_contain_text("Sam done")


def report(paula: Visitor, path: str) -> None:
    paula.open(f"{path}report")
    paula.page.get_by_label("What was done").fill("One bench, with a **roof**.")
    paula.page.get_by_role("button", name="Publish the report").click()
    paula.page.locator(".report-back").wait_for()


def read_inbox(person: Visitor) -> None:
    person.open("/inbox/")
    for title in TOLD:
        expect(person.page.locator(".inbox .title", has_text=title)).to_have_count(1)


def assert_mailed(name: str, *titles: str) -> None:
    """Each was told to somebody, in just one letter."""
    bodies = bodies_to(f"{name}@story.example.org")
    for title in titles:
        assert [title in body for body in bodies].count(True) == 1, (name, title, bodies)
