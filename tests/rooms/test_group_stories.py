"""What people are told of their groups, and when no more."""

from datetime import timedelta

from django.utils import timezone

from rooms.eventlog.models import Room
from rooms.groups.founding import open_room_in
from rooms.groups.joining import answer_request, ask_to_join, join_group, leave_group
from rooms.groups.models import Group
from rooms.lifecycle.schedule import close_room, open_room
from rooms.messages.decisions import remove_message
from rooms.organizing.announcements import announce
from rooms.people.membership import find_participant, join_room
from rooms.people.models import Participant, User
from tests.rooms.test_groups import admit, gina, hugo, iris, person, private, propose_in, public
from tests.rooms.test_stories import told

__all__ = ["gina", "hugo", "iris", "private", "public"]


def test_who_leads_a_group_learns_of_a_request(private: Group, gina: User, hugo: User) -> None:
    asking = ask_to_join(group=private, user=hugo, name="Hugo")
    assert told(gina) == ["Hugo asks to be let in"] and told(hugo) == []
    leave_group(actor=asking)
    assert told(gina) == []


def test_who_asked_learns_the_answer(private: Group, gina: User, hugo: User, iris: User) -> None:
    admit(private, gina, hugo)
    assert told(hugo) == ["You are let in"]
    asking = ask_to_join(group=private, user=iris, name="Iris")
    answer_request(
        group=private, actor=person(private, gina), participant_id=asking.pk, is_welcome=False
    )
    assert told(iris) == ["You are not let into the group"]


def test_members_learn_of_a_room_until_it_is_over(
    public: Group, gina: User, hugo: User, iris: User
) -> None:
    join_group(group=public, user=hugo, name="Hugo")
    room = open_room_in(group=public, actor=person(public, gina), kind="debate", title="Où ?")
    open_room_in(group=public, actor=person(public, gina), kind="action", title="Atelier")
    debate, action = "A debate in your group Vélos pour toutes", "An action room in your group"
    assert told(hugo) == [debate, f"{action} Vélos pour toutes"]
    assert told(gina) == [] and told(iris) == []
    close_room(room=room, actor=Participant.objects.get(room=room))
    assert told(hugo) == [f"{action} Vélos pour toutes"]


def test_who_has_left_is_told_no_more(private: Group, gina: User, hugo: User) -> None:
    member = admit(private, gina, hugo)
    open_room_in(group=private, actor=person(private, gina), kind="debate", title="Où ?")
    assert told(hugo) == ["You are let in", "A debate in your group Entre nous"]
    leave_group(actor=member)
    assert told(hugo) == []


def test_who_has_left_is_not_told_that_a_private_room_opens(
    private: Group, gina: User, hugo: User
) -> None:
    member = admit(private, gina, hugo)
    soon = timezone.now() + timedelta(days=1)
    owner = person(private, gina)
    room = open_room_in(group=private, actor=owner, kind="debate", title="Où ?", opens_at=soon)
    join_room(room=room, name="Hugo", user=hugo)
    leave_group(actor=member)
    Room.objects.filter(pk=room.pk).update(created_at=timezone.now() - timedelta(hours=1))
    open_room(room=room, actor=Participant.objects.get(room=room, user=gina))
    assert told(hugo) == []


def test_who_has_left_reads_no_more_what_they_were_told_there(
    private: Group, gina: User, hugo: User
) -> None:
    member, owner = admit(private, gina, hugo), person(private, gina)
    room = open_room_in(group=private, actor=owner, kind="action", title="Atelier")
    join_room(room=room, name="Hugo", user=hugo)
    leader = Participant.objects.get(room=room, user=gina)
    announce(room=room, actor=leader, client_id="a", text="On part à 9 h.")
    assert "To read" in told(hugo)
    leave_group(actor=member)
    assert told(hugo) == []


def test_members_learn_of_an_initiative(public: Group, gina: User, hugo: User) -> None:
    join_group(group=public, user=hugo, name="Hugo")
    initiative = propose_in(public, gina)
    assert told(hugo) == ["An initiative in your group Vélos pour toutes"]
    author = find_participant(room=initiative.room, user=gina)
    assert author is not None and initiative.text_number is not None
    remove_message(room=initiative.room, actor=author, number=initiative.text_number)
    assert told(hugo) == []
