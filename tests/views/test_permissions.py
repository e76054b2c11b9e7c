"""The table of permissions, by the pages' forms."""

from collections.abc import Callable
from functools import partial
from html import unescape

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from consumers import protocol
from rooms.eventlog.errors import MESSAGES
from tests.addresses import OURS, ours
from tests.furnished import furnish
from tests.permissions import BY_SOCKET, ELSEWHERE, STATES, TABLE, WHO, expected, varies
from tests.staged import Deed, Staged
from tests.views.conftest import browser

pytestmark = pytest.mark.django_db

STATUS = {
    "forbidden": 403,
    "muted": 403,
    "banned": 403,
    "not_open": 409,
    "paused": 409,
    "closed": 409,
    "locked": 409,
    "stale": 409,
}


def told(answer: HttpResponseBase) -> str:
    """Return what an answer says, as the table has it."""
    if answer.status_code == 302 and answer["Location"].startswith(reverse("account_login")):
        return "sign_in"
    if answer.status_code < 400:
        return "yes"
    if answer.status_code == 404:
        return "unseen"
    html = unescape(bytes(answer.content).decode())  # type: ignore[attr-defined]
    said = {code.value for code, words in MESSAGES.items() if str(words) in html}
    fits = [code for code in said if STATUS.get(code) == answer.status_code]
    if len(fits) == 1:
        return fits[0]
    # In other words: what one has to do first.
    return "forbidden" if answer.status_code == 403 else f"{answer.status_code} {html}"


def do(client: Client, staged: Staged, deed: Deed) -> str:
    args = deed.args if deed.page in ("by_code", "contest") else (staged.room.slug, *deed.args)
    return told(client.post(reverse(f"rooms:{deed.page}", args=args), deed.form))


def as_who(session: str) -> Client:
    client = browser()
    if session:
        client.cookies[django_settings.SESSION_COOKIE_NAME] = session
    return client


@pytest.mark.parametrize("state", STATES)
def test_the_pages_answer_as_the_table_says(state: str, settings: Settings) -> None:
    settings.RATE_LIMITS = []
    staged = Staged(state)
    table = {
        (who, deed): answer
        for who in WHO
        for deed, answer in expected(who, state)
        if is_tried(who, deed, state)
    }
    found = {
        (who, deed): undone(
            partial(do, as_who(staged.sessions[who]), staged, staged.deeds_of(who)[deed])
        )
        for who, deed in table
    }
    assert {
        row: (answer, table[row]) for row, answer in found.items() if answer != table[row]
    } == {}


def is_tried(who: str, deed: str, state: str) -> bool:
    """Tell whether a row is tried by its page: all in an open room.

    In other states those that vary with it; that they are for moderators the same has to do for the
    others, of which the sockets' test tries each in each state.
    """
    return state == "open" or varies(deed) or who == "moderator"


def undone(act: Callable[[], str]) -> str:
    """Do something and take it back, so that the next one finds all as it was."""
    with transaction.atomic():
        answer = act()
        transaction.set_rollback(True)
    return answer


def test_what_belongs_to_no_room_is_for_whom_it_is_meant() -> None:
    site = furnish()
    found = {}
    for one in ours():
        name = one.name.removeprefix(OURS)
        if name in ELSEWHERE:
            visitor, noel = browser(), as_who(site.sessions["noel"])
            path = site.path(one)
            found[name] = tuple(undone(partial(try_out, who, path)) for who in (visitor, noel))
    assert found == ELSEWHERE


def try_out(client: Client, path: str) -> str:
    """Return whether somebody is let in, whatever is wrong with what they send."""
    answer = client.post(path, {"name": "Noel"})
    return "yes" if answer.status_code in (400, 409, 422) else told(answer)


def test_every_command_and_every_mutation_is_in_the_table() -> None:
    commands = {
        str(kind.__struct_config__.tag)
        for kind in protocol.COMMANDS.values()
        if issubclass(kind, protocol.Asked)
    }
    assert commands - {"ping"} == BY_SOCKET
    assert TABLE.keys() >= BY_SOCKET


def test_every_page_that_takes_a_form_is_in_the_table(settings: Settings) -> None:
    settings.RATE_LIMITS = []
    site = furnish()
    client = as_who(site.sessions["olga"])
    taking = {
        one.name.removeprefix(OURS)
        for one in ours()
        if "POST" in client.generic("PATCH", one.path())["Allow"]
    }
    deeds = Staged("open").deeds_of("owner")
    assert deeds.keys() == TABLE.keys()
    assert taking == {deed.page for deed in deeds.values()} | ELSEWHERE.keys()
