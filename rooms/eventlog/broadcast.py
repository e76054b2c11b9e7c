"""Telling the workers what was committed: the fast path, never the truth.

A broadcast that is lost, late or out of order costs time and nothing else: every worker
compares sequences and reads what it misses from the log.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import Error, transaction

from rooms.eventlog.backlog import present
from rooms.eventlog.models import Event, Room
from rooms.eventlog.views import EventView, MessageView, encode_views

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """Committed events of one room, in order, without a gap."""

    room_id: int
    epoch: str
    views: list[EventView]


Publisher = Callable[[Batch], None]
_publisher: Publisher | None = None


def set_publisher(publisher: Publisher | None) -> None:
    """Let a server process hand batches to its own fan-out; it must not raise or block."""
    global _publisher
    _publisher = publisher


def group_name(room_id: int) -> str:
    """Return the layer group that a room's batches are sent to."""
    return f"room.{room_id}"


def layer_message(batch: Batch) -> dict[str, object]:
    """Return a batch as a Channels layer message."""
    return {
        "type": "room.events",
        "room": batch.room_id,
        "epoch": batch.epoch,
        "views": encode_views(batch.views),
    }


def after_commit(
    room: Room, events: Sequence[Event], known: Mapping[int, MessageView] = MappingProxyType({})
) -> None:
    """Broadcast the events once the running transaction has committed.

    ``known`` has messages that need not be read again.
    """
    committed = list(events)
    transaction.on_commit(lambda: _announce(room, committed, known), robust=True)


def publish(batch: Batch) -> None:
    """Send a batch out; a failure is logged and never raised: it is committed already."""
    try:
        (_publisher or _send_to_layer)(batch)
    except Exception:
        logger.exception("broadcast of room %s failed; workers will read the log", batch.room_id)


def _announce(room: Room, events: list[Event], known: Mapping[int, MessageView]) -> None:
    """Publish what was committed; if the database is gone by now, workers find it in the log."""
    try:
        batch = Batch(room.pk, room.epoch, present(events, known))
    except Error as error:
        logger.warning("events of room %s cannot be read to be broadcast: %s", room.pk, error)
    else:
        publish(batch)


def _send_to_layer(batch: Batch) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group_name(batch.room_id), layer_message(batch))
