"""Logging in one room what happened in another: for certain, and once."""

from typing import Any

from django.db import transaction
from django_tasks import task

from rooms.eventlog.append import append
from rooms.eventlog.payload import Draft
from rooms.eventlog.registry import decode, encode, name_of


def append_elsewhere(room_id: int, draft: Draft) -> None:
    """Log a draft without text in another room, once the running transaction has committed.

    At once; and by the clock, which finds it logged already unless the process or its database
    was lost in between. Its payload has to know what was logged before (``Payload.existing``).
    """
    payload = draft.payload
    append_later.enqueue(room_id, name_of(payload), encode(payload), draft.actor_id)
    transaction.on_commit(lambda: append(room_id, [draft]), robust=True)


@task()
def append_later(room_id: int, name: str, payload: dict[str, Any], actor_id: int | None) -> None:
    """Log what is not logged yet. Refused where the room takes it no more."""
    append(room_id, [Draft(decode(name, payload), actor_id)])
