"""Where texts go that not everybody may read: each move leaves exactly one copy."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from rooms.eventlog.models import Room
from rooms.messages.models import Message, MessageBody, VaultedBody


def latest_texts(room: Room, numbers: Collection[int]) -> dict[int, str]:
    """Return the texts of messages as they stand, readable or not: to compare, never to show."""
    texts: dict[int, str] = {}
    for model in (VaultedBody, MessageBody):
        rows = model.objects.filter(room=room, number__in=numbers).order_by("revision")
        texts.update(rows.values_list("number", "text"))
    return texts


def publish_body(message: Message, text: str) -> None:
    """Make a text readable."""
    MessageBody.objects.create(
        room_id=message.room_id, number=message.number, revision=message.revision, text=text
    )


def withdraw_body(message: Message) -> None:
    """Move the readable text, if there is one, to the vault."""
    for body in _bodies(message):
        VaultedBody.objects.create(
            room_id=body.room_id, number=body.number, revision=body.revision, text=body.text
        )
        body.delete()


def release_body(message: Message) -> None:
    """Move the held text, if it is still in the vault, to where everybody reads."""
    for held in _vaulted(message).filter(revision=message.revision):
        publish_body(message, held.text)
        held.delete()


def schedule_deletion(message: Message, decided_at: datetime) -> None:
    """Let the vault delete all texts of a message once an appeal is no longer possible."""
    until = decided_at + timedelta(days=settings.APPEAL_DAYS)
    _vaulted(message).update(until=until)


def keep(message: Message) -> None:
    """Keep all texts of a message for as long as it stands, waits or is contested."""
    _vaulted(message).update(until=None)


def keep_until(message: Message, until: datetime) -> None:
    """Let the vault delete all texts of a message at a time, and no sooner."""
    _vaulted(message).update(until=until)


def erase(message: Message) -> None:
    """Delete every text that a message has had."""
    MessageBody.objects.filter(room_id=message.room_id, number=message.number).delete()
    _vaulted(message).delete()


def has_text(message: Message) -> bool:
    """Tell whether the vault still has the last text of a message."""
    return _vaulted(message).filter(revision=message.revision).exists()


def purge_vault(now: datetime | None = None) -> int:
    """Delete every text whose time is over; return how many."""
    deleted, _by_model = VaultedBody.objects.filter(until__lte=now or timezone.now()).delete()
    return deleted


def misplaced(room_id: int) -> list[int]:
    """Return the messages whose readable text does not fit their state; [] when all is well.

    A visible message has its current revision readable and no other has any.
    """
    readable = dict(MessageBody.objects.filter(room_id=room_id).values_list("number", "revision"))
    wrong: list[int] = []
    messages = Message.objects.filter(room_id=room_id).values_list("number", "status", "revision")
    for number, status, revision in messages:
        expected = revision if status == Message.Status.VISIBLE else None
        if readable.pop(number, None) != expected:
            wrong.append(number)
    return wrong + list(readable)


def _bodies(message: Message) -> list[MessageBody]:
    return list(MessageBody.objects.filter(room_id=message.room_id, number=message.number))


def _vaulted(message: Message) -> "QuerySet[VaultedBody]":
    return VaultedBody.objects.filter(room_id=message.room_id, number=message.number)
