"""Meetups: who comes, who waits, who moves up, and what those who answered are told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.utils import timezone

from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.eventlog.views import MeetupView
from rooms.moderation.policy import set_words
from rooms.organizing.meetup_models import Answer, MeetupText, Rsvp
from rooms.organizing.meetup_selectors import meetup_view, meetups_ahead
from rooms.organizing.meetups import (
    MeetupPlan,
    answer_meetup,
    call_meetup,
    cancel_meetup,
    change_meetup,
)
from rooms.people.guests import claim_guest
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from rooms.privacy.erasure import erase_guest
from rooms.privacy.export import export_guest
from tests.rooms.test_tasks import refusal, room

__all__ = ["room"]
Rsvps = Callable[..., Event]


@pytest.fixture
def soon() -> datetime:
    return timezone.now() + timedelta(days=2)


@pytest.fixture
def plan(soon: datetime) -> MeetupPlan:
    return MeetupPlan("Réunion publique", soon, capacity=2, place="75056", town="Paris (75)")


@pytest.fixture
def number(room: Room, olga: Participant, plan: MeetupPlan) -> int:
    return call_meetup(room=room, actor=olga, client_id="m", plan=plan).number


@pytest.fixture
def rsvp(room: Room, number: int) -> Rsvps:
    taps = count(1)

    def answer(actor: Participant, said: Answer = Answer.YES, **fields: object) -> Event:
        fields.setdefault("client_id", f"r{next(taps)}")
        return answer_meetup(room=room, actor=actor, number=number, answer=said, **fields)  # type: ignore[arg-type]

    return answer


@pytest.fixture
def crowd(room: Room) -> list[Participant]:
    return [join_room(room=room, name=name, guest_key=name) for name in "abcdef"]


def look(room: Room, number: int) -> MeetupView:
    view = meetup_view(room, number)
    assert view is not None
    return view


def names(room: Room, number: int) -> tuple[str, str]:
    """Return the names of those who come, and of those in the line, in order."""
    view = look(room, number)
    coming = "".join(sorted(one.person.name for one in view.coming))
    return coming, "".join(one.person.name for one in view.line)


def test_who_finds_no_place_waits_and_moves_up_in_order(
    room: Room, number: int, rsvp: Rsvps, crowd: list[Participant]
) -> None:
    for person in crowd[:5]:
        rsvp(person)
    assert names(room, number) == ("ab", "cde")
    rsvp(crowd[3], Answer.NO)
    rsvp(crowd[0], Answer.MAYBE)
    assert names(room, number) == ("bc", "e")
    rsvp(crowd[0])
    rsvp(crowd[1], Answer.NO)
    assert names(room, number) == ("ce", "a"), "who gave their place up stands at the end"
    moved = Event.objects.filter(room=room, type="rsvp.moved_up")
    assert list(moved.values_list("payload__participant", flat=True)) == [
        crowd[2].pk,
        crowd[4].pk,
    ]
    assert differences(room.pk) == []


def test_companions_take_places_and_nobody_passes_by_in_the_line(
    room: Room, number: int, rsvp: Rsvps, crowd: list[Participant]
) -> None:
    first, second, third, *_others = crowd
    rsvp(first)
    rsvp(second, companions=1)
    rsvp(third)
    assert names(room, number) == ("a", "bc"), "one place is free, and the next one needs two"
    assert refusal(lambda: rsvp(first, companions=2)) is Code.CONFLICT
    rsvp(second, companions=0)
    assert names(room, number) == ("ab", "c"), "with fewer they keep their turn"
    assert refusal(lambda: rsvp(second, companions=1)) is Code.CONFLICT
    assert names(room, number) == ("ab", "c"), "and who has a place does not lose it"
    rsvp(first, Answer.NO)
    assert look(room, number).taken == 2
    assert differences(room.pk) == []


def test_more_places_let_as_many_move_up(
    room: Room,
    olga: Participant,
    number: int,
    rsvp: Rsvps,
    plan: MeetupPlan,
    crowd: list[Participant],
) -> None:
    for person in crowd:
        rsvp(person)
    change = {"room": room, "actor": olga, "number": number}
    change_meetup(**change, client_id="4", plan=replace(plan, capacity=4))  # type: ignore[arg-type]
    assert names(room, number) == ("abcd", "ef")
    fewer = replace(plan, capacity=3)
    assert (
        refusal(lambda: change_meetup(**change, client_id="3", plan=fewer))  # type: ignore[arg-type]
        is Code.CONFLICT
    )
    change_meetup(**change, client_id="0", plan=replace(plan, capacity=None))  # type: ignore[arg-type]
    assert names(room, number) == ("abcdef", "")
    assert differences(room.pk) == []


def test_who_answered_is_told_when_time_or_place_moves(
    room: Room, olga: Participant, alice: Participant, number: int, rsvp: Rsvps, plan: MeetupPlan
) -> None:
    rsvp(alice)
    change = {"room": room, "actor": olga, "number": number}

    def is_outdated() -> bool:
        mine = look(room, number).answer_of(alice.pk)
        assert mine is not None
        return mine.is_outdated

    noted = replace(plan, note="Apportez à boire.")
    change_meetup(**change, client_id="1", plan=noted)  # type: ignore[arg-type]
    assert not is_outdated(), "another note is nothing to answer again for"
    elsewhere = replace(noted, spot="Salle des fêtes")
    change_meetup(**change, client_id="2", plan=elsewhere)  # type: ignore[arg-type]
    assert is_outdated()
    rsvp(alice)
    assert not is_outdated()
    assert differences(room.pk) == []


def test_what_is_sent_again_counts_once(
    room: Room, olga: Participant, alice: Participant, number: int, rsvp: Rsvps, plan: MeetupPlan
) -> None:
    assert call_meetup(room=room, actor=olga, client_id="m", plan=plan).number == number
    first = rsvp(alice, client_id="tap")
    rsvp(alice, Answer.NO)
    assert rsvp(alice, client_id="tap").seq == first.seq
    mine = look(room, number).answer_of(alice.pk)
    assert mine is not None and mine.answer == Answer.NO
    change = {"room": room, "actor": olga, "number": number}
    old, new = replace(plan, title="Avant"), replace(plan, title="Après")
    change_meetup(**change, client_id="1", plan=old)  # type: ignore[arg-type]
    change_meetup(**change, client_id="2", plan=new)  # type: ignore[arg-type]
    change_meetup(**change, client_id="1", plan=old)  # type: ignore[arg-type]
    assert look(room, number).title == "Après"
    cancelled = cancel_meetup(room=room, actor=olga, number=number)
    assert cancel_meetup(room=room, actor=olga, number=number).seq == cancelled.seq


def test_only_organisers_call_change_and_cancel(
    room: Room, alice: Participant, number: int, plan: MeetupPlan
) -> None:
    mine = {"room": room, "actor": alice}
    acts: list[Callable[[], object]] = [
        lambda: call_meetup(**mine, client_id="x", plan=plan),  # type: ignore[arg-type]
        lambda: change_meetup(**mine, number=number, client_id="x", plan=plan),  # type: ignore[arg-type]
        lambda: cancel_meetup(**mine, number=number),  # type: ignore[arg-type]
    ]
    assert {refusal(act) for act in acts} == {Code.FORBIDDEN}


def test_nobody_answers_what_is_cancelled_or_over(
    room: Room, olga: Participant, alice: Participant, number: int, rsvp: Rsvps, plan: MeetupPlan
) -> None:
    past = replace(plan, starts_at=timezone.now() - timedelta(hours=2))
    change_meetup(room=room, actor=olga, number=number, client_id="1", plan=past)
    assert refusal(lambda: rsvp(alice)) is Code.TOO_LATE
    assert meetups_ahead(room.pk, timezone.now()) == []
    change_meetup(room=room, actor=olga, number=number, client_id="2", plan=plan)
    cancel_meetup(room=room, actor=olga, number=number)
    assert refusal(lambda: rsvp(alice)) is Code.CLOSED
    assert look(room, number).is_cancelled


def test_what_makes_no_sense_is_refused(
    room: Room, olga: Participant, alice: Participant, number: int, rsvp: Rsvps, plan: MeetupPlan
) -> None:
    assert refusal(lambda: rsvp(alice, companions=11)) is Code.BAD_SHAPE
    assert refusal(lambda: rsvp(alice, companions=2)) is Code.CONFLICT
    backwards = replace(plan, ends_at=plan.starts_at)
    for wrong in (backwards, replace(plan, capacity=0), replace(plan, place="nowhere")):
        calling = {"room": room, "actor": olga, "client_id": "w", "plan": wrong}
        assert refusal(lambda c=calling: call_meetup(**c)) is Code.BAD_SHAPE  # type: ignore[misc]


def test_the_words_are_screened_and_stay_out_of_the_log(
    room: Room, olga: Participant, number: int, plan: MeetupPlan
) -> None:
    assert "Réunion" not in str(Event.objects.get(room=room, seq=number).payload)
    set_words(room=room, actor=olga, words=["gros mot"])
    room.refresh_from_db()
    rude = replace(plan, note="un gros mot")
    change = {"room": room, "actor": olga, "number": number, "client_id": "1"}
    assert refusal(lambda: change_meetup(**change, plan=rude)) is Code.HELD  # type: ignore[arg-type]
    assert look(room, number).note == ""


def test_erasure_gives_the_place_to_the_next_and_deletes_words(
    room: Room, number: int, rsvp: Rsvps, crowd: list[Participant]
) -> None:
    for person in crowd[:3]:
        rsvp(person)
    (mine,) = export_guest("a")["rooms"]
    assert mine["answers"][0]["answer"] == Answer.YES
    erase_guest("a")
    assert names(room, number) == ("bc", "")
    (hers,) = export_guest("olga")["rooms"]
    assert hers["meetups"][0]["words"]["town"] == "Paris (75)"
    erase_guest("olga")
    assert not MeetupText.objects.exists()
    assert differences(room.pk) == []


def test_who_signs_in_keeps_the_place_of_the_guest(
    room: Room, number: int, rsvp: Rsvps, crowd: list[Participant]
) -> None:
    user = User.objects.create_user("alice@example.org", name="Alice")
    own = join_room(room=room, name="z", user=user)
    for person in (crowd[0], own, crowd[1]):
        rsvp(person)
    assert names(room, number) == ("az", "b")
    claim_guest(guest_key="a", user=user)
    assert names(room, number) == ("bz", "")
    assert Rsvp.objects.filter(participant=crowd[0]).count() == 0
    assert differences(room.pk) == []
