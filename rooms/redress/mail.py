"""What letters about decisions say, and sending them."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from rooms.post import compose, send_due
from rooms.redress.appeals import appeal_about, decided_alone
from rooms.redress.models import AppealMessage, Letter, Notice, NoticeText, Statement
from rooms.redress.words import explain_statement


@dataclass(frozen=True)
class _Composed:
    """A letter in words. ``to`` is "" where no address is known (any more)."""

    to: str
    subject: str
    template: str
    context: dict[str, Any]


def send_letters() -> int:
    """Send what is due; return how many letters were sent."""
    return send_due(_due, _take, _messages)


def _due() -> QuerySet[Letter]:
    return Letter.objects.filter(taken_at=None, due_at__lte=timezone.now()).order_by("due_at")


def _take(letter: Letter) -> None:
    letter.taken_at = timezone.now()
    letter.save(update_fields=["taken_at"])


def _messages(letter: Letter) -> list[EmailMessage]:
    """Return the e-mail of a letter in the room's language; [] where there is nothing to tell."""
    with translation.override(letter.room.language):
        composed = _COMPOSERS[Letter.Kind(letter.kind)](letter)
        if composed is None or not composed.to:
            return []
        room = letter.room
        context = {"room": room, "site": settings.SITE_URL, **composed.context}
        body = render_to_string(f"rooms/redress/mail/{composed.template}.txt", context)
        return [compose(composed.subject, room, body, composed.to)]


def _statement(letter: Letter) -> _Composed | None:
    statement = Statement.objects.get(room=letter.room_id, seq=letter.seq)
    if statement.lifted_seq is not None:
        return None
    words = explain_statement(statement)
    context = {"statement": statement, "words": words, "link": _link(statement)}
    return _Composed(_address(statement), words.title, "statement", context)


def _appeal_turn(letter: Letter) -> _Composed:
    turn = AppealMessage.objects.select_related("author").get(room=letter.room_id, seq=letter.seq)
    statement = Statement.objects.get(room=letter.room_id, seq=turn.decision)
    appeal = appeal_about(statement)
    decided = appeal if letter.kind == Letter.Kind.APPEAL_DECIDED else None
    subject = _("Your appeal was decided") if decided else _("A moderator has answered your appeal")
    context = {
        "turn": turn,
        "appeal": decided,
        "is_same": decided is not None and decided_alone(decided, statement),
        "link": _link(statement),
    }
    return _Composed(_address(statement), subject, "appeal", context)


def _notice_received(letter: Letter) -> _Composed:
    return _notice(letter, Notice.objects.get(room=letter.room_id, seq=letter.seq))


def _notice_decided(letter: Letter) -> _Composed:
    return _notice(letter, Notice.objects.get(room=letter.room_id, decided_seq=letter.seq))


def _notice(letter: Letter, notice: Notice) -> _Composed:
    text = NoticeText.objects.get(room=letter.room_id, seq=notice.seq)
    is_decided = letter.kind == Letter.Kind.NOTICE_DECIDED
    subject = _("Your notice was decided") if is_decided else _("We have received your notice")
    link = settings.SITE_URL + reverse("rooms:notice", args=[text.token])
    context = {"notice": notice, "text": text, "link": link, "is_decided": is_decided}
    return _Composed(text.email, subject, "notice", context)


def _address(statement: Statement) -> str:
    user = statement.participant.user
    return user.email if user else ""


def _link(statement: Statement) -> str:
    path: str = reverse("rooms:statement", args=[statement.token])
    return settings.SITE_URL + path


_COMPOSERS = {
    Letter.Kind.STATEMENT: _statement,
    Letter.Kind.APPEAL_ANSWERED: _appeal_turn,
    Letter.Kind.APPEAL_DECIDED: _appeal_turn,
    Letter.Kind.NOTICE_RECEIVED: _notice_received,
    Letter.Kind.NOTICE_DECIDED: _notice_decided,
}
