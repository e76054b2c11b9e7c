"""Private conversations: of two contacts, read by nobody else."""

import pytest
from django.contrib.sessions.backends.db import SessionStore

from consumers.visitors import admit_all
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Room
from rooms.ledger.selectors import sealed_rooms
from rooms.lifecycle.selectors import live_rooms
from rooms.messages.decisions import remove_message
from rooms.messages.models import Message
from rooms.messages.posting import Receipt, post_message
from rooms.messages.reactions import react
from rooms.moderation.reasons import Reason
from rooms.notifications.inbox import inbox
from rooms.notifications.models import Notification
from rooms.people.membership import can_read, find_participant, join_room, set_team_member
from rooms.people.models import Participant, User
from rooms.people.selectors import rooms_of
from rooms.privacy.erasure import erase_person
from rooms.privacy.export import export_person
from rooms.profiles.contacts import accept_contact, ask_contact, block, remove_contact, unblock
from rooms.profiles.direct import (
    begin_conversation,
    conversations_of,
    enter_to_decide,
    mark_read,
    unread_in,
)
from rooms.profiles.models import Conversation, Reading
from rooms.redress.models import Report
from rooms.redress.private import appeals_in_private, report_in_private, reported_in_private
from rooms.redress.reports import dismiss_reports, report_message
from rooms.redress.waiting import rooms_waiting

SECRET = "quelque chose entre nous"


def person(name: str, **fields: object) -> User:
    return User.objects.create_user(f"{name.lower()}@example.org", name=name, **fields)  # type: ignore[arg-type]


@pytest.fixture
def zoe(db: None) -> User:
    return person("Zoe", language="fr")


@pytest.fixture
def yann(db: None) -> User:
    return person("Yann")


@pytest.fixture
def team(db: None) -> User:
    return person("Tim", is_team=True)


@pytest.fixture
def room(zoe: User, yann: User) -> Room:
    ask_contact(asker=zoe, asked=yann)
    accept_contact(user=yann, other=zoe)
    return begin_conversation(user=zoe, other=yann)


def in_room(room: Room, user: User) -> Participant:
    found = find_participant(room=room, user=user)
    assert found is not None
    return found


def write(room: Room, user: User, text: str = SECRET) -> Receipt:
    number = Message.objects.filter(room=room).count()
    me = in_room(room, user)
    return post_message(room=room, author=me, client_id=f"c{number}", text=text)


def refused(room: Room, user: User, text: str = SECRET) -> Code:
    with pytest.raises(Refused) as refusal:
        write(room, user, text)
    return refusal.value.code


def session_of(user: User) -> str:
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def test_it_begins_between_contacts_and_there_is_one(room: Room, zoe: User, yann: User) -> None:
    assert begin_conversation(user=yann, other=zoe) == room
    assert Conversation.objects.count() == 1
    stranger = person("Stranger")
    with pytest.raises(Refused) as refusal:
        begin_conversation(user=stranger, other=zoe)
    assert refusal.value.code is Code.FORBIDDEN
    ask_contact(asker=stranger, asked=zoe)
    with pytest.raises(Refused):
        begin_conversation(user=stranger, other=zoe)


def test_it_goes_on_as_an_answer_when_they_are_contacts_no_more(
    room: Room, zoe: User, yann: User
) -> None:
    write(room, zoe)
    remove_contact(user=yann, other=zoe)
    assert write(room, yann, "Une réponse").status == "posted"
    assert differences(room.pk) == []


def test_nobody_else_reads_it_or_gets_in(room: Room, zoe: User, yann: User, team: User) -> None:
    write(room, zoe)
    outsider = person("Outsider")
    for user in (outsider, team):
        for way in ({}, {"code": room.code}):
            with pytest.raises(Refused):
                join_room(room=room, name=user.name, user=user, **way)
        assert admit_all([(room.slug, session_of(user))])[0] is None
        assert not can_read(room=room, participant=None, user=user)
    with pytest.raises(Refused):
        join_room(room=room, name="Guest", guest_key="g", code=room.code)
    assert admit_all([(room.slug, "")])[0] is None
    for user in (zoe, yann):
        assert admit_all([(room.slug, session_of(user))])[0] is not None


def test_who_decides_on_a_report_in_it_reads_no_more_of_it(
    room: Room, zoe: User, team: User
) -> None:
    write(room, zoe)
    judge = enter_to_decide(room=room, user=team)
    assert not can_read(room=room, participant=judge, user=team)
    assert admit_all([(room.slug, session_of(team))])[0] is None
    set_team_member(user=team, member=False)
    judge.refresh_from_db()
    assert not can_read(room=room, participant=judge, user=team)
    assert admit_all([(room.slug, session_of(team))])[0] is None
    with pytest.raises(Refused):
        enter_to_decide(room=room, user=team)
    set_team_member(user=zoe, member=True)
    with pytest.raises(Refused):
        enter_to_decide(room=room, user=zoe)


