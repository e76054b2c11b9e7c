"""Groups: who finds, reads, enters and leaves them, and what they open."""

from typing import Any

import pytest
from django.test import TestCase

from rooms.eventlog.backlog import present
from rooms.eventlog.errors import Code
from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Event, Room
from rooms.groups.founding import GroupText, create_group, describe_group, open_room_in
from rooms.groups.joining import answer_request, ask_to_join, join_group, leave_group
from rooms.groups.models import Group
from rooms.groups.selectors import (
    Wanted,
    candidate_status,
    count_members,
    find_groups,
    group_of,
    groups_of,
    requests_of,
    rooms_in,
    sections_of,
)
from rooms.initiatives.binding import open_bound_room
from rooms.initiatives.models import Initiative
from rooms.initiatives.proposing import propose_initiative, save_draft
from rooms.initiatives.selectors import initiatives_in
from rooms.lifecycle.selectors import live_rooms
from rooms.messages.decisions import remove_message
from rooms.messages.posting import post_message
from rooms.moderation.sanctions import ban_participant
from rooms.organizing.calendars import reader_of, renew_key
from rooms.people.invites import make_invite
from rooms.people.membership import can_read, find_participant, is_member, join_room, set_role
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from rooms.people.selectors import people_of, rooms_of
from rooms.privacy.erasure import erase_person
from rooms.privacy.export import as_json, export_person
from tests.rooms.test_messages import refusal

LYON, VILLEURBANNE, RHONE, PARIS = "69123", "69266", "dep-69", "75056"


@pytest.fixture
def gina(db: None) -> User:
    return User.objects.create_user("gina@example.org", name="Gina")


@pytest.fixture
def hugo(db: None) -> User:
    return User.objects.create_user("hugo@example.org", name="Hugo")


@pytest.fixture
def iris(db: None) -> User:
    return User.objects.create_user("iris@example.org", name="Iris")


def found(user: User, title: str = "Vélos pour toutes", place: str = "", **more: Any) -> Group:
    text = GroupText(title, "Nous **réparons** des vélos.", place)
    return create_group(user=user, name=user.name, text=text, **more)


@pytest.fixture
def public(gina: User) -> Group:
    return found(gina)


@pytest.fixture
def private(gina: User) -> Group:
    return found(gina, "Entre nous", is_private=True)


def person(group: Group, user: User) -> Participant:
    known = find_participant(room=group.room, user=user)
    assert known is not None
    return known


def reads(room: Room, user: User | None) -> bool:
    known = find_participant(room=room, user=user) if user else None
    return can_read(room=room, participant=known, user=user)


def admit(group: Group, owner: User, user: User) -> Participant:
    asking = ask_to_join(group=group, user=user, name=user.name)
    answer_request(
        group=group, actor=person(group, owner), participant_id=asking.pk, is_welcome=True
    )
    return person(group, user)


def whole(group: Group) -> bool:
    return gaps(group.room_id) == [] and differences(group.room_id) == []


def test_who_founds_a_group_owns_it_and_whoever_wants_to_joins(
    public: Group, gina: User, hugo: User
) -> None:
    assert person(public, gina).role == Role.OWNER
    assert reads(public.room, None)
    assert join_group(group=public, user=hugo, name="Hugo").role == Role.PARTICIPANT
    assert groups_of(hugo) == groups_of(gina) == [public]
    assert count_members([public]) == {public.room_id: 2}
    assert public.room not in live_rooms()
    said = post_message(room=public.room, author=person(public, hugo), client_id="1", text="Salut")
    assert said.status == "posted"
    assert whole(public)


def test_one_is_in_a_group_by_an_account(public: Group) -> None:
    refused = refusal(join_room, room=public.room, name="Guest", guest_key="g")
    assert refused.code is Code.FORBIDDEN
    assert not Participant.objects.filter(guest_key="g").exists()


def test_who_left_writes_no_more_and_may_come_back(public: Group, hugo: User) -> None:
    join_group(group=public, user=hugo, name="Hugo")
    leave_group(actor=person(public, hugo))
    gone = person(public, hugo)
    assert (gone.role, candidate_status(gone)) == (Role.OBSERVER, "left")
    assert groups_of(hugo) == [] and gone not in people_of(public.room)
    refused = refusal(post_message, room=public.room, author=gone, client_id="1", text="Encore")
    assert refused.code is Code.FORBIDDEN
    assert refusal(leave_group, actor=gone).code is Code.STALE
    assert join_group(group=public, user=hugo, name="Hugo").role == Role.PARTICIPANT
    again = refusal(join_group, group=public, user=hugo, name="Hugo")
    assert again.code is Code.STALE
    assert whole(public)


