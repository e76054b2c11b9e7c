"""What was committed is told to its author, also where it cannot be told to the others."""

import logging

import pytest
from django.db import OperationalError

from rooms.eventlog import broadcast
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.posting import post_message
from rooms.people.membership import join_room

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_database_that_goes_right_after_a_commit_does_not_undo_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room = create_room(title="Broadcast", owner_name="Olga", guest_key="olga")
    alice = join_room(room=room, name="Alice", guest_key="alice")

    def away(*_args: object) -> None:
        raise OperationalError("the database is gone")

    monkeypatch.setattr(broadcast, "present", away)
    with caplog.at_level(logging.WARNING):
        receipt = post_message(room=Room.objects.get(), author=alice, client_id="1", text="Oui")
    assert Event.objects.get(seq=receipt.seq).type == "message.posted"
    assert "Traceback" not in caplog.text and "the database is gone" in caplog.text
