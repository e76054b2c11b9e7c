"""The catalogue of bad input, its part that comes by plain HTTP."""

import pytest
from django.test import Client
from django.urls import reverse

from rooms.eventlog.models import Room
from tests.views.conftest import Send, address, browser, make_room, page, person

pytestmark = pytest.mark.django_db

ON_ROOM = ("join", "post", "words", "schedule", "open", "close")
ON_MESSAGE = ("react", "edit", "remove", "approve", "reject")
ON_PERSON = ("mute", "unmute", "change_role")


def mutations(room: Room) -> list[str]:
    """Return every address that changes something."""
    return [
        *(address(name, room) for name in ON_ROOM),
        *(address(name, room, 3) for name in ON_MESSAGE),
        *(address(name, room, person(room, "Olga").pk) for name in ON_PERSON),
        reverse("rooms:language"),
    ]


def test_a_mutation_by_get_is_405(room: Room, olga: Client) -> None:
    assert {url: olga.get(url).status_code for url in mutations(room)} == dict.fromkeys(
        mutations(room), 405
    )


def test_a_post_without_its_token_is_403(room: Room) -> None:
    strict = browser(enforce_csrf_checks=True)
    others = [reverse("rooms:new"), reverse("rooms:by_code", args=[room.code])]
    for url in mutations(room) + others:
        answer = strict.post(url, {"text": "x"})
        assert answer.status_code == 403, url
        assert "Page too old" in answer.content.decode()


def test_an_unknown_and_an_unreadable_room_are_the_same(olga: Client) -> None:
    hidden = make_room(olga, access="code")
    stranger = browser()
    for name, args in (("room", ()), ("events", ()), ("people", ()), ("message", (1,))):
        known = page(stranger, address(name, hidden, *args), status=404)
        url = reverse(f"rooms:{name}", args=["x" * len(hidden.slug), *args])
        unknown = page(stranger, url, status=404)
        assert masked(known, hidden.slug) == masked(unknown, "x" * len(hidden.slug))
    for name in ("post", "join"):
        assert stranger.post(address(name, hidden)).status_code == 404


def masked(html: str, slug: str) -> list[str]:
    """Return a page without what differs each time: its address and its token."""
    return [line for line in html.replace(slug, "").splitlines() if "csrfmiddleware" not in line]


def test_framing_is_refused(room: Room) -> None:
    answer = browser().get(address("room", room))
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_an_oversized_form_is_refused(room: Room, alice: Client) -> None:
    answer = alice.post(address("post", room), {"client_id": "c", "text": "x" * 3_000_000})
    assert answer.status_code in (400, 413)


def test_a_stranger_can_change_nothing(room: Room, alice: Client, send: Send) -> None:
    number = send(alice, "Here")
    stranger = browser()
    answer = stranger.post(address("post", room), {"client_id": "c", "text": "Not in"})
    assert answer.status_code == 403
    for name in ON_MESSAGE:
        answer = stranger.post(address(name, room, number), {"text": "x", "emoji": "👍"})
        assert answer.status_code == 403, name


@pytest.mark.parametrize("number", ["0", "999", "99999999999999999999999999"])
def test_a_message_that_is_not_there_is_404(room: Room, alice: Client, number: str) -> None:
    url = f"/rooms/{room.slug}/messages/{number}/"
    assert alice.get(url).status_code == 404
    assert alice.post(f"{url}remove").status_code == 404


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999999"])
def test_a_person_who_is_not_there_is_404(room: Room, max_: Client, number: str) -> None:
    url = f"/rooms/{room.slug}/participants/{number}/"
    assert max_.get(url).status_code == 404
    assert max_.post(f"{url}mute", {"seconds": "300"}).status_code in (403, 404)


@pytest.mark.parametrize(
    "fields", [{}, {"seconds": "x"}, {"seconds": "-5"}, {"seconds": "9" * 30}, {"seconds": "0"}]
)
def test_a_mute_without_a_length_is_422(
    room: Room, max_: Client, alice: Client, fields: dict[str, str]
) -> None:
    url = address("mute", room, person(room, "Alice").pk)
    assert max_.post(url, fields).status_code == 422


@pytest.mark.parametrize("text", ["", "  \u200b ", "a\0b", "Z" + "\u0301" * 40])
def test_texts_that_cannot_be_read_are_refused(room: Room, alice: Client, text: str) -> None:
    answer = alice.post(
        address("post", room),
        {"client_id": "c", "text": text},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json()["code"] in ("empty", "bad_char")


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "²", ""])
def test_a_senseless_place_in_the_log_is_its_end(room: Room, before: str) -> None:
    page(browser(), f"{address('room', room)}?before={before}")