def test_an_owner_leaves_to_the_longest_standing_moderator(
    public: Group, gina: User, hugo: User, iris: User
) -> None:
    alone = refusal(leave_group, actor=person(public, gina))
    assert alone.code is Code.FORBIDDEN
    for user in (hugo, iris):
        known = join_group(group=public, user=user, name=user.name)
        set_role(
            room=public.room,
            actor=person(public, gina),
            participant_id=known.pk,
            role=Role.MODERATOR,
        )
    leave_group(actor=person(public, gina))
    roles = [person(public, user).role for user in (gina, hugo, iris)]
    assert roles == [Role.OBSERVER, Role.OWNER, Role.MODERATOR]
    assert whole(public)


def test_a_private_group_is_found_and_read_by_its_members_alone(
    private: Group, gina: User, hugo: User
) -> None:
    assert reads(private.room, gina)
    assert not reads(private.room, None) and not reads(private.room, hugo)
    assert find_groups(Wanted()) == [] and groups_of(gina) == [private]
    assert "entre" not in private.room.slug
    refused = refusal(join_group, group=private, user=hugo, name="Hugo")
    assert refused.code is Code.FORBIDDEN
    # Its code, which every room has, opens nothing.
    refused = refusal(join_room, room=private.room, user=hugo, name="Hugo", code=private.room.code)
    assert refused.code is Code.FORBIDDEN


def test_who_asks_reads_nothing_until_they_are_let_in(
    private: Group, gina: User, hugo: User
) -> None:
    asking = ask_to_join(group=private, user=hugo, name="Hugo")
    assert requests_of(private) == [asking] and candidate_status(asking) == "asked"
    assert not reads(private.room, hugo) and asking not in people_of(private.room)
    assert refusal(ask_to_join, group=private, user=hugo, name="Hugo").code is Code.STALE
    owner = person(private, gina)
    answer_request(group=private, actor=owner, participant_id=asking.pk, is_welcome=True)
    assert reads(private.room, hugo) and requests_of(private) == []
    late = refusal(
        answer_request, group=private, actor=owner, participant_id=asking.pk, is_welcome=False
    )
    assert late.code is Code.STALE
    leave_group(actor=person(private, hugo))
    assert not reads(private.room, hugo)
    assert whole(private)


def test_who_was_refused_asks_again_after_a_week(private: Group, gina: User, hugo: User) -> None:
    asking = ask_to_join(group=private, user=hugo, name="Hugo")
    owner = person(private, gina)
    answer_request(group=private, actor=owner, participant_id=asking.pk, is_welcome=False)
    assert candidate_status(asking) == "refused" and not reads(private.room, hugo)
    assert refusal(ask_to_join, group=private, user=hugo, name="Hugo").code is Code.TOO_LATE
    assert whole(private)


def test_a_request_can_be_taken_back(private: Group, hugo: User) -> None:
    asking = ask_to_join(group=private, user=hugo, name="Hugo")
    leave_group(actor=asking)
    assert requests_of(private) == []
    ask_to_join(group=private, user=hugo, name="Hugo")
    assert requests_of(private) == [asking]
    assert whole(private)


def test_members_answer_no_requests(private: Group, gina: User, hugo: User, iris: User) -> None:
    member = admit(private, gina, hugo)
    asking = ask_to_join(group=private, user=iris, name="Iris")
    for actor in (member, asking):
        refused = refusal(
            answer_request, group=private, actor=actor, participant_id=asking.pk, is_welcome=True
        )
        assert refused.code is Code.FORBIDDEN
    assert refusal(make_invite, room=private.room, role=Role.PARTICIPANT, actor=member)


def test_an_invitation_lets_in_also_who_had_asked(private: Group, gina: User, hugo: User) -> None:
    ask_to_join(group=private, user=hugo, name="Hugo")
    token = make_invite(room=private.room, role=Role.PARTICIPANT, actor=person(private, gina))
    join_room(room=private.room, user=hugo, name="Hugo", invite=token)
    assert reads(private.room, hugo) and requests_of(private) == []
    assert whole(private)


def test_who_is_excluded_reads_no_more_and_asks_in_vain(
    private: Group, gina: User, hugo: User
) -> None:
    member = admit(private, gina, hugo)
    ban_participant(room=private.room, actor=person(private, gina), participant_id=member.pk)
    assert not reads(private.room, hugo) and groups_of(hugo) == []
    token = make_invite(room=private.room, role=Role.PARTICIPANT)
    join_room(room=private.room, user=hugo, name="Hugo", invite=token)
    assert not reads(private.room, hugo)
    leave_group(actor=person(private, hugo))
    assert refusal(ask_to_join, group=private, user=hugo, name="Hugo").code is Code.BANNED


def test_nobody_is_put_out_of_a_group_without_a_reason(
    public: Group, gina: User, hugo: User
) -> None:
    member = join_group(group=public, user=hugo, name="Hugo")
    refused = refusal(
        set_role,
        room=public.room,
        actor=person(public, gina),
        participant_id=member.pk,
        role=Role.OBSERVER,
    )
    assert refused.code is Code.FORBIDDEN


