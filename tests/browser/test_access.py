"""For everybody: no accessibility violation, small screens, big type, a light first load."""

import gzip
import json
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import DESKTOP, PHONE, Visit, Visitor

NARROW = {"width": 320, "height": 256}
"""What is left of 1280x1024 at 400 %."""


def violations(page: Page) -> list[Any]:
    """Return what axe finds, after transitions and fonts have settled."""
    page.evaluate("document.fonts.ready")
    result = Axe().run(page)
    return [
        (found["id"], [node["html"] for node in found["nodes"]])
        for found in result.response["violations"]
    ]


def furnish(olga: Visitor, alice: Visitor) -> None:
    """Fill a room with all that can be seen in one."""
    olga.page.get_by_text("This room’s own list").click()
    olga.page.get_by_label("One word or expression a line").fill("clown")
    olga.page.get_by_role("button", name="Save the list").click()
    expect(olga.page.get_by_text("Saved.")).to_be_visible()
    olga.write("Welcome. See https://example.org/the-file")
    alice.write("Who pays?", side="Against")
    alice.write("Wait and see what happens.", side="Neutral")
    alice.write("What a clown show.", side="For")
    expect(olga.page.locator("#held li")).to_be_visible()
    olga.act_on("Wait and see what happens.")
    olga.page.get_by_role("button", name="Threat or call to violence").click()
    expect(olga.page.locator(".gone")).to_be_visible()
    olga.act_on("Who pays?")
    olga.page.get_by_role("button", name="👏").click()
    expect(olga.page.locator(".chip")).to_be_visible()
    olga.act_on("Who pays?")
    olga.page.get_by_role("button", name="5 minutes").click()
    expect(alice.page.locator("#gate")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(alice: Visitor, olga: Visitor, visit: Visit, scheme: str) -> None:
    furnish(olga, alice)
    guest = visit(viewport=PHONE)
    guest.open(alice.page.evaluate("location.pathname"))
    for visitor in (alice, olga, guest):
        visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(visitor.page) == []
    alice.page.get_by_role("link", name="About").click()
    assert violations(alice.page) == []
    olga.act_on("Who pays?")
    assert violations(olga.page) == []
    for path in ("/", "/rooms/new", "/j/", "/accounts/login/"):
        guest.open(path)
        assert violations(guest.page) == [], path


def test_axe_finds_nothing_at_the_desk_on_a_phone(alice: Visitor, olga: Visitor) -> None:
    furnish(olga, alice)
    olga.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    olga.page.get_by_role("link", name="Close").click()
    olga.page.get_by_role("link", name="Desk").click()
    expect(olga.page.locator("#held li")).to_be_visible()
    assert violations(olga.page) == []
    olga.open(olga.page.evaluate("location.pathname") + "desk")
    assert violations(olga.page) == []


@pytest.mark.parametrize("size", [NARROW, {"width": 320, "height": 640}, PHONE, DESKTOP])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_scrolls_sideways(
    alice: Visitor, olga: Visitor, size: dict[str, int], language: str
) -> None:
    alice.write("Donaudampfschifffahrtsgesellschaftskapitänsmützen" * 5, side="For")
    expect(olga.message("Donau")).to_be_visible()
    room = alice.page.evaluate("location.pathname")
    cookie = {"name": "django_language", "value": language, "url": alice.server.url}
    for visitor in (alice, olga):
        visitor.page.context.add_cookies([cookie])  # type: ignore[list-item]
        visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in (room, f"{room}#about", f"{room}people", "/", "/rooms/new", "/accounts/login/"):
            visitor.open(path)
            width = visitor.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], (path, width)


def test_a_phone_shows_header_messages_and_composer(alice: Visitor) -> None:
    alice.write("Who pays?")
    for part in (".room-head h1", "#room-state", "#composer", ".send", "#text"):
        expect(alice.page.locator(part)).to_be_in_viewport(ratio=1)
    expect(alice.message("Who pays?")).to_be_in_viewport(ratio=1)
    feed = alice.page.locator("#main").bounding_box()
    assert feed
    assert feed["height"] >= 300


def test_targets_are_large_and_fields_do_not_zoom(alice: Visitor) -> None:
    alice.write("Who pays?")
    expect(alice.message("Who pays?")).to_be_visible()
    small = alice.page.evaluate(
        """() => [...document.querySelectorAll('a, button, input, textarea, select')]
            .filter((e) => e.checkVisibility() && !e.closest('.sr, .skip, .text'))
            .filter((e) => !e.matches('.sr, .skip, a.when, .quote'))
            .map((e) => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
            .filter(([, box]) => box.height < 44 || box.width < 44)
            .map(([html]) => html)"""
    )
    assert small == []
    sizes = alice.page.evaluate(
        """() => [...document.querySelectorAll('input, textarea, select')]
            .filter((e) => e.type !== 'hidden' && e.type !== 'radio')
            .map((e) => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= 16


def test_the_first_load_is_small(visit: Visit, path: str) -> None:
    guest = visit()
    loaded: list[Response] = []
    guest.page.on("response", lambda answer: loaded.append(answer))
    guest.open(path)
    guest.page.wait_for_load_state("networkidle")
    sizes = {
        answer.url: len(answer.body() if ".woff2" in answer.url else gzip.compress(answer.body()))
        for answer in loaded
        if answer.status == 200
    }
    assert sum(sizes.values()) < 100_000, json.dumps(sizes, indent=1)
    assert all(url.startswith(guest.server.url) for url in sizes)


def test_a_room_is_usable_by_keyboard(alice: Visitor, bob: Visitor) -> None:
    bob.write("Who pays?")
    expect(alice.message("Who pays?")).to_be_visible()
    alice.message("Who pays?").locator(".more").focus()
    alice.page.keyboard.press("Enter")
    expect(alice.page.locator("#sheet-title")).to_be_focused()
    alice.page.keyboard.press("Tab")
    expect(alice.page.get_by_role("link", name="Reply")).to_be_focused()
    alice.page.keyboard.press("Escape")
    expect(alice.page.locator("#sheet")).to_be_hidden()
    expect(alice.message("Who pays?").locator(".more")).to_be_focused()
    alice.page.locator("#text").focus()
    alice.page.keyboard.type("The employers.")
    alice.page.keyboard.press("Control+Enter")
    expect(bob.message("The employers.")).to_be_visible()
    expect(alice.page.locator("#text")).to_be_focused()


def test_a_removal_keeps_the_readers_place(alice: Visitor, bob: Visitor) -> None:
    bob.write("Soon gone.")
    expect(alice.message("Soon gone.")).to_be_visible()
    alice.message("Soon gone.").locator(".more").focus()
    bob.act_on("Soon gone.")
    bob.page.get_by_role("button", name="Remove my message").click()
    expect(alice.page.locator(".gone")).to_be_focused()


def test_what_is_new_is_announced_as_one_wishes(alice: Visitor, bob: Visitor) -> None:
    bob.write("Buses are for everybody.", side="For")
    expect(alice.page.locator("#said")).to_have_text("Bob, For: Buses are for everybody.")
    alice.page.get_by_role("link", name="About").click()
    alice.page.get_by_label("Announcements for screen readers").select_option("off")
    bob.write("Second.")
    expect(alice.page.locator("#log")).to_contain_text("Second.")
    expect(alice.page.locator("#said")).to_have_text("Bob, For: Buses are for everybody.")
