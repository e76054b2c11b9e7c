"""Entering rooms, names, roles, invitations, and guests who sign in."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import close_room, create_room, open_room
from rooms.messages.models import Message
from rooms.moderation.sanctions import mute_participant
from rooms.people.guests import claim_guest
from rooms.people.invites import make_invite
from rooms.people.membership import (
    can_read,
    find_participant,
    join_room,
    set_role,
    set_team_member,
)
from rooms.people.models import Participant, User
from rooms.people.names import clean_name
from rooms.people.roles import TABLE, Action, Role, allowed, outranks
from tests.rooms.conftest import Post
from tests.rooms.test_messages import refusal


@pytest.fixture
def private(db: None) -> Room:
    return create_room(title="Tractage", owner_name="Olga", access="code", guest_key="olga")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_a_higher_role_may_all_that_a_lower_one_may(role: Role, action: Action) -> None:
    ladder = [Role.OBSERVER, Role.PARTICIPANT, Role.MODERATOR, Role.OWNER]
    for higher in ladder[ladder.index(role) :]:
        assert not allowed(role, action) or allowed(higher, action)


def test_the_table_of_roles() -> None:
    assert set(TABLE) == set(Role)
    assert TABLE[Role.OBSERVER] == {Action.REPORT}
    assert allowed(Role.PARTICIPANT, Action.POST)
    assert not allowed(Role.PARTICIPANT, Action.SEE_HELD)
    assert not allowed(Role.MODERATOR, Action.SET_ROLE)
    assert not outranks(Role.MODERATOR, Role.MODERATOR)


def test_joining_again_is_the_same_person(room: Room) -> None:
    first = join_room(room=room, name="Alice", guest_key="a")
    assert join_room(room=room, name="Somebody", guest_key="a") == first
    assert Event.objects.filter(type="participant.joined").count() == 2


def test_two_people_of_one_name_are_told_apart(room: Room) -> None:
    names = [join_room(room=room, name=n, guest_key=n) for n in ("Marie", "ｍarie", "MARIE")]
    assert [p.name for p in names] == ["Marie", "ｍarie (2)", "MARIE (3)"]


@pytest.mark.parametrize("typed", ["", "WRONG1", "é"])
def test_a_room_with_a_code_needs_it(private: Room, typed: str) -> None:
    call = {"room": private, "name": "Eve", "guest_key": "eve"}
    assert refusal(join_room, **call, code=typed).code is Code.FORBIDDEN
    assert not can_read(room=private, participant=None)


def test_a_code_is_taken_as_people_type_it(private: Room) -> None:
    typed = f" {private.code[:3].lower()}-{private.code[3:]} "
    person = join_room(room=private, name="Alice", guest_key="a", code=typed)
    assert can_read(room=private, participant=person)


def test_an_invitation_gives_its_role_in_its_room_only(room: Room, private: Room) -> None:
    token = make_invite(room=private, role=Role.MODERATOR)
    guest = join_room(room=private, name="Max", guest_key="max", invite=token)
    assert guest.role == Role.MODERATOR
    elsewhere = {"room": room, "name": "Max", "guest_key": "max", "invite": token}
    assert refusal(join_room, **elsewhere).code is Code.FORBIDDEN
    forged = {"room": private, "name": "Eve", "guest_key": "eve", "invite": token + "x"}
    assert refusal(join_room, **forged).code is Code.FORBIDDEN


def test_an_invitation_raises_who_is_there_and_lowers_nobody(room: Room, olga: Participant) -> None:
    alice = join_room(room=room, name="Alice", guest_key="a")
    token = make_invite(room=room, role=Role.MODERATOR)
    assert join_room(room=room, name="Alice", guest_key="a", invite=token).pk == alice.pk
    alice.refresh_from_db()
    assert alice.role == Role.MODERATOR
    assert join_room(room=room, name="Olga", guest_key="olga", invite=token).role == Role.OWNER


def test_only_an_owner_gives_roles_and_nobody_makes_owners(
    room: Room, olga: Participant, max_: Participant, alice: Participant
) -> None:
    give = {"room": room, "participant_id": alice.pk}
    assert refusal(set_role, **give, actor=max_, role=Role.MODERATOR).code is Code.FORBIDDEN
    assert refusal(set_role, **give, actor=olga, role=Role.OWNER).code is Code.FORBIDDEN
    lower = {"room": room, "participant_id": olga.pk, "actor": olga, "role": Role.OBSERVER}
    assert refusal(set_role, **lower).code is Code.FORBIDDEN
    set_role(room=room, participant_id=alice.pk, actor=olga, role=Role.OBSERVER)
    alice.refresh_from_db()
    assert alice.role == Role.OBSERVER


def test_an_observer_reads_only(
    room: Room, olga: Participant, alice: Participant, post: Post
) -> None:
    set_role(room=room, actor=olga, participant_id=alice.pk, role=Role.OBSERVER)
    assert refusal(post, alice, "Bonjour").code is Code.FORBIDDEN


def test_only_the_owner_opens_and_closes(room: Room, olga: Participant, max_: Participant) -> None:
    assert refusal(close_room, room=room, actor=max_).code is Code.FORBIDDEN
    close_room(room=room, actor=olga)
    assert refusal(close_room, room=room, actor=olga).code is Code.STALE
    open_room(room=room, actor=olga)


def test_a_guest_who_signs_in_keeps_everything(room: Room, alice: Participant, post: Post) -> None:
    sent = post(alice, "Bonjour")
    user = User.objects.create_user("alice@example.org")
    claim_guest(guest_key="alice", user=user)
    assert find_participant(room=room, user=user) == alice
    assert find_participant(room=room, guest_key="alice") is None
    assert Message.objects.get(number=sent.number).author == alice
    assert user.name == "Alice"


def test_a_guest_who_was_there_with_an_account_too(
    room: Room, olga: Participant, alice: Participant
) -> None:
    user = User.objects.create_user("alice@example.org", name="Alice A.")
    own = join_room(room=room, name="Alice A.", user=user)
    mute_participant(room=room, actor=olga, participant_id=alice.pk, seconds=600)
    claim_guest(guest_key="alice", user=user)
    assert find_participant(room=room, user=user) == own
    alice.refresh_from_db()
    assert alice.superseded_by == own


def test_one_account_is_one_person_in_a_room(room: Room) -> None:
    user = User.objects.create_user("alice@example.org")
    join_room(room=room, name="Alice", user=user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.create(room=room, user=user, name="Twin", name_key="twin")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Zoé", "Zoé"),
        ("Иван", "Иван"),
        ("山田 Taro", "山田 Taro"),
        ("  Anne-Marie   d’Aix ", "Anne-Marie d’Aix"),
        ("Max 2 👩‍👩‍👧", "Max 2 👩‍👩‍👧"),
    ],
)
def test_names_that_are_taken(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@pytest.mark.parametrize("name", ["", " \u200b ", "Моd", "a" * 41, "x\x00", "Z" + "\u0301" * 9])
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(Refused):
        clean_name(name)


def test_the_sites_moderators_moderate_where_they_enter(room: Room, private: Room) -> None:
    user = User.objects.create_user("tina@example.org")
    before = join_room(room=room, name="Tina", user=user)
    assert before.role == Role.PARTICIPANT
    set_team_member(user=user, member=True)
    assert join_room(room=room, name="Tina", user=user).role == Role.MODERATOR
    assert refusal(join_room, room=private, name="Tina", user=user).code is Code.FORBIDDEN
    set_team_member(user=user, member=False)
    assert find_participant(room=room, user=user).role == Role.PARTICIPANT  # type: ignore[union-attr]


def test_team_lists_adds_and_removes(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    User.objects.create_user("tina@example.org")
    call_command("team", "Tina@example.org")
    assert capsys.readouterr().out == "tina@example.org\n"
    call_command("team", "tina@example.org", "--remove")
    assert capsys.readouterr().out == ""
    with pytest.raises(CommandError, match="no account has the address"):
        call_command("team", "nobody@example.org")