def test_a_private_groups_rooms_are_its_members(
    private: Group, gina: User, hugo: User, iris: User
) -> None:
    member = admit(private, gina, hugo)
    room = open_room_in(group=private, actor=member, kind="debate", title="Quel local ?")
    assert list(rooms_in(private)) == [room] and group_of(room) == private
    assert reads(room, gina) and not reads(room, iris) and not reads(room, None)
    assert room not in live_rooms()
    assert refusal(join_room, room=room, name="Iris", user=iris, code=room.code)
    token = make_invite(room=room, role=Role.MODERATOR)
    assert refusal(join_room, room=room, name="Iris", user=iris, invite=token)
    assert join_room(room=room, name="Gina", user=gina).role == Role.PARTICIPANT
    # Whoever leaves the group leaves what is in it, also what they opened.
    leave_group(actor=member)
    assert not reads(room, hugo)


def test_a_room_in_a_group_is_told_in_its_chat(public: Group, gina: User, hugo: User) -> None:
    join_group(group=public, user=hugo, name="Hugo")
    room = open_room_in(
        group=public, actor=person(public, hugo), kind="action", title="Atelier vélo"
    )
    assert reads(room, None) and room in live_rooms()
    event = Event.objects.select_related("room").get(room=public.room, type="group.room_opened")
    (view,) = present([event])
    assert view.link is not None and view.link.slug == room.slug


def test_a_private_room_is_linked_to_those_who_read_it(private: Group, gina: User) -> None:
    room = open_room_in(group=private, actor=person(private, gina), kind="debate", title="Local ?")
    event = Event.objects.select_related("room").get(room=private.room, type="group.room_opened")
    (view,) = present([event])
    assert view.link is not None and view.link.slug == room.slug


def test_only_members_open_rooms(public: Group, hugo: User) -> None:
    join_group(group=public, user=hugo, name="Hugo")
    leave_group(actor=person(public, hugo))
    refused = refusal(
        open_room_in, group=public, actor=person(public, hugo), kind="debate", title="Et moi ?"
    )
    assert refused.code is Code.FORBIDDEN and not rooms_in(public).exists()


def test_a_section_has_a_place_and_a_parent_that_lists_it(
    public: Group, gina: User, hugo: User
) -> None:
    here = found(gina, "Vélos Lyon", LYON, parent=public)
    hidden = found(gina, "Vélos Paris", PARIS, parent=public, is_private=True)
    assert (here.place_name, here.department) == ("Lyon (69)", "69")
    assert sections_of(public, None) == sections_of(public, hugo) == [here]
    assert sections_of(public, gina) == [here, hidden]
    placeless = refusal(found, gina, "Vélos ici", parent=public)
    assert placeless.code is Code.BAD_SHAPE
    assert refusal(found, gina, "Vélos Lyon 3", LYON, parent=here).code is Code.FORBIDDEN
    join_group(group=public, user=hugo, name="Hugo")
    assert refusal(found, hugo, "Vélos Rhône", RHONE, parent=public).code is Code.FORBIDDEN
    moved = GroupText("Vélos Lyon", "")
    assert refusal(describe_group, group=here, actor=person(here, gina), text=moved)


def test_groups_are_found_by_words_and_by_place(gina: User, settings: Any) -> None:
    settings.GROUP_RATE = (100, 86400)
    bikes = found(gina, "Vélos à Œuilly", VILLEURBANNE)
    trees = found(gina, "Des arbres", RHONE)
    other = found(gina, "Vélos d’ailleurs", PARIS)
    assert find_groups(Wanted("velos")) == [other, bikes]
    assert find_groups(Wanted("oeuilly villeurbanne")) == [bikes]
    assert find_groups(Wanted("velos arbres")) == []
    assert find_groups(Wanted(place_code=RHONE)) == [trees, bikes]
    assert find_groups(Wanted(place_code=VILLEURBANNE)) == [trees, bikes]
    assert find_groups(Wanted(place_code=LYON)) == [trees]
    assert find_groups(Wanted(), limit=2) == [other, trees]
    assert find_groups(Wanted(), before=trees.pk) == [bikes]


def test_a_group_is_described_by_who_leads_it(public: Group, gina: User, hugo: User) -> None:
    member = join_group(group=public, user=hugo, name="Hugo")
    text = GroupText("Vélos et trottinettes", "Pour *toutes*.", LYON)
    assert refusal(describe_group, group=public, actor=member, text=text).code is Code.FORBIDDEN
    describe_group(group=public, actor=person(public, gina), text=text)
    fresh = Group.objects.get(pk=public.pk)
    assert (fresh.room.title, fresh.room.brief) == ("Vélos et trottinettes", "Pour *toutes*.")
    assert find_groups(Wanted("trottinettes", LYON)) == [fresh]
    assert whole(fresh)


