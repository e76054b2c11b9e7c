"""What a process knows of the last minutes: its own commits at once, others' from the log."""

from collections.abc import Callable

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rooms.eventlog import append
from rooms.eventlog.models import Room
from rooms.messages import recent
from rooms.messages.editing import edit_message
from rooms.messages.recent import recent_messages
from rooms.moderation.screening import Recent
from rooms.people.membership import join_room
from rooms.people.models import Participant
from tests.rooms.conftest import Post

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Les bancs du parc méritent un toit, et la place un arbre."
Queries = Callable[..., CaptureQueriesContext]


def of(author: Participant) -> list[Recent]:
    room = Room.objects.get(pk=author.room_id)
    own, _others = recent_messages(room=room, author=author.pk, text="", now=timezone.now())
    return list(own)


def test_own_commits_are_known_without_reading(
    monkeypatch: pytest.MonkeyPatch,
    alice: Participant,
    post: Post,
    django_assert_num_queries: Queries,
) -> None:
    monkeypatch.setattr(recent, "FRESH", 60.0)
    assert of(alice) == []
    number = post(alice, TEXT).number
    edit_message(room=alice.room, actor=alice, number=number, text=f"{TEXT} Enfin !")
    with django_assert_num_queries(1):  # The room.
        assert len(of(alice)) == 2


def test_a_log_without_news_is_not_read(
    monkeypatch: pytest.MonkeyPatch,
    room: Room,
    alice: Participant,
    post: Post,
    django_assert_num_queries: Queries,
) -> None:
    monkeypatch.setattr(recent, "FRESH", 0.0)
    assert of(alice) == []
    post(alice, TEXT)
    join_room(room=room, name="Zoe", guest_key="zoe")
    post(alice, f"{TEXT} Enfin !")
    with django_assert_num_queries(1):  # The room.
        assert len(of(alice)) == 2


def test_what_others_committed_between_is_read(
    monkeypatch: pytest.MonkeyPatch, room: Room, alice: Participant, bob: Participant, post: Post
) -> None:
    monkeypatch.setattr(recent, "FRESH", 60.0)
    assert of(alice) == []
    post(alice, TEXT)
    here = recent._rooms.pop((room.pk, room.epoch))
    post(bob, "Qui va payer ce toit, et quand le saurons-nous ?")
    recent._rooms[room.pk, room.epoch] = here
    post(alice, f"{TEXT} Enfin !")
    monkeypatch.setattr(recent, "FRESH", 0.0)
    assert [len(of(one)) for one in (alice, bob)] == [2, 1]


def test_what_was_noted_is_not_read_again(
    monkeypatch: pytest.MonkeyPatch, alice: Participant, bob: Participant, post: Post
) -> None:
    monkeypatch.setattr(recent, "FRESH", 60.0)
    assert of(alice) == []
    post(alice, TEXT)
    monkeypatch.setattr(recent, "FRESH", 0.0)
    post(bob, "Qui va payer ce toit, et quand le saurons-nous ?")
    assert [len(of(one)) for one in (alice, bob)] == [1, 1]


def test_commits_of_other_processes_are_read_when_it_is_time(
    monkeypatch: pytest.MonkeyPatch, room: Room, alice: Participant, bob: Participant, post: Post
) -> None:
    assert of(alice) == []
    here = recent._rooms.pop((room.pk, room.epoch))
    post(bob, "Qui va payer ce toit, et quand le saurons-nous ?")
    recent._rooms[room.pk, room.epoch] = here
    post(alice, TEXT)
    monkeypatch.setattr(recent, "FRESH", 60.0)
    assert of(bob) == []
    monkeypatch.setattr(recent, "FRESH", 0.0)
    assert [len(of(one)) for one in (alice, bob)] == [1, 1]


def test_what_was_rolled_back_was_never_sent(
    monkeypatch: pytest.MonkeyPatch, alice: Participant, post: Post
) -> None:
    monkeypatch.setattr(recent, "FRESH", 60.0)
    assert of(alice) == []

    def fail(*_fields: object, **_options: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(append, "insert", fail)
        with pytest.raises(RuntimeError):
            post(alice, TEXT)
    assert of(alice) == []
    post(alice, TEXT)
    assert len(of(alice)) == 1
