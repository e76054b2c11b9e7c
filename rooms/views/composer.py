"""The form people write in, as it stands when a page is made."""

import secrets
from dataclasses import dataclass, field

from django.http import QueryDict

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.views import MessageView
from rooms.messages.selectors import message_views
from rooms.moderation.screening import MAX_LENGTH


def new_client_id() -> str:
    """Return a name for one message to be sent: sent twice, it is still one message."""
    return secrets.token_urlsafe(12)


@dataclass
class Composer:
    """What is written so far; ``error`` is why it was not taken."""

    text: str = ""
    side: str = ""
    reply_to: MessageView | None = None
    client_id: str = field(default_factory=new_client_id)
    error: str = ""
    limit: int = MAX_LENGTH


def quoted(room: Room, raw: str | None) -> MessageView | None:
    """Return the message to reply to, if it can still be replied to."""
    if not raw or not raw.isascii() or not raw.isdigit() or len(raw) > 18:
        return None
    message = message_views(room.pk, [int(raw)]).get(int(raw))
    return message if message and message.status == "visible" else None


def number_in(form: QueryDict, name: str) -> int | None:
    """Return an optional number of a form; raises ``Refused`` for what is none."""
    raw = form.get(name, "")
    if not raw:
        return None
    if not raw.isascii() or not raw.isdigit() or len(raw) > 18:
        raise Refused(Code.BAD_SHAPE)
    return int(raw)