def test_what_could_not_be_said_names_no_group(public: Group, gina: User) -> None:
    bad = "Les Arabes sont des rats, il faut les exterminer."
    assert refusal(found, gina, bad).code is Code.REJECTED
    text = GroupText("Vélos", bad)
    refused = refusal(describe_group, group=public, actor=person(public, gina), text=text)
    assert refused.code is Code.REJECTED
    public.room.refresh_from_db()
    assert public.room.title == "Vélos pour toutes"


def test_nobody_founds_groups_without_end(gina: User, settings: Any) -> None:
    settings.GROUP_RATE = (1, 86400)
    found(gina)
    assert refusal(found, gina, "Encore un").code is Code.SLOW_DOWN


def test_an_erased_member_leaves_and_an_erased_owner_hands_over(
    public: Group, gina: User, hugo: User, iris: User
) -> None:
    join_group(group=public, user=iris, name="Iris")
    known = join_group(group=public, user=hugo, name="Hugo")
    set_role(
        room=public.room, actor=person(public, gina), participant_id=known.pk, role=Role.MODERATOR
    )
    erase_person(iris)
    erase_person(gina)
    assert person(public, hugo).role == Role.OWNER
    assert [one.name for one in people_of(public.room)] == ["Hugo"]
    assert is_member(group_id=public.room_id, user=hugo)
    assert whole(public)


def test_an_erased_request_is_gone(private: Group, hugo: User) -> None:
    ask_to_join(group=private, user=hugo, name="Hugo")
    erase_person(hugo)
    assert requests_of(private) == []
    assert whole(private)


def test_nothing_else_tells_of_what_one_may_not_read(
    private: Group, gina: User, hugo: User
) -> None:
    """The first page, one's own data, and one's calendar."""
    asking = ask_to_join(group=private, user=hugo, name="Hugo")
    assert list(rooms_of(user=hugo, guest_key="")) == []
    assert "Entre nous" not in as_json(export_person(hugo))
    owner = person(private, gina)
    answer_request(group=private, actor=owner, participant_id=asking.pk, is_welcome=True)
    room = open_room_in(group=private, actor=owner, kind="action", title="Atelier secret")
    worker = join_room(room=room, name="Hugo", user=hugo)
    key = renew_key(worker).key
    assert set(rooms_of(user=hugo, guest_key="")) == {private.room, room}
    assert "Atelier secret" in as_json(export_person(hugo))
    assert reader_of(key) == worker
    leave_group(actor=person(private, hugo))
    assert list(rooms_of(user=hugo, guest_key="")) == []
    exported = as_json(export_person(hugo))
    assert "Entre nous" not in exported and "Atelier secret" not in exported
    assert reader_of(key) is None


def propose_in(group: Group, user: User) -> Initiative:
    draft = save_draft(
        user=user, title="Un abri à vélos", brief="Devant la gare.", language="fr", group=group.room
    )
    with TestCase.captureOnCommitCallbacks(execute=True):
        return propose_initiative(draft=draft, name=user.name)


def test_an_initiative_in_a_group_is_listed_and_told_there(public: Group, hugo: User) -> None:
    join_group(group=public, user=hugo, name="Hugo")
    initiative = propose_in(public, hugo)
    assert list(initiatives_in(public.room)) == [initiative]
    event = Event.objects.select_related("room").get(room=public.room, type="group.room_opened")
    (view,) = present([event])
    assert view.link is not None and view.link.kind == "initiative"
    # What is opened for the initiative is the group's, too.
    first = find_participant(room=initiative.room, user=hugo)
    assert first is not None
    debate = open_bound_room(initiative=initiative, actor=first, kind="debate", title="Où ?")
    assert list(rooms_in(public)) == [debate]
    assert whole(public) and differences(initiative.room_id) == []


def test_what_is_taken_away_is_listed_no_more(public: Group, gina: User) -> None:
    initiative = propose_in(public, gina)
    author = find_participant(room=initiative.room, user=gina)
    assert author is not None and initiative.text_number is not None
    remove_message(room=initiative.room, actor=author, number=initiative.text_number)
    assert list(initiatives_in(public.room)) == []
    event = Event.objects.select_related("room").get(room=public.room, type="group.room_opened")
    assert present([event])[0].link is None


@pytest.mark.parametrize("name", ["public", "private"])
def test_initiatives_are_for_public_groups_and_their_members(
    name: str, gina: User, hugo: User
) -> None:
    group = found(gina, is_private=name == "private")
    proposer = gina if name == "private" else hugo
    initiative = propose_in(group, proposer)
    assert initiative.room.group is None and not initiatives_in(group.room).exists()