def test_it_is_listed_nowhere(room: Room, zoe: User, team: User) -> None:
    write(room, zoe)
    assert not live_rooms().exists()
    assert not rooms_of(user=zoe, guest_key="").exists()
    number = write(room, zoe, "Une injure").number
    report_message(
        room=room, actor=_other(room, zoe), number=number, reason=Reason.OTHER, words="Aïe"
    )
    remove_message(room=room, actor=enter_to_decide(room=room, user=team), number=number)
    assert rooms_waiting(Room.Kind.values) == []
    assert not sealed_rooms().exists(), "the public ledger has nothing of it"


def _other(room: Room, user: User) -> Participant:
    people = Participant.objects.filter(room=room, role="participant")
    return people.exclude(user=user).get()


def test_a_blocked_person_writes_no_more_and_neither_does_who_blocked(
    room: Room, zoe: User, yann: User
) -> None:
    number = write(room, zoe).number
    block(user=yann, other=zoe)
    assert refused(room, zoe, "Réponds-moi donc") is Code.FORBIDDEN
    assert refused(room, yann, "Laisse-moi tranquille") is Code.FORBIDDEN
    with pytest.raises(Refused):
        react(room=room, actor=in_room(room, yann), number=number, emoji="👍", on=True)
    unblock(user=yann, other=zoe)
    assert write(room, zoe, "Me revoilà").status == "posted"


def test_what_would_wait_for_a_moderator_is_refused_instead(room: Room, zoe: User) -> None:
    assert refused(room, zoe, "Je vais te tuer.") is Code.REJECTED
    assert not Message.objects.filter(room=room).exists()


def test_what_is_unread_is_counted_from_where_one_has_read(
    room: Room, zoe: User, yann: User
) -> None:
    write(room, zoe)
    write(room, zoe, "Et encore")
    room.refresh_from_db()
    assert (unread_in(room, yann), unread_in(room, zoe)) == (2, 0)
    (line,) = conversations_of(yann)
    assert (line.room, line.name, line.unread) == (room, "Zoe", 2)
    mark_read(user=yann, room=room, head=room.head)
    mark_read(user=yann, room=room, head=1)
    assert unread_in(room, yann) == 0
    mark_read(user=yann, room=room, head=room.head + 100)
    write(room, zoe, "Et voilà")
    room.refresh_from_db()
    assert unread_in(room, yann) == 1, "nobody reads what is not written yet"


def test_one_is_told_once_until_one_reads_and_never_what(room: Room, zoe: User, yann: User) -> None:
    Notification.objects.all().delete()
    for text in (SECRET, "Encore", "Et encore"):
        write(room, zoe, text)
    (told,) = inbox(yann)
    assert "Zoe" in told.story.title and SECRET not in f"{told.story}"
    assert inbox(zoe) == []
    room.refresh_from_db()
    mark_read(user=yann, room=room, head=room.head)
    assert inbox(yann) == [], "there is nothing to tell any more"
    write(room, zoe, "Autre chose")
    assert len(inbox(yann)) == 1


def test_a_report_brings_the_message_its_surroundings_and_no_more(
    room: Room, zoe: User, yann: User, team: User
) -> None:
    numbers = [write(room, (zoe, yann)[n % 2], f"Message {n}").number for n in range(9)]
    assert report_in_private(room.slug, numbers[4]) is None
    report_message(room=room, actor=in_room(room, yann), number=numbers[4], reason=Reason.OTHER)
    assert [one.number for one in reported_in_private()] == [numbers[4]]
    found = report_in_private(room.slug, numbers[4])
    assert found is not None
    assert [view.number for view in found.surroundings] == numbers[1:8]
    assert report_in_private(room.slug, numbers[3]) is None
    judge = enter_to_decide(room=room, user=team)
    dismiss_reports(room=room, actor=judge, number=numbers[4])
    assert report_in_private(room.slug, numbers[4]) is None, "what is settled is private again"
    assert reported_in_private() == [] and appeals_in_private() == []
    assert differences(room.pk) == []


def test_one_report_withholds_nothing(
    room: Room, zoe: User, yann: User, settings: pytest.FixtureRequest
) -> None:
    settings.REPORT_THRESHOLD = 1  # type: ignore[attr-defined]
    number = write(room, zoe).number
    report_message(room=room, actor=in_room(room, yann), number=number, reason=Reason.OTHER)
    assert Message.objects.get(number=number).status == Message.Status.VISIBLE
    assert Report.objects.count() == 1


def test_it_is_exported_to_the_two_and_erased_with_one(room: Room, zoe: User, yann: User) -> None:
    write(room, zoe)
    write(room, yann, "Une réponse")
    mark_read(user=zoe, room=room, head=2)
    assert export_person(zoe)["conversations"] == [{"room": room.slug, "with": "Yann"}]
    assert "Une réponse" not in str(export_person(zoe)), "what the other wrote is theirs"
    erase_person(zoe)
    assert not Reading.objects.exists()
    (line,) = conversations_of(yann)
    assert "Zoe" not in line.name
    assert refused(room, yann) is Code.FORBIDDEN
    assert differences(room.pk) == []
