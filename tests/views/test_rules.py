"""A room's rules on the web: patterns, tried before they are saved, and hosts."""

import re

import pytest
from django.test import Client

from rooms.eventlog.models import Room
from rooms.messages import trial
from rooms.moderation.policy import room_rules
from rooms.moderation.screening import Pattern
from tests.views.conftest import Send, address, page

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def post(client: Client, room: Room, name: str, status: int = 200, **fields: str) -> str:
    """Send a form as htmx does; return the HTML that it shows."""
    answer = client.post(address(name, room), fields, headers=HTMX)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def rules(room: Room) -> tuple[Pattern, ...]:
    return room_rules(Room.objects.get(pk=room.pk)).patterns


def plain(html: str) -> str:
    """Return the words of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.fixture
def debate(alice: Client, bob: Client, send: Send) -> dict[str, int]:
    """Return the numbers of what was said."""
    return {
        "for": send(alice, "Free buses, and no clowns please.", side="for"),
        "against": send(bob, "Only a CLOWN believes in free buses.", side="against"),
        "clownish": send(bob, "A clownish idea <b>", side="against"),
        "removed": send(alice, "I am no clown, I withdraw this."),
    }


def test_a_pattern_is_tried_before_it_is_saved(
    room: Room, max_: Client, alice: Client, debate: dict[str, int]
) -> None:
    alice.post(address("remove", room, debate["removed"]))
    html = post(max_, room, "try_pattern", pattern="clowns?", whole="on")
    assert "held 2 of the last 3 messages" in plain(html)
    assert "For 1 of 1 Against 1 of 2" in plain(html)
    assert "<mark>CLOWN</mark> believes" in html and "no <mark>clowns</mark>" in html
    assert html.index("CLOWN") < html.index("clowns"), "the latest first"
    assert "withdraw" not in html and "<html" not in html
    loose = post(max_, room, "try_pattern", pattern="clown")
    assert "<mark>clown</mark>ish idea &lt;b&gt;" in loose
    assert rules(room) == ()


def test_a_pattern_is_tried_without_javascript(
    room: Room, max_: Client, debate: dict[str, int]
) -> None:
    answer = max_.post(address("try_pattern", room), {"pattern": "clowns?", "whole": "on"})
    html = answer.content.decode()
    assert answer.status_code == 200 and "<html" in html
    assert 'value="clowns?"' in html and "<mark>CLOWN</mark>" in html
    answer = max_.post(address("try_pattern", room), {"pattern": "("})
    assert answer.status_code == 422 and "bracket is opened" in answer.content.decode()


def test_what_waits_or_was_rejected_is_not_searched(
    room: Room, max_: Client, alice: Client, send: Send
) -> None:
    max_.post(address("words", room), {"words": "clown"})
    held, rejected = send(alice, "a clown waits"), send(alice, "a clown goes")
    max_.post(address("reject", room, rejected), {"reason": "insult"})
    assert "Nothing has been said yet" in post(max_, room, "try_pattern", pattern="clown")
    max_.post(address("approve", room, held))
    assert "held 1 of the last 1 message." in plain(
        post(max_, room, "try_pattern", pattern="clown")
    )


def test_a_trial_shows_some_examples_and_counts_all(
    room: Room, max_: Client, alice: Client, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "EXAMPLES", 2)
    for number in range(4):
        send(alice, f"{'x ' * 100}clown {number}{' y' * 100}")
    html = post(max_, room, "try_pattern", pattern="clown")
    assert html.count("<mark>clown</mark>") == 2
    assert "held 4 of the last 4" in plain(html) and "the last 2" in html
    assert "…x x" in html.replace("… x", "…x") and html.count("x ") < 100
    monkeypatch.setattr(trial, "HISTORY", 3)
    assert "held 3 of the last 3" in plain(post(max_, room, "try_pattern", pattern="clown"))


def test_a_slow_trial_ends(
    room: Room, max_: Client, debate: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "BUDGET", -1.0)
    assert "of the last 1 message." in plain(post(max_, room, "try_pattern", pattern="clown"))


def test_a_pattern_is_added_switched_and_removed(
    room: Room, max_: Client, alice: Client, send: Send
) -> None:
    html = post(max_, room, "add_pattern", pattern=" clown ", whole="on")
    assert "Saved." in html and '<code dir="ltr">clown</code>' in html
    assert rules(room) == (Pattern("clown", True),)
    post(max_, room, "switch_pattern", source="clown")
    assert rules(room) == (Pattern("clown", False),)
    number = send(alice, "a clownish idea")
    assert room.messages.get(number=number).rule == "pattern"
    max_.post(address("add_pattern", room), {"pattern": "<i>"})
    assert '<code dir="ltr">&lt;i&gt;</code>' in page(max_, address("rules", room))
    answer = max_.post(address("remove_pattern", room), {"source": "clown"})
    assert answer["Location"] == address("rules", room)
    assert rules(room) == (Pattern("<i>", False),)
    post(max_, room, "add_pattern", pattern="<i>", whole="on")
    assert rules(room) == (Pattern("<i>", True),), "the same pattern again is set anew"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("", "Write a pattern first"),
        (".*", "would hold every message"),
        ("(a", "bracket is opened"),
        ("(?=a)", "look ahead"),
        ("a{1001}", "1,000 times"),
        ("x" * 501, "500 characters"),
    ],
)
def test_a_wrong_pattern_is_refused_in_place(
    room: Room, max_: Client, pattern: str, words: str
) -> None:
    html = post(max_, room, "add_pattern", pattern=pattern, whole="on")
    assert words in html and 'aria-invalid="true"' in html and "Saved." not in html
    assert f'value="{pattern}"' in html and "checked" in html
    answer = max_.post(address("add_pattern", room), {"pattern": pattern})
    assert answer.status_code == 422 and words in answer.content.decode()
    assert rules(room) == ()


def test_hosts_are_saved_and_errors_stay_in_the_form(
    room: Room, max_: Client, alice: Client, send: Send
) -> None:
    html = post(max_, room, "hosts", held="https://www.spam.example/x\n", allowed="")
    assert ">spam.example</textarea>" in html
    number = send(alice, "look at spam.example")
    assert room.messages.get(number=number).rule == "link"
    html = post(max_, room, "hosts", held="spam.example", allowed="not a site\nexample.org")
    assert "“not a site” is not the name of a site" in html
    assert "not a site\nexample.org</textarea>" in html
    answer = max_.post(address("hosts", room), {"held": "", "allowed": "not a site"})
    assert answer.status_code == 422 and "not a site</textarea>" in answer.content.decode()
    answer = max_.post(address("hosts", room), {"held": "", "allowed": "example.org"})
    assert answer.status_code == 302
    assert room_rules(Room.objects.get(pk=room.pk)).allowed_hosts == ("example.org",)


def test_rules_that_moved_meanwhile_are_not_overwritten(
    room: Room, max_: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first(source: Room) -> object:
        if not rules(room):
            monkeypatch.setattr("rooms.views.rules.room_rules", room_rules)
            post(max_, room, "add_pattern", pattern="first")
        return room_rules(source)

    monkeypatch.setattr("rooms.views.rules.room_rules", first)
    html = post(max_, room, "add_pattern", pattern="second")
    assert "Somebody else has just changed the rules" in html
    assert '<code dir="ltr">first</code>' in html and 'value="second"' in html
    assert [pattern.source for pattern in rules(room)] == ["first"]


@pytest.mark.parametrize(
    "name", ["add_pattern", "try_pattern", "switch_pattern", "remove_pattern", "hosts"]
)
def test_only_moderators_see_and_change_rules(
    room: Room, max_: Client, alice: Client, name: str
) -> None:
    fields = {"pattern": "clown", "source": "clown", "held": "spam.example"}
    for visitor in (alice, Client()):
        assert visitor.post(address(name, room), fields).status_code == 404
        assert visitor.get(address("rules", room)).status_code == 404
    assert max_.get(address(name, room)).status_code == 405
    assert Room.objects.get(pk=room.pk).policy_version == 0


def test_the_desk_leads_to_the_rules(room: Room, max_: Client) -> None:
    assert f'href="{address("rules", room)}"' in page(max_, address("desk", room))
    fragment = max_.get(address("rules", room), headers=HTMX).content.decode()
    assert 'id="pattern"' in fragment and "<html" not in fragment
