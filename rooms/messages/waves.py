"""The messages of one wave: those that say nearly the same."""

from datetime import timedelta

from django.utils import timezone

from rooms.eventlog.models import Room
from rooms.messages.models import Message
from rooms.messages.vault import latest_texts
from rooms.moderation.similarity import near, sketch

AGE = timedelta(minutes=30)
KEPT = 2000
"""Messages that are compared at most, the last ones."""


def wave_of(room: Room, number: int) -> list[int]:
    """Return the messages, held or published, that say nearly the same as one; itself included."""
    statuses = (Message.Status.HELD, Message.Status.VISIBLE)
    recent = Message.objects.filter(room=room, status__in=statuses, at__gt=timezone.now() - AGE)
    numbers = [number, *recent.order_by("-number").values_list("number", flat=True)[:KEPT]]
    texts = latest_texts(room, numbers)
    mine = sketch(texts.get(number, ""))
    alike = {n for n, text in texts.items() if n != number and near(mine, sketch(text))}
    return sorted({number} | (alike & set(numbers)))
