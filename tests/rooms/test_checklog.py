"""``manage.py checklog``: whatever is changed by hand is caught, and named."""

from collections.abc import Callable
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command, load_command_class
from django.db import connection
from pytest_django import Settings

from rooms.eventlog.models import Event, Room
from rooms.eventlog.triggers import drop_triggers
from rooms.ledger.models import LedgerEntry
from rooms.messages.decisions import remove_message
from rooms.messages.models import Message, MessageBody, Reaction
from rooms.messages.reactions import react
from rooms.people.models import Participant
from tests.rooms.conftest import Post

Spoil = Callable[[Room], object]


def checklog() -> str:
    """Return what the command says, whether it finds faults or not."""
    said = StringIO()
    try:
        call_command("checklog", stdout=said, stderr=said)
    except CommandError as error:
        said.write(f"{error}\n")
    return said.getvalue()


@pytest.fixture
def used(room: Room, olga: Participant, alice: Participant, bob: Participant, post: Post) -> Room:
    """A room in which something was said, answered and removed; its log can be rewritten."""
    first = post(alice, "Bonjour à toutes et à tous")
    post(bob, "Et pourquoi pas le dimanche ?")
    react(room=room, actor=bob, number=first.number, emoji="👍", on=True)
    second = post(alice, "Rien à voir avec cela")
    remove_message(room=room, actor=olga, number=second.number, reason="spam")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        drop_triggers(None, SimpleNamespace(connection=connection, execute=cursor.execute))
    return room


def test_it_needs_no_page(used: Room, settings: Settings) -> None:
    settings.ROOT_URLCONF = "no.such.module"
    command, said = load_command_class("rooms", "checklog"), StringIO()
    options = command.create_parser("manage.py", "checklog").parse_args([])
    command.execute(**{**vars(options), "stdout": said})
    assert "no fault found" in said.getvalue()


def test_a_whole_site_has_no_fault(used: Room) -> None:
    assert checklog() == "1 rooms checked, no fault found\n"


def _head(room: Room, by: int) -> None:
    Room.objects.filter(pk=room.pk).update(head=Room.objects.get(pk=room.pk).head + by)


def _last(room: Room, **fields: Any) -> "Any":
    return Event.objects.filter(room=room, **fields).order_by("-seq")[0]


def _change_event(room: Room, kind: str, payload: dict[str, Any]) -> None:
    Event.objects.filter(pk=_last(room, type=kind).pk).update(payload=payload)


def _publish(room: Room, number: int) -> None:
    MessageBody.objects.create(room=room, number=number, text="encore")


SPOILED: dict[str, tuple[Spoil, list[str]]] = {
    "an event is gone": (
        lambda room: _last(room, type="message.reacted").delete(),
        ["gap: the sequence breaks at {reacted}", "state: messages.events: is ["],
    ),
    "the last event is gone": (
        lambda room: _last(room).delete(),
        [
            "gap: the sequence breaks at {removed}",
            "ledger: the digest does not fit the log at {removed}",
        ],
    ),
    "the head is ahead": (lambda room: _head(room, 1), ["gap: the sequence breaks at {after}"]),
    "a decision is rewritten": (
        lambda room: _change_event(
            room, "message.removed", {**_last(room).payload, "reason": "hate"}
        ),
        [
            "ledger: the digest does not fit the log at {removed}",
            "state: messages.events",
            "'hate'",
        ],
    ),
    "a digest is rewritten": (
        lambda room: LedgerEntry.objects.filter(type="message.removed").update(digest="0" * 64),
        ["ledger: the digest does not fit the log at {removed}", "state: ledger.chain"],
    ),
    "the ledger is cut": (
        lambda room: LedgerEntry.objects.filter(type="message.removed").delete(),
        ["ledger: the digest does not fit the log at {removed}"],
    ),
    "a removed message stands": (
        lambda room: Message.objects.filter(status="removed").update(status="visible"),
        ["state: messages.events: is", "'visible'", "text: not where", "of message {gone}"],
    ),
    "a reaction is gone": (
        lambda room: Reaction.objects.all().delete(),
        ["state: messages.events: is [], folds to", "👍"],
    ),
    "a role is given by hand": (
        lambda room: Participant.objects.filter(name="Bob").update(role="moderator"),
        ["state: people", "'moderator'"],
    ),
    "a text is where none may be": (
        lambda room: _publish(room, Message.objects.get(status="removed").number),
        ["text: not where its state wants it, of message {gone}"],
    ),
    "an event cannot be read": (
        lambda room: _change_event(room, "message.removed", {}),
        ["state: event {removed}, message.removed: is 'in the log', folds to", "ledger: "],
    ),
}


@pytest.mark.parametrize("what", SPOILED)
def test_what_is_spoiled_is_named(used: Room, what: str) -> None:
    spoil, named = SPOILED[what]
    removed = _last(used, type="message.removed")
    reacted = _last(used, type="message.reacted").seq
    gone = removed.payload["message"]
    seqs = {"removed": removed.seq, "after": removed.seq + 1, "reacted": reacted, "gone": gone}
    spoil(used)
    said = checklog()
    assert "faults found" in said
    missing = [name for name in named if name.format(**seqs) not in said]
    assert missing == [], said
    assert all(line.startswith(f"{used.slug}: ") for line in said.splitlines()[:-1])
