"""Floods of nearly the same text, and what moderators want to read first."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from rooms.eventlog.errors import Code
from rooms.eventlog.models import Room
from rooms.messages import recent
from rooms.messages.decisions import approve_message
from rooms.messages.editing import edit_message
from rooms.messages.recent import recent_messages
from rooms.moderation.modes import set_mode
from rooms.moderation.screeners.waves import Waves
from rooms.moderation.screening import ALLOW, Recent, Rule, Submission
from rooms.moderation.similarity import mark, near, sketch
from rooms.people.membership import join_room
from rooms.people.models import Participant
from tests.rooms.conftest import Post
from tests.rooms.test_messages import refusal

SLOGAN = "Votez pour le parti du rire et de la moustache, tous ensemble le 12 juin !"
NEARLY = [
    SLOGAN,
    "votez pour le parti du rire et de la moustache tous ensemble le 12 juin",
    "VOTEZ pour le parti du rire, et de la moustache !! tous ensemble le 13 juin",
    "Oui, votez pour le parti du rire et de la moustache, tous ensemble le 12 juin 😀",
]
NOW = timezone.now()


@pytest.mark.parametrize("text", NEARLY)
def test_small_changes_make_no_other_text(text: str) -> None:
    assert near(sketch(SLOGAN), sketch(text))


@pytest.mark.parametrize(
    "text",
    [
        "Votez pour le budget des écoles, nous en parlerons tous ensemble le 12 juin.",
        "Le parti du rire n'a pas répondu à ma question sur la moustache du maire.",
        "Je suis pour, et je l'ai toujours dit.",
    ],
)
def test_the_same_subject_is_not_the_same_text(text: str) -> None:
    assert not near(sketch(SLOGAN), sketch(text))


@pytest.mark.parametrize("text", ["Oui !", "+1", "Merci à tous", "Tout à fait d'accord"])
def test_what_many_may_well_say_is_never_a_wave(text: str) -> None:
    others = tuple(Recent(NOW, n, mark(text), sketch(text)) for n in range(9))
    assert Waves().screen(Submission(text, NOW, others=others)) is ALLOW


def test_old_ones_do_not_count() -> None:
    before = NOW - timedelta(minutes=6)
    others = tuple(Recent(before, n, mark(SLOGAN), sketch(SLOGAN)) for n in range(9))
    assert Waves().screen(Submission(SLOGAN, NOW, others=others)) is ALLOW


def test_from_the_third_person_on_a_wave_waits(room: Room, olga: Participant, post: Post) -> None:
    people = [join_room(room=room, name=f"P{n}", guest_key=f"p{n}") for n in range(4)]
    receipts = [post(person, text) for person, text in zip(people, NEARLY, strict=True)]
    assert [receipt.status for receipt in receipts] == ["posted", "posted", "held", "held"]
    assert {receipt.rule for receipt in receipts[2:]} == {Rule.WAVE}
    assert post(people[0], "Et si nous parlions plutôt des horaires du bus ?").status == "posted"
    assert post(olga, SLOGAN).status == "posted", "moderators are not held"


def test_an_edit_does_not_join_a_wave(
    room: Room, alice: Participant, bob: Participant, post: Post
) -> None:
    post(bob, NEARLY[0])
    post(join_room(room=room, name="Chloé", guest_key="chloe"), NEARLY[1])
    number = post(alice, "Une autre phrase assez longue pour compter").number
    answer = refusal(edit_message, room=room, actor=alice, number=number, text=NEARLY[2])
    assert answer.code is Code.HELD and answer.detail["rule"] == Rule.WAVE


def test_marks_are_remembered_and_no_texts(
    room: Room, alice: Participant, bob: Participant, post: Post
) -> None:
    def look_up(author: Participant, now: datetime) -> tuple[Sequence[Recent], Sequence[Recent]]:
        return recent_messages(room=room, author=author.pk, text=SLOGAN, now=now)

    post(alice, SLOGAN)
    (first,), none = look_up(alice, timezone.now())
    assert first.author == alice.pk and none == ()
    post(alice, "Une autre phrase assez longue pour compter")
    post(bob, "Une troisième phrase, de Bob celle-ci, et bien longue")
    (newest, same), none = look_up(alice, timezone.now())
    assert same is first and newest.at > first.at and none == ()
    (own,), others = look_up(bob, timezone.now())
    assert own.author == bob.pk and others == (first,), "only what is alike is compared"
    assert "moustache" not in repr(first)
    assert look_up(bob, timezone.now() + timedelta(minutes=11)) == ((), ())


def test_a_memory_forgets_as_the_messages_do(
    room: Room, alice: Participant, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "KEPT", 3)
    people = [join_room(room=room, name=f"P{n}", guest_key=f"p{n}") for n in range(5)]
    for n, person in enumerate(people):
        post(person, f"{SLOGAN} {n}" if n % 2 else f"{n} phrases sur le budget des écoles du 3")
    now = timezone.now()
    known = [
        recent_messages(room=room, author=person.pk, text=SLOGAN, now=now)[0] for person in people
    ]
    assert [len(own) for own in known] == [0, 0, 1, 1, 1]
    _own, others = recent_messages(room=room, author=alice.pk, text=SLOGAN, now=now)
    assert [other.author for other in others] == [people[3].pk]


def test_a_flood_is_looked_through_quickly() -> None:
    others = tuple(Recent(NOW, n, mark(SLOGAN), sketch(SLOGAN)) for n in range(500))
    began = time.thread_time()
    for _ in range(100):
        assert Waves().screen(Submission(SLOGAN, NOW, others=others)).rule == Rule.WAVE
    assert (time.thread_time() - began) / 100 < 0.005


def test_everything_waits_while_a_moderator_has_it_so(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    set_mode(room=room, actor=max_, mode="hold_all", value=1)
    room.refresh_from_db()
    assert post(alice, "Bonjour").rule == Rule.HOLD_ALL
    assert post(max_, "Bonjour").status == "posted"
    set_mode(room=room, actor=max_, mode="hold_all", value=0)
    room.refresh_from_db()
    assert post(alice, "Bonsoir").status == "posted"


def test_first_messages_wait_until_one_was_published(
    room: Room, max_: Participant, alice: Participant, bob: Participant, post: Post
) -> None:
    post(bob, "Je suis là depuis le début")
    set_mode(room=room, actor=max_, mode="hold_newcomers", value=1)
    room.refresh_from_db()
    first = post(alice, "Bonjour")
    assert first.rule == Rule.NEWCOMER
    assert post(alice, "Bonsoir").status == "held", "nothing is published yet"
    assert post(bob, "Bonjour Alice").status == "posted"
    approve_message(room=room, actor=max_, number=first.number)
    assert post(alice, "Merci").status == "posted"
