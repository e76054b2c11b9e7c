"""Connections break, workers die, pages are reloaded: nothing is lost, doubled or reordered."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import CALM, PHONE, Visit, Visitor
from tests.servers import Server, embedded_environ
from tests.services import throw_away


def refuse(route: WebSocketRoute) -> None:
    """Be a network that lets no socket through."""
    route.close(code=1011)


def test_a_killed_worker_costs_nothing(
    visit: Visit, path: str, alice: Visitor, environ: dict[str, str]
) -> None:
    worker = Server("uvicorn", environ).start()
    bob = visit(worker)
    bob.join(path, "Bob")
    alice.write("Before.")
    expect(bob.message("Before.")).to_be_visible()
    worker.process.kill()
    worker.process.wait()
    for index in range(5):
        alice.write(f"While away {index}.")
    bob.write("Written without a connection.")
    expect(bob.page.locator("#banner")).to_contain_text("The connection is lost")
    expect(bob.page.locator("#outbox li")).to_contain_text("Waiting for the connection")
    worker.start()
    expect(alice.message("Written without a connection.")).to_be_visible(timeout=30_000)
    alice.write("After.")
    expect(bob.message("After.")).to_be_visible()
    expected = ["Before.", *(f"While away {index}." for index in range(5))]
    assert bob.texts() == [*expected, "Written without a connection.", "After."]
    assert alice.texts() == bob.texts()
    expect(bob.page.locator("#outbox li")).to_have_count(0)
    expect(bob.page.locator("#banner")).to_be_hidden()
    bob.page.close()  # It would look for the worker that stops, too.
    worker.stop()
    bob.problems.clear()  # Chromium reports each failed connection; that is what was tested.


def test_a_socket_cut_in_mid_debate_resumes(visit: Visit, path: str, alice: Visitor) -> None:
    routes: list[WebSocketRoute] = []

    def pass_through(route: WebSocketRoute) -> None:
        route.connect_to_server()
        routes.append(route)

    bob = visit()
    bob.page.route_web_socket(re.compile("/ws/"), pass_through)
    bob.join(path, "Bob")
    for index in range(6):
        alice.write(f"Point {index}.")
        expect(bob.message(f"Point {index}.")).to_be_visible()
        routes[-1].close(code=1012)
    assert len(routes) >= 2
    assert bob.texts() == [f"Point {index}." for index in range(6)]


def test_where_sockets_are_blocked_polling_does_it(visit: Visit, path: str, alice: Visitor) -> None:
    bob = visit(viewport=PHONE)
    bob.page.route_web_socket(re.compile("/ws/"), refuse)
    bob.join(path, "Bob")
    expect(bob.page.locator("#banner")).to_contain_text("Live connection blocked", timeout=20_000)
    alice.write("Do you hear me?")
    expect(bob.message("Do you hear me?")).to_be_visible()
    bob.write("Loud and clear.", side="For")
    expect(alice.message("Loud and clear.")).to_be_visible()
    expect(bob.message("Loud and clear.")).to_be_visible()
    expect(bob.page.locator("#outbox li")).to_have_count(0)
    assert bob.texts() == alice.texts()


def test_without_javascript_one_reads_and_posts(visit: Visit, path: str, alice: Visitor) -> None:
    alice.write("Who pays?")
    bob = visit(java_script_enabled=False, viewport=PHONE)
    bob.join(path, "Bob")
    expect(bob.message("Who pays?")).to_be_visible()
    bob.write("The employers.", side="For")
    expect(bob.message("The employers.")).to_be_visible()
    expect(alice.message("The employers.")).to_be_visible()
    bob.message("Who pays?").locator(".more").click()
    bob.page.get_by_role("button", name="👍").click()
    expect(alice.message("Who pays?").locator(".chip")).to_have_text("👍 1")
    bob.message("The employers.").locator(".more").click()
    bob.page.get_by_role("button", name="Remove my message").click()
    expect(alice.page.locator(".gone")).to_contain_text("Bob removed this message")


def test_without_javascript_one_moderates(visit: Visit, alice: Visitor, olga: Visitor) -> None:
    alice.write("Spam, spam.")
    cookies = olga.page.context.cookies()
    plain = visit(java_script_enabled=False)
    plain.page.context.add_cookies(cookies)  # type: ignore[arg-type]
    plain.open(olga.page.evaluate("location.pathname"))
    plain.message("Spam, spam.").locator(".more").click()
    plain.page.get_by_role("button", name="Spam or flooding").click()
    expect(alice.page.locator(".gone")).to_contain_text("removed by Olga")


def test_a_draft_survives_a_reload_and_another_language(alice: Visitor) -> None:
    alice.page.get_by_label("Your message").fill("Half a thought")
    alice.page.locator(".sides").get_by_text("Against").click()
    alice.page.reload()
    expect(alice.page.locator("#text")).to_have_value("Half a thought")
    expect(alice.page.locator("[name=side][value=against]")).to_be_checked()
    alice.page.get_by_role("link", name="About").click()
    alice.page.get_by_role("button", name="Français").click()
    expect(alice.page.locator("html")).to_have_attribute("lang", "fr")
    expect(alice.page.locator("#text")).to_have_value("Half a thought")


def test_what_is_refused_stays_until_one_decides(alice: Visitor, bob: Visitor) -> None:
    long = "x" * 2010
    alice.page.get_by_label("Your message").fill(long)
    expect(alice.page.locator("#counter")).to_have_text("10 characters too many")
    alice.page.get_by_role("button", name="Send", exact=True).click()
    bubble = alice.page.locator("#outbox li")
    expect(bubble).to_contain_text("This text is too long.")
    alice.page.reload()
    expect(bubble).to_contain_text("This text is too long.")
    bubble.get_by_role("button", name="Change it").click()
    expect(bubble).to_have_count(0)
    expect(alice.page.locator("#text")).to_have_value(long)
    alice.page.get_by_label("Your message").fill("Short.")
    alice.page.get_by_role("button", name="Send", exact=True).click()
    expect(bob.message("Short.")).to_be_visible()


def test_who_comes_back_by_the_history_catches_up(alice: Visitor, bob: Visitor) -> None:
    bob.open("/")
    alice.write("While you were away.")
    expect(alice.message("While you were away.")).to_be_visible()
    bob.page.go_back()
    expect(bob.message("While you were away.")).to_be_visible()
    assert len(bob.texts()) == 1


@pytest.mark.parametrize("after", [0, 1])
def test_a_page_that_was_shown_twice_is_not_doubled(alice: Visitor, after: int) -> None:
    """A page from a cache can hold more than its cursor says: what comes again is replaced."""
    alice.write("Only once.")
    expect(alice.message("Only once.")).to_be_visible()

    alice.page.add_init_script(
        "document.addEventListener('readystatechange', () => {"
        f" if (document.readyState === 'interactive') room.dataset.head = {after}; }})"
    )
    alice.page.reload()
    alice.write("And this.")
    expect(alice.message("And this.")).to_be_visible()
    assert alice.texts() == ["Only once.", "And this."]


def test_a_restored_site_is_what_an_open_page_shows(visit: Visit) -> None:
    """What came after the backup leaves the page; what was being written does not."""
    backup = throw_away("backup") / "site.zip"
    worker = Server("uvicorn", {**embedded_environ(), **CALM}).start()
    alice = visit(worker)
    path = alice.create_room()
    bob = visit(worker, viewport=PHONE)
    bob.join(path, "Bob")
    bob.write("Before the backup.")
    expect(alice.message("Before the backup.")).to_be_visible()
    worker.manage("backup", f"{backup}")
    bob.write("Lost with the disk.")
    expect(alice.message("Lost with the disk.")).to_be_visible()
    bob.page.get_by_label("Your message").fill("Half a thought")
    worker.stop()
    worker.manage("restore", f"{backup}", "--overwrite")
    worker.start()
    for visitor in (alice, bob):
        expect(visitor.message("Lost with the disk.")).to_have_count(0, timeout=30_000)
        assert visitor.texts() == ["Before the backup."]
    expect(bob.page.locator("#text")).to_have_value("Half a thought")
    bob.write("After the restore.")
    expect(alice.message("After the restore.")).to_be_visible()
    for visitor in (alice, bob):
        visitor.page.close()  # They would look for the worker that stops, too.
        visitor.problems.clear()  # Chromium reports each failed connection.
    worker.stop()


NO_SOCKETS = """
    window.attempts = [];
    window.WebSocket = class {
      constructor() {
        attempts.push(Date.now());
        setTimeout(() => this.onclose?.({ code: 1006 }));
      }
      close() {}
    };
"""
"""Every connection fails at once, and when it was tried is noted."""


def test_pages_do_not_all_come_back_at_once(visit: Visit, path: str) -> None:
    """Each waits longer after each failure, and by chance: not all of a hall in one moment."""
    tried: list[list[int]] = []
    for _page in range(3):
        visitor = visit()
        page = visitor.page
        page.clock.install()
        page.add_init_script(NO_SOCKETS)
        visitor.open(path)
        page.clock.run_for(90_000)
        tried.append(page.evaluate("attempts"))
    waits = [[later - earlier for earlier, later in pairwise(times)] for times in tried]
    for of_one in waits:
        assert len(of_one) >= 8
        for number, wait in enumerate(of_one, 1):
            assert 500 <= wait <= min(15_000, 500 * 2**number) + 5
    assert len({tuple(of_one) for of_one in waits}) == len(waits)
    assert max(max(of_one) for of_one in waits) > 4000
