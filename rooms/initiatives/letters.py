"""The letter that asks somebody who signed without an account to confirm it."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from rooms.initiatives.models import Signature
from rooms.post import compose, send_due


def send_confirmations() -> int:
    """Send the letters that are due; return how many."""
    return send_due(_due, _take, _write)


def _due() -> QuerySet[Signature]:
    return Signature.objects.filter(letter_at__lte=timezone.now()).order_by("letter_at")


def _take(signature: Signature) -> None:
    signature.letter_at = None
    signature.letters += 1
    signature.save(update_fields=["letter_at", "letters"])


def _write(signature: Signature) -> list[EmailMessage]:
    if signature.status != Signature.Status.PENDING or not signature.initiative.is_open:
        return []
    room = signature.initiative.room
    with translation.override(signature.language):
        path = reverse("rooms:signature", args=[signature.token])
        context = {"room": room, "name": signature.name, "link": settings.SITE_URL + path}
        body = render_to_string("rooms/initiatives/mail/confirm.txt", context)
        return [compose(_("Confirm your signature"), room, body, signature.email)]
