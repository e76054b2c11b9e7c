"""Real browsers on two real workers: Daphne and uvicorn, on PostgreSQL and Redis."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.binaries import CHROMIUM_ARGUMENTS, chromium
from tests.servers import Server, production_environ
from tests.services import throw_away

PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
CALM = {"RATE_LIMITS": "1000/1"}
"""Tests write faster than people."""
MAIL = throw_away("mail")
"""Where the servers put letters, a file for each."""
END_OF_LETTER = b"\n" + b"-" * 79 + b"\n"
expect.set_options(timeout=15_000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return a Chromium. Not the session's: its event loop must end before the async tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def environ() -> dict[str, str]:
    mail = {"EMAIL_URL": f"file:///{MAIL}"}  # The third slash ends the host, the path has its own.
    return {**production_environ("livedebate_browser"), **CALM, **mail}


@pytest.fixture(scope="package")
def daphne(environ: dict[str, str]) -> Iterator[Server]:
    server = Server("daphne", environ).start()
    yield server
    server.stop()
    server.check()


@pytest.fixture(scope="package")
def uvicorn(environ: dict[str, str]) -> Iterator[Server]:
    server = Server("uvicorn", environ).start()
    yield server
    server.stop()
    server.check()


@dataclass
class Visitor:
    """Somebody's browser, which notes every error, and every breach of the content policy."""

    page: Page
    server: Server
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def open(self, path: str) -> None:
        self.page.goto(self.server.url + path)

    def create_room(self, title: str = "Free buses?", **choices: str) -> str:
        """Create a room by the form; return its path."""
        self.open("/rooms/new")
        self.page.get_by_label("Question or title").fill(title)
        self.page.get_by_label("Your name in the room").fill("Olga")
        for label, choice in choices.items():
            self.page.get_by_role("group", name=label).get_by_text(choice).click()
        self.page.get_by_role("button", name="Create the room").click()
        self.page.wait_for_url("**/rooms/*/#about")
        return self.page.evaluate("location.pathname")  # type: ignore[no-any-return]

    def join(self, path: str, name: str) -> None:
        """Open a room and join it by name."""
        self.open(path)
        self.page.get_by_label("Your name, to take part").fill(name)
        self.page.get_by_role("button", name="Join").click()
        self.page.locator("#composer").wait_for()
        # The page is there before its scripts and its looks are: act like somebody who has seen it.
        self.page.wait_for_load_state("load")

    def sign_in(self, email: str) -> None:
        """Sign in by the code of a letter; the account is made if need be."""
        known = letters()
        self.open("/accounts/login/")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_role("button", name="Send me a code").click()
        self.page.get_by_label("Code").wait_for()
        self.page.get_by_label("Code").fill(mailed(r"^    (\S+)$", email, known))
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(lambda url: "/accounts/" not in url)

    def write(self, text: str, side: str = "") -> None:
        """Send a message by the composer."""
        if side:
            self.page.locator(".sides").get_by_text(side).click()
        self.page.get_by_label("Your message").fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def message(self, text: str) -> Any:
        """Return the line of the log with a text."""
        own_words = self.page.locator(".text", has_text=text)
        return self.page.locator("#log .msg").filter(has=own_words)

    def act_on(self, text: str) -> None:
        """Open the sheet of a message."""
        self.message(text).locator(".more").click()
        self.page.locator("#sheet[open]").wait_for()

    def texts(self) -> list[str]:
        """Return the texts in the log, in order."""
        return self.page.locator("#log .text").all_inner_texts()


def letters() -> set[bytes]:
    """Return every letter so far. A file may hold several: its name is not quite its own."""
    texts = [path.read_bytes() for path in MAIL.iterdir()]
    return {one for text in texts for one in text.split(END_OF_LETTER) if one.strip()}


def bodies_to(email: str, known: Collection[bytes] = ()) -> list[str]:
    """Return what the letters to somebody say that were not there before."""
    parsed = [message_from_bytes(raw, policy=policy.default) for raw in letters() - set(known)]
    return [str(one.get_content()) for one in parsed if one["To"] == email]


def mailed(pattern: str, to: str, known: Collection[bytes] = ()) -> str:
    """Return what a pattern finds in the one letter to somebody that was not there before."""
    (body,) = bodies_to(to, known)
    found = re.search(pattern, body, re.M)
    assert found, body
    return found[1]


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, daphne: Server) -> Iterator[Visit]:
    """Make visitors; in the end none of their pages may have had an error."""
    visitors: list[tuple[Visitor, BrowserContext]] = []

    def make(server: Server = daphne, **options: Any) -> Visitor:
        settings = {"viewport": DESKTOP, "locale": "en-GB", "reduced_motion": "reduce"}
        context = browser.new_context(**{**settings, **options})
        visitor = Visitor(context.new_page(), server)
        visitors.append((visitor, context))
        return visitor

    yield make
    for _visitor, context in visitors:
        context.close()
    assert [visitor.problems for visitor, _context in visitors if visitor.problems] == []


@pytest.fixture
def olga(visit: Visit) -> Visitor:
    return visit()


@pytest.fixture
def path(olga: Visitor) -> str:
    """Return the path of a new room, which Olga has made and looks at."""
    return olga.create_room()


@pytest.fixture
def alice(visit: Visit, path: str) -> Visitor:
    visitor = visit(viewport=PHONE)
    visitor.join(path, "Alice")
    return visitor


@pytest.fixture
def bob(visit: Visit, path: str, uvicorn: Server) -> Visitor:
    """Return Bob, who is on the other worker."""
    visitor = visit(uvicorn)
    visitor.join(path, "Bob")
    return visitor
