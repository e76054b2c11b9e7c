"""A room's page without JavaScript: reading, writing, answering, reacting."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from rooms.eventlog.models import Room
from rooms.messages.models import Message
from rooms.messages.posting import post_message
from tests.views.conftest import Send, address, browser, make_room, page, person

pytestmark = pytest.mark.django_db


def post(client: Client, room: Room, **fields: object) -> tuple[int, str]:
    """Send the composer's form as a browser does; return the status and the page."""
    answer = client.post(address("post", room), {"client_id": "c1", **fields}, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_guest_reads_joins_and_posts(room: Room, alice: Client, send: Send) -> None:
    send(alice, "Buses are for everybody.", side="for")
    guest = browser()
    html = page(guest, address("room", room))
    assert "Buses are for everybody." in html
    assert "Your name, to take part" in html
    guest.post(address("join", room), {"name": "Zoé"})
    html = page(guest, address("room", room))
    client_id = re.search(r'name="client_id" value="([^"]+)"', html)
    assert client_id
    answer = guest.post(
        address("post", room), {"client_id": client_id[1], "text": "Who pays?", "side": "against"}
    )
    number = Message.objects.get(author__name="Zoé").number
    assert answer["Location"] == f"{address('room', room)}#m-{number}"
    html = page(guest, address("room", room))
    assert f'<li id="m-{number}" class="msg against"' in html
    assert "data-mine" in html


def test_sending_a_form_twice_posts_once(room: Room, alice: Client) -> None:
    for _again in range(2):
        status, html = post(alice, room, text="Once")
        assert status == 200
    assert html.count("<bdi>Once</bdi>") == 1


def test_what_is_refused_comes_back_in_the_form(room: Room, alice: Client) -> None:
    status, html = post(alice, room, text="x" * 2001, side="for")
    assert status == 422
    assert "This text is too long." in html
    assert "x" * 2001 in html
    assert 'value="for" checked' in html


def test_the_same_id_with_another_text_gets_a_new_id(room: Room, alice: Client) -> None:
    post(alice, room, text="First")
    status, html = post(alice, room, text="Second")
    assert status == 409
    assert "Second</textarea>" in html
    assert 'name="client_id" value="c1"' not in html


@pytest.mark.parametrize("bad", [{"reply_to": "-1"}, {"reply_to": "9" * 30}, {"side": "up"}])
def test_a_tampered_form_is_refused(room: Room, alice: Client, bad: dict[str, str]) -> None:
    status, html = post(alice, room, text="Kept", **bad)
    assert status == 422
    assert "Kept</textarea>" in html


def test_a_held_message_is_seen_by_its_author_alone(
    olga: Client, room: Room, alice: Client, bob: Client
) -> None:
    olga.post(address("words", room), {"words": "clown"})
    answer = alice.post(address("post", room), {"client_id": "h", "text": "A clown."})
    assert "#own-" in answer["Location"]
    assert "Waiting for a moderator" in page(alice, address("room", room))
    assert "clown" not in page(bob, address("room", room))
    assert "A <mark>clown</mark>." in page(olga, address("room", room))


def test_an_answer_quotes_what_it_answers(
    room: Room, alice: Client, bob: Client, send: Send
) -> None:
    number = send(alice, "Who pays?")
    html = page(bob, f"{address('room', room)}?reply_to={number}")
    assert f'name="reply_to" value="{number}"' in html
    answer = send(bob, "The employers.", reply_to=number)
    html = page(alice, address("room", room))
    quote = html.split(f'id="m-{answer}"')[1].split("</a>")[1]
    assert f'href="#m-{number}"' in quote
    assert "Who pays?" in quote


@pytest.mark.parametrize("raw", ["x", "-1", "999999", "9" * 40, "²"])
def test_an_answer_to_nothing_is_a_plain_message(room: Room, alice: Client, raw: str) -> None:
    assert 'name="reply_to" value=""' in page(alice, f"{address('room', room)}?reply_to={raw}")


def test_a_reaction_toggles(room: Room, alice: Client, bob: Client, send: Send) -> None:
    number = send(alice, "Who pays?")
    bob.post(address("react", room, number), {"emoji": "👍"})
    assert "👍 <span>1</span>" in page(alice, address("room", room))
    assert 'value="👍" aria-pressed="true"' in page(bob, address("message", room, number))
    bob.post(address("react", room, number), {"emoji": "👍"})
    assert "👍 <span>" not in page(alice, address("room", room))


def test_authors_edit_and_remove_their_own(
    room: Room, alice: Client, bob: Client, send: Send
) -> None:
    number = send(alice, "Who pais?")
    assert "Change the text" in page(alice, address("message", room, number))
    assert "Change the text" not in page(bob, address("message", room, number))
    alice.post(address("edit", room, number), {"text": "Who pays?"})
    html = page(bob, address("room", room))
    assert "Who pays?" in html
    assert "edited" in html
    alice.post(address("remove", room, number))
    html = page(bob, address("room", room))
    assert "Who pays?" not in html
    assert "<bdi>Alice</bdi> removed this message" in html


def test_an_edit_that_is_refused_is_not_lost(room: Room, alice: Client, send: Send) -> None:
    number = send(alice, "Who pays?")
    answer = alice.post(address("edit", room, number), {"text": "y" * 2001})
    assert answer.status_code == 422
    assert "y" * 2001 in answer.content.decode()


def test_what_people_write_is_text(room: Room, alice: Client, send: Send) -> None:
    send(alice, '<script>alert(1)</script> <b hx-swap-oob="true">')
    send(alice, "javascript:alert(1) and https://example.org/?a=1&b=2 <img src=x>")
    html = page(browser(), address("room", room))
    assert "<script>alert" not in html
    assert "<b hx-swap-oob" not in html
    assert 'href="javascript:' not in html
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow">' in html


def test_a_foreign_language_is_marked(olga: Client) -> None:
    room = make_room(olga, language="fr", title="Bus gratuits ?")
    olga.post(address("post", room), {"client_id": "c", "text": "Bonjour"})
    html = page(browser(), address("room", room))
    assert 'dir="auto" lang="fr"><bdi>Bonjour' in html


def test_earlier_messages_are_one_step_away(room: Room, alice: Client, settings: Settings) -> None:
    settings.RATE_LIMITS = [(1000, 1)]
    author = person(room, "Alice")
    for index in range(60):
        post_message(room=room, author=author, client_id=f"e{index}", text=f"Number {index}.")
    html = page(alice, address("room", room))
    assert "Number 59." in html
    assert "Number 3." not in html
    link = re.search(r'hx-get="([^"]+)"', html)
    assert link
    lines = alice.get(link[1], headers={"HX-Request": "true"}).content.decode()
    assert "Number 3." in lines
    assert "<html" not in lines
    assert "<html" in page(alice, link[1])
    assert "Back to the latest" in page(alice, f"{address('room', room)}{link[1].split('log')[1]}")


def test_a_room_that_is_coming_or_over_says_so(olga: Client, room: Room, alice: Client) -> None:
    olga.post(address("close", room))
    html = page(alice, address("room", room))
    assert 'data-status="closed"' in html
    assert 'class="button primary send" disabled' in html
    status, html = post(alice, room, text="Too late")
    assert status == 409
    assert "Too late</textarea>" in html


def test_people_are_listed(room: Room, alice: Client, max_: Client) -> None:
    html = page(alice, address("people", room))
    assert html.index("Olga") < html.index("Max") < html.index("Alice")
    assert "(you)" in html


def test_the_way_in_comes_as_a_picture_too(room: Room, olga: Client) -> None:
    answer = browser().get(address("qr_code", room))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<?xml")
    assert f"/j/{room.code}" in page(olga, address("room", room))
