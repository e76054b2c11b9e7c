"""Posting, editing, removing, reacting."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import close_room
from rooms.messages import selectors
from rooms.messages.decisions import approve_message, reject_message, remove_message
from rooms.messages.editing import edit_message
from rooms.messages.models import Message, MessageBody, VaultedBody
from rooms.messages.posting import post_message
from rooms.messages.reactions import react
from rooms.messages.vault import purge_vault
from rooms.moderation.policy import set_words
from rooms.people.models import Participant
from tests.rooms.conftest import Post


def refusal(call: object, *args: object, **kwargs: object) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)  # type: ignore[operator]
    return caught.value


def texts(room: Room) -> list[str | None]:
    views = selectors.timeline(room)
    return [view.message.text for view in views if view.message]


def test_sending_again_gives_the_first_receipt(room: Room, alice: Participant, post: Post) -> None:
    first = post(alice, "Bonjour à toutes et à tous", client_id="a", side="for")
    assert post(alice, "Bonjour à toutes et à tous", client_id="a", side="for") == first
    assert texts(room) == ["Bonjour à toutes et à tous"]


@pytest.mark.parametrize("other", [{"text": "Autre"}, {"side": "against"}, {"reply_to": 2}])
def test_the_same_id_for_something_else_is_a_conflict(
    alice: Participant, post: Post, other: dict[str, str]
) -> None:
    sent = {"text": "Bonjour", "side": "for", "client_id": "a"}
    post(alice, **sent)
    assert refusal(post, alice, **{**sent, **other}).code is Code.CONFLICT


def test_a_retry_still_counts_after_an_edit_and_a_removal(
    room: Room, alice: Participant, post: Post
) -> None:
    first = post(alice, "Bonjour", client_id="a")
    edit_message(room=room, actor=alice, number=first.number, text="Bonsoir")
    assert post(alice, "Bonjour", client_id="a") == first
    remove_message(room=room, actor=alice, number=first.number)
    assert post(alice, "Bonjour", client_id="a") == first
    assert texts(room) == [None]


def test_two_people_may_use_the_same_id(alice: Participant, bob: Participant, post: Post) -> None:
    assert post(alice, "un", client_id="a").seq != post(bob, "deux", client_id="a").seq


def test_a_reply_quotes_what_can_still_be_read(
    room: Room, alice: Participant, bob: Participant, post: Post
) -> None:
    parent = post(alice, "x" * 200)
    reply = post(bob, "non", reply_to=parent.number)
    view = selectors.message_views(room.pk, [reply.number])[reply.number]
    assert view.reply_to is not None and view.reply_to.excerpt == "x" * 79 + "…"
    remove_message(room=room, actor=alice, number=parent.number)
    view = selectors.message_views(room.pk, [reply.number])[reply.number]
    assert view.reply_to is not None and view.reply_to.excerpt is None


def test_a_reply_to_nothing_is_refused(alice: Participant, post: Post) -> None:
    assert refusal(post, alice, "non", reply_to=999).code is Code.NOT_FOUND


def test_an_action_room_has_no_sides(room: Room, alice: Participant, post: Post) -> None:
    room.kind = Room.Kind.ACTION
    assert refusal(post, alice, "x", side="for").code is Code.BAD_SHAPE


def test_an_edit_keeps_the_earlier_text_for_moderators(
    room: Room, alice: Participant, post: Post
) -> None:
    sent = post(alice, "Premier jet")
    edit_message(room=room, actor=alice, number=sent.number, text="Deuxième jet")
    assert texts(room) == ["Deuxième jet"]
    assert selectors.history(room, sent.number) == ["Premier jet", "Deuxième jet"]


def test_only_the_author_edits_and_only_in_time(
    room: Room, olga: Participant, alice: Participant, post: Post
) -> None:
    sent = post(alice, "Bonjour")
    edit = {"room": room, "number": sent.number, "text": "Bonsoir"}
    assert refusal(edit_message, actor=olga, **edit).code is Code.FORBIDDEN
    Message.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert refusal(edit_message, actor=alice, **edit).code is Code.TOO_LATE


def test_an_edit_cannot_bring_in_what_would_be_held(
    room: Room, olga: Participant, alice: Participant, post: Post
) -> None:
    sent = post(alice, "Bonjour")
    set_words(room=room, actor=olga, words=["gros mot"])
    edit = {"room": room, "actor": alice, "number": sent.number, "text": "un gros mot"}
    assert refusal(edit_message, **edit).code is Code.HELD
    assert texts(room) == ["Bonjour"]


def test_a_removed_text_is_in_the_vault_alone_and_then_nowhere(
    room: Room, olga: Participant, alice: Participant, post: Post
) -> None:
    sent = post(alice, "secret")
    edit_message(room=room, actor=alice, number=sent.number, text="secret deux")
    remove_message(room=room, actor=olga, number=sent.number, reason="personal_data")
    view = selectors.message_views(room.pk, [sent.number])[sent.number]
    assert (view.text, view.status, view.removed_by, view.reason) == (
        None,
        "removed",
        "moderator",
        "personal_data",
    )
    assert not MessageBody.objects.exists()
    assert not any("secret" in str(event.payload) for event in Event.objects.all())
    assert selectors.history(room, sent.number) == ["secret", "secret deux"]
    assert purge_vault() == 0
    assert purge_vault(timezone.now() + timedelta(days=400)) == 2
    assert not VaultedBody.objects.exists()


def test_removing_twice_gives_the_same_answer(
    room: Room, olga: Participant, max_: Participant, alice: Participant, post: Post
) -> None:
    sent = post(alice, "Bonjour")
    first = remove_message(room=room, actor=olga, number=sent.number)
    assert remove_message(room=room, actor=olga, number=sent.number) == first
    assert remove_message(room=room, actor=max_, number=sent.number) == first


def test_a_participant_removes_only_their_own(
    room: Room, alice: Participant, bob: Participant, post: Post
) -> None:
    sent = post(alice, "Bonjour")
    answer = refusal(remove_message, room=room, actor=bob, number=sent.number)
    assert answer.code is Code.FORBIDDEN
    remove_message(room=room, actor=alice, number=sent.number)
    view = selectors.message_views(room.pk, [sent.number])[sent.number]
    assert view.removed_by == "author"


def test_reacting_again_changes_nothing(room: Room, alice: Participant, post: Post) -> None:
    sent = post(alice, "Bonjour")
    for _ in range(2):
        react(room=room, actor=alice, number=sent.number, emoji="👍", on=True)
    view = selectors.message_views(room.pk, [sent.number])[sent.number]
    assert [(r.emoji, r.count) for r in view.reactions] == [("👍", 1)]
    assert Event.objects.filter(type="message.reacted").count() == 1
    bad = refusal(react, room=room, actor=alice, number=sent.number, emoji="💩", on=True)
    assert bad.code is Code.BAD_SHAPE


def test_a_held_message_is_seen_by_nobody_else_until_approved(
    room: Room, olga: Participant, alice: Participant, bob: Participant, post: Post
) -> None:
    set_words(room=room, actor=olga, words=["gros mot"])
    room.refresh_from_db()
    receipt = post(alice, "un gros mot")
    assert (receipt.status, receipt.rule) == ("held", "words")
    assert texts(room) == [] and not MessageBody.objects.exists()
    (hold,) = selectors.held_queue(room)
    assert hold.message is not None and hold.message.text == "un gros mot"
    assert hold.message.span == (3, 11)
    assert [v.seq for v in selectors.own_holds(alice)] == [receipt.seq]
    assert selectors.own_holds(bob) == []

    later = post(bob, "Bonjour")
    approved = approve_message(room=room, actor=olga, number=receipt.number)
    assert approved.seq > later.seq
    assert texts(room) == ["Bonjour", "un gros mot"]
    assert selectors.held_queue(room) == [] == selectors.own_holds(alice)


def test_the_second_decision_is_stale_and_names_the_first(
    room: Room, olga: Participant, max_: Participant, alice: Participant, post: Post
) -> None:
    set_words(room=room, actor=olga, words=["gros mot"])
    room.refresh_from_db()
    receipt = post(alice, "un gros mot")
    reject_message(room=room, actor=max_, number=receipt.number, reason="insult")
    answer = refusal(approve_message, room=room, actor=olga, number=receipt.number)
    assert answer.code is Code.STALE
    assert answer.detail == {"status": "rejected", "decided_by": "Max"}
    (own,) = selectors.own_holds(alice)
    assert own.message is not None and own.message.status == "rejected"


def test_a_closed_room_takes_nothing(
    room: Room, olga: Participant, alice: Participant, post: Post
) -> None:
    sent = post(alice, "Bonjour")
    close_room(room=room, actor=olga)
    assert refusal(post, alice, "trop tard").code is Code.CLOSED
    edit = {"room": room, "actor": alice, "number": sent.number, "text": "x"}
    assert refusal(edit_message, **edit).code is Code.CLOSED
    remove_message(room=room, actor=olga, number=sent.number)


def test_a_policy_that_moves_meanwhile_judges_again(
    room: Room, olga: Participant, alice: Participant
) -> None:
    stale_room = Room.objects.get(pk=room.pk)
    set_words(room=room, actor=olga, words=["gros mot"])
    receipt = post_message(room=stale_room, author=alice, client_id="a", text="un gros mot")
    assert receipt.status == "held"
