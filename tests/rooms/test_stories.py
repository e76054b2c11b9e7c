"""Who is told what: signers and promoters, neighbours, those who wait, and who was restricted."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation

from rooms.eventlog.models import Room
from rooms.initiatives.binding import open_bound_room, open_due_action_rooms
from rooms.initiatives.models import Initiative
from rooms.initiatives.selectors import promoters_of
from rooms.initiatives.signing import (
    Signer,
    ask_to_confirm,
    confirm_signature,
    forget_signer,
    sign_as,
    withdraw_signature,
)
from rooms.lifecycle.schedule import create_room, open_room, tick
from rooms.management.commands.runclock import send_post, work
from rooms.messages.decisions import approve_message, remove_message
from rooms.moderation.sanctions import mute_participant, unmute_participant
from rooms.notifications.inbox import inbox
from rooms.notifications.models import Contact, Notification
from rooms.notifications.nearby import set_neighbourhood
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from rooms.redress.appeals import answer_appeal, decide_appeal, open_appeal
from rooms.redress.models import Statement
from tests.rooms.test_initiatives import (
    UNLAWFUL,
    Propose,
    paula,
    propose,
    signed_by,
    tina,
)
from tests.rooms.test_notifications import zoe
from tests.rooms.test_reporting_back import tell as report

__all__ = ["paula", "propose", "tina", "zoe"]
SAM = Signer("Sam")


def told(user: User) -> list[str]:
    """Return what somebody was told, the first thing first."""
    work()
    with translation.override("en"):
        return [one.story.title.split(":")[0] for one in reversed(inbox(user))]


def signed_by_sam(initiative: Initiative) -> None:
    confirm_signature(ask_to_confirm(initiative=initiative, email="sam@example.org", signer=SAM))


def test_the_promoter_learns_that_it_is_published(propose: Propose, paula: User) -> None:
    initiative = propose()
    assert told(paula) == ["Your initiative is published"]
    number = initiative.text_number or 0
    moderator = join_room(room=initiative.room, name="Max", user=_team("max"))
    remove_message(room=initiative.room, actor=moderator, number=number, reason="spam")
    assert told(paula) == [], "what cannot be read any more is not told"


def test_one_that_waits_is_told_of_when_it_is_approved(
    propose: Propose, paula: User, tina: User
) -> None:
    set_neighbourhood(user=tina, place_code="91228")
    initiative = propose(title=UNLAWFUL, place_code="91228", scope="local")
    assert told(paula) == [] and told(tina) == []
    moderator = join_room(room=initiative.room, name="Tina", user=tina)
    approve_message(room=initiative.room, actor=moderator, number=initiative.text_number or 0)
    assert told(paula) == ["Your initiative is published"]


def test_signers_are_told_to_the_end(propose: Propose, paula: User, zoe: User) -> None:
    initiative = propose(threshold=5)
    sign_as(initiative=initiative, user=zoe, signer=Signer("Zoé"))
    signed_by_sam(initiative)
    signed_by(initiative, 3)
    assert told(zoe) == ["The threshold is reached"]
    open_due_action_rooms()
    assert told(zoe)[1:] == ["An action room is open"]
    initiative = Initiative.objects.select_related("room").get()
    report(initiative)
    assert told(zoe)[2:] == ["The report is in"]
    assert told(paula) == ["Your initiative is published", *told(zoe)]
    send_post()
    to_sam = [letter for letter in mail.outbox if letter.to == ["sam@example.org"]]
    assert len(to_sam) == 1, "what came together is told together"
    body = str(to_sam[0].body)
    assert f"/initiatives/{initiative.room.slug}/" in body and "/unsubscribe/" in body


def test_who_withdrew_is_told_no_more(propose: Propose, zoe: User) -> None:
    initiative = propose(threshold=5)
    withdraw_signature(sign_as(initiative=initiative, user=zoe, signer=Signer("Zoé")))
    signed_by(initiative, 5)
    assert told(zoe) == []


def test_an_account_is_told_once_also_of_what_its_address_signed(
    propose: Propose, db: None
) -> None:
    initiative = propose(threshold=5)
    signed_by_sam(initiative)
    sam = User.objects.create_user("sam@example.org")
    signed_by(initiative, 4)
    assert told(sam) == ["The threshold is reached"] and not Contact.objects.exists()


def test_an_address_is_forgotten_with_its_signatures(propose: Propose) -> None:
    initiative = propose(threshold=5)
    signed_by_sam(initiative)
    signed_by(initiative, 4)
    work()
    assert Contact.objects.get().email == "sam@example.org"
    forget_signer("sam@example.org")
    assert not Contact.objects.exists() and not Notification.objects.filter(user=None).exists()


@pytest.mark.parametrize("later", [False, True])
def test_a_debate_is_told_to_signers_when_it_is_planned_and_when_it_starts(
    propose: Propose, zoe: User, later: bool
) -> None:
    initiative = propose()
    sign_as(initiative=initiative, user=zoe, signer=Signer("Zoé"))
    soon = timezone.now() + timedelta(hours=1)
    room = open_bound_room(
        initiative=initiative,
        actor=promoters_of(initiative)[0],
        kind=Room.Kind.DEBATE,
        opens_at=soon if later else None,
    )
    join_room(room=room, name="Zoé", user=zoe)
    assert told(zoe) == ["A debate on an initiative you signed"]
    _an_hour_later(room)
    tick()
    assert told(zoe)[1:] == (["It starts"] if later else [])


def test_those_who_wait_are_told_that_it_starts(zoe: User) -> None:
    olga = User.objects.create_user("olga@example.org")
    later = timezone.now() + timedelta(days=1)
    room = create_room(title="Les bus", owner_name="Olga", user=olga, opens_at=later)
    join_room(room=room, name="Zoé", user=zoe)
    banned = User.objects.create_user("yann@example.org")
    join_room(room=room, name="Yann", user=banned)
    Participant.objects.filter(user=banned).update(is_banned=True)
    _an_hour_later(room)
    open_room(room=room, actor=Participant.objects.get(room=room, role=Role.OWNER))
    assert told(zoe) == ["It starts"]
    assert told(olga) == told(banned) == [], "who opened it knows, who was excluded need not"


def test_neighbours_hear_of_initiatives_and_actions(propose: Propose, zoe: User) -> None:
    set_neighbourhood(user=zoe, place_code="91228")
    initiative = propose(threshold=5)
    Initiative.objects.update(latitude=48.63, longitude=2.43)
    signed_by(initiative, 5)
    open_due_action_rooms()
    assert told(zoe) == ["An action near you"]


def test_whom_a_decision_concerns_is_told_of_each_step(
    room: Room, max_: Participant, olga: Participant, zoe: User
) -> None:
    person = join_room(room=room, name="Zoé", user=zoe)
    mute_participant(room=room, actor=max_, participant_id=person.pk, seconds=60)
    assert told(zoe) == [], "for a moment the moderator can take it back"
    Notification.objects.update(at=timezone.now())
    assert told(zoe) == [f"You were muted · {room.title}"]
    statement = Statement.objects.get()
    open_appeal(statement=statement, actor=person, text="Je n'ai rien fait.")
    answer_appeal(statement=statement, actor=person, text="Vraiment.")
    answer_appeal(statement=statement, actor=max_, text="Si.")
    decide_appeal(statement=statement, actor=olga, outcome="upheld", text="Si.")
    assert [one.split(" ·")[0] for one in told(zoe)[1:]] == [
        "A moderator has answered your appeal",
        "Your appeal was decided",
    ]
    unmute_participant(room=room, actor=max_, participant_id=person.pk)
    assert len(told(zoe)) == 2, "the mute is over: it is not told any more"
    assert not Notification.objects.filter(mail_at__isnull=False).exists(), (
        "letters tell it already"
    )


def _an_hour_later(room: Room) -> None:
    """Let time pass: a room that was to open within the hour is due."""
    now = timezone.now()
    Room.objects.filter(pk=room.pk).update(created_at=now - timedelta(hours=1))
    due = Room.objects.filter(pk=room.pk, opens_at__lte=now + timedelta(hours=1))
    due.update(opens_at=now)


def _team(name: str) -> User:
    user = User.objects.create_user(f"{name}@example.org", name=name.title())
    User.objects.filter(pk=user.pk).update(is_team=True)
    user.refresh_from_db()
    return user
