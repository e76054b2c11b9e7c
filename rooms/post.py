"""Sending letters by e-mail: each once, by whichever clock takes it first."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Model, QuerySet

from rooms.eventlog.models import Room

logger = logging.getLogger(__name__)

TOGETHER = 50
"""Letters sent in one go; a second later the next ones are."""

M = TypeVar("M", bound=Model)


def compose(subject: str, room: Room, body: str, to: str) -> EmailMessage:
    """Return a letter of the machine's about a room."""
    return EmailMessage(
        f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject} · {room.title}",
        body,
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )


def send_due(
    due: Callable[[], QuerySet[M]],
    take: Callable[[M], None],
    write: Callable[[M], list[EmailMessage]],
) -> int:
    """Send what is due; return how many letters were sent.

    ``take`` marks a row, locked, so that it is due no longer; ``write`` puts it in words, [] where
    there is nothing to tell any more. A letter is taken before it leaves: it goes out once or,
    where the mail server refuses it, not at all, which is logged. While no mail server can be
    reached, none is taken.
    """
    if not due().exists():
        return 0
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        logger.warning("the mail server cannot be reached, letters wait: %s", error)
        return 0
    sent = 0
    try:
        while sent < TOGETHER and (row := _taken(due, take)):
            sent += connection.send_messages(write(row)) or 0
    except Exception:
        # Whatever went wrong is one letter's; those that were not taken wait for the next look.
        logger.exception("a letter could not be sent")
    finally:
        connection.close()
    return sent


def _taken(due: Callable[[], QuerySet[M]], take: Callable[[M], None]) -> M | None:
    """Take one letter that no other clock has taken."""
    with transaction.atomic():
        row = due().select_for_update(skip_locked=True, of=("self",)).first()
        if row is not None:
            take(row)
    return row
