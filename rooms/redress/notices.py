"""Receiving notices of illegal content and deciding on them: DSA, Article 16."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.append import append_one
from rooms.eventlog.clocks import lately
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.moderation.reasons import chosen
from rooms.people.models import Participant
from rooms.redress.models import Notice, NoticeText
from rooms.redress.notice_events import NoticeDecided, NoticeReceived
from rooms.text import clean

MAX_EXPLANATION = 4000
MAX_ANSWER = 2000
HALL = 15
"""As many senders may each send all that they may from one network address: a hall shares one."""
NAME_LENGTH = 100


def file_notice(
    *,
    room: Room,
    number: int,
    ground: str,
    explanation: str,
    name: str,
    email: str,
    address: str = "",
) -> NoticeText:
    """Take a notice that a message is illegal; return it with the token of its secret link.

    A name and an e-mail address are needed but where children are sexually abused (Article
    16.2 c). ``address`` is where it comes from on the network: at most ``settings.NOTICE_RATE``
    of one sender there, and :data:`HALL` times as many from all. Raises ``Refused``.
    """
    if ground not in Notice.Ground.values:
        raise Refused(Code.BAD_SHAPE, _("Say which law the message breaks."))
    fields = {
        "explanation": clean(explanation, limit=MAX_EXPLANATION),
        "name": clean(name, limit=NAME_LENGTH) if name.strip() else "",
        "email": email.strip(),
    }
    _check_sender(ground, fields["name"], fields["email"])
    sender = _digest(address)
    _require_pace(sender, fields["email"])
    received = NoticeReceived(message=number, ground=Notice.Ground(ground))
    with transaction.atomic():
        event = append_one(room.pk, Draft(received, None))
        return NoticeText.objects.create(
            room=room, seq=event.seq, at=event.at, sender=sender, **fields
        )


def decide_notice(
    *, room: Room, actor: Participant, notice: Notice, outcome: str, reason: str = "", answer: str
) -> Event:
    """Remove the message that a notice names, or keep it; ``answer`` tells the sender why.

    Only a removal speaks for itself without words. Raises ``Refused``, stale if somebody has
    decided already.
    """
    if outcome not in Notice.Outcome.values:
        raise Refused(Code.BAD_SHAPE)
    removes = outcome == Notice.Outcome.REMOVED
    if not removes and not answer.strip():
        raise Refused(Code.EMPTY, _("Say why the message stays: the sender reads it."))
    words = clean(answer, limit=MAX_ANSWER) if answer.strip() else ""
    payload = NoticeDecided(
        message=notice.number,
        notice=notice.seq,
        outcome=Notice.Outcome(outcome),
        reason=chosen(reason) if removes else "",
    )
    with transaction.atomic():
        event = append_one(room.pk, Draft(payload, actor.pk))
        NoticeText.objects.filter(room=room, seq=notice.seq).update(answer=words)
    return event


def open_notices(room: Room) -> list[Notice]:
    """Return the notices that nobody has decided on, the longest waiting first."""
    return list(Notice.objects.filter(room=room, outcome="").order_by("seq"))


def forget_senders() -> None:
    """Forget the network addresses' digests that the limit does not need any more."""
    _count, seconds = settings.NOTICE_RATE
    before = timezone.now() - timedelta(seconds=seconds)
    NoticeText.objects.exclude(sender="").filter(at__lt=before).update(sender="")


def _check_sender(ground: str, name: str, email: str) -> None:
    if not email and not name and ground == Notice.Ground.CHILD_ABUSE:
        return
    if not name and ground != Notice.Ground.CHILD_ABUSE:
        raise Refused(Code.EMPTY, _("Give your name: the law asks for it."))
    try:
        if email or ground != Notice.Ground.CHILD_ABUSE:
            validate_email(email)
    except ValidationError:
        raise Refused(
            Code.BAD_SHAPE, _("Give an e-mail address: the decision is sent to it.")
        ) from None


def _digest(address: str) -> str:
    """Return what recognises an address without telling it; "" for none."""
    if not address:
        return ""
    return salted_hmac("livedebate.notice", address, algorithm="sha256").hexdigest()


def _require_pace(sender: str, email: str) -> None:
    if not sender:
        return
    count, seconds = settings.NOTICE_RATE
    span = lately(timedelta(seconds=seconds), timezone.now())
    around = NoticeText.objects.filter(sender=sender, at__range=span)
    if email and around.filter(email__iexact=email).count() >= count:
        raise Refused(Code.SLOW_DOWN)
    if around.count() >= count * HALL:
        raise Refused(
            Code.SLOW_DOWN,
            _("Many notices have come from your network. Wait an hour and send it again."),
        )
