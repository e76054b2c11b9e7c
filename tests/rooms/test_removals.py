"""What was removed or erased since a backup goes again when the backup comes back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from rooms.backup.archive import BackupError
from rooms.backup.removals import Removals, apply, collect, read_removals, write_removals
from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Event, Room
from rooms.messages.decisions import remove_message, restore_message
from rooms.messages.models import Message, MessageBody
from rooms.messages.vault import misplaced
from rooms.people.membership import join_room, set_role
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from rooms.privacy.erasure import REMEMBERED, erase_guest, erase_person, forget_erasures
from rooms.privacy.models import ErasedAccount
from tests.rooms.conftest import Post

EMAIL = "carla@example.org"


def since(backup: Callable[[], object]) -> Removals:
    """Do something, note the removals, and go back to before it, as a restore does."""
    with transaction.atomic():
        backup()
        removals = collect()
        transaction.set_rollback(True)
    return removals


def is_whole(room: Room) -> bool:
    return not (gaps(room.pk) or differences(room.pk) or misplaced(room.pk))


def test_what_was_removed_since_is_removed_again(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    by_moderator, by_author, stays = (
        post(alice, text).number for text in ("un mot", "deux mots", "trois mots")
    )

    def later() -> None:
        remove_message(room=room, actor=max_, number=by_moderator, reason="insult")
        remove_message(room=room, actor=alice, number=by_author, reason="")
        remove_message(room=room, actor=max_, number=stays, reason="spam")
        restore_message(room=room, actor=max_, number=stays)

    done = apply(since(later))
    assert (done.messages, done.failed) == (2, [])
    found = {m.number: (m.status, m.reason, m.decided_by) for m in Message.objects.all()}
    assert found[by_moderator] == ("removed", "insult", max_)
    assert found[by_author] == ("removed", "", alice)
    assert found[stays][0] == "visible"
    assert [body.number for body in MessageBody.objects.all()] == [stays]
    assert is_whole(room)


def test_once_is_enough(room: Room, max_: Participant, alice: Participant, post: Post) -> None:
    number = post(alice, "un mot").number
    removals = since(lambda: remove_message(room=room, actor=max_, number=number))
    assert apply(removals).messages == 1
    head = Event.objects.filter(room=room).count()
    assert apply(removals).messages == 0 and Event.objects.filter(room=room).count() == head


def test_where_its_moderator_is_none_yet_the_owner_removes_it(
    room: Room, olga: Participant, alice: Participant, bob: Participant, post: Post
) -> None:
    number = post(alice, "un mot").number

    def later() -> None:
        set_role(room=room, actor=olga, participant_id=bob.pk, role=Role.MODERATOR)
        remove_message(room=room, actor=bob, number=number, reason="hate")

    assert apply(since(later)).failed == []
    found = Message.objects.get(number=number)
    assert (found.status, found.reason, found.decided_by) == ("removed", "hate", olga)


def test_what_nobody_can_remove_is_named(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    number = post(alice, "un mot").number
    removals = since(lambda: remove_message(room=room, actor=max_, number=number))
    Participant.objects.filter(room=room).exclude(pk=alice.pk).update(role=Role.PARTICIPANT)
    done = apply(removals)
    assert done.messages == 0 and len(done.failed) == 1 and f"message {number} " in done.failed[0]


def test_another_message_of_that_number_is_left_alone(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    """A database may have been restored before: then its numbers were given twice."""

    def later() -> None:
        remove_message(room=room, actor=max_, number=post(alice, "un mot").number)

    removals = since(later)
    number = post(alice, "un autre mot").number
    assert [one[1] for one in removals["messages"]] == [number]
    assert apply(removals).messages == 0
    assert Message.objects.get(number=number).status == "visible"


def test_who_was_erased_since_is_erased_again(
    room: Room, alice: Participant, bob: Participant, post: Post
) -> None:
    user = User.objects.create_user(EMAIL, name="Carla")
    carla = join_room(room=room, name="Carla", user=user)
    for person in (alice, bob, carla):
        post(person, f"Je m'appelle {person.name}")

    def later() -> None:
        erase_guest("alice")
        erase_person(User.objects.get(email=EMAIL))

    done = apply(since(later))
    assert (done.people, done.accounts, done.failed) == (2, 1, [])
    assert not User.objects.exists()
    assert [body.text for body in MessageBody.objects.all()] == ["Je m'appelle Bob"]
    names = Participant.objects.filter(room=room).values_list("name", flat=True)
    assert "Alice" not in names and "Carla" not in names and "Bob" in names
    assert is_whole(room)


def test_whoever_came_after_is_not_taken_for_who_was_erased(room: Room) -> None:
    user = User.objects.create_user(EMAIL, name="Carla")
    gone = join_room(room=room, name="Carla", user=user)
    removals = since(lambda: erase_person(User.objects.get(email=EMAIL)))
    # Another one by that number, and an account that was made anew after the erasure.
    Participant.objects.filter(pk=gone.pk).update(joined_at=timezone.now() + timedelta(hours=1))
    User.objects.update(date_joined=timezone.now() + timedelta(hours=1))
    done = apply(removals)
    assert (done.people, done.accounts) == (0, 0) and User.objects.exists()


def test_a_list_tells_no_text_no_name_and_no_address(
    room: Room, max_: Participant, tmp_path: Path, post: Post
) -> None:
    user = User.objects.create_user(EMAIL, name="Carla")
    carla = join_room(room=room, name="Carla", user=user)
    remove_message(room=room, actor=max_, number=post(carla, "quelque chose").number)
    erase_person(user)
    path = tmp_path / "removals"
    write_removals(path, collect())
    write_removals(path, collect())
    assert path.stat().st_mode & 0o077 == 0
    for secret in ("carla", "quelque chose", "example.org"):
        assert secret not in path.read_text().casefold()
    assert read_removals(path)["accounts"] == collect()["accounts"]


NO_LISTS = [
    "",
    "[]",
    "{}",
    '{"format": 2}',
    '{"format": 1, "messages": [[1]], "people": []}',
    '{"format": 1, "messages": [], "people": [[1, "x"]], "accounts": []}',
]


@pytest.mark.parametrize("text", NO_LISTS)
def test_what_is_no_list_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "removals"
    path.write_text(text)
    with pytest.raises(BackupError):
        read_removals(path)
    with pytest.raises(BackupError):
        read_removals(tmp_path / "not there")


def test_an_erasure_is_remembered_for_as_long_as_backups_may_be_kept(db: None) -> None:
    for days in (0, 1):
        at = timezone.now() - REMEMBERED + timedelta(days=days, hours=-1)
        ErasedAccount.objects.create(key=str(days), at=at)
    assert forget_erasures() == 1
    assert ErasedAccount.objects.get().key == "1"
