"""Signing an initiative: once each, by an account or by a confirmed e-mail address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Draft
from rooms.initiatives.checks import clean_place, require_open_for_signatures
from rooms.initiatives.events import InitiativeSigned, InitiativeUnsigned
from rooms.initiatives.models import Initiative, Signature, new_token
from rooms.notifications.models import Contact
from rooms.people.models import User
from rooms.people.names import clean_name
from rooms.text import require_fit

LETTERS = 3
"""Letters to one address, over all initiatives, that may wait to be confirmed within a day."""
AGAIN = timedelta(minutes=10)
"""From when on who asks once more gets a second letter."""
_TURN = timedelta(seconds=30)
"""How much later each further letter leaves, once many have left at once."""
Status = Signature.Status


@dataclass(frozen=True)
class Signer:
    """What somebody says of themselves when they sign. ``is_public``: others may read the name."""

    name: str
    is_public: bool = True
    place_name: str = ""


def sign_as(*, initiative: Initiative, user: User, signer: Signer) -> Signature:
    """Sign with an account, whose address was shown to be theirs: it counts at once.

    Signing again changes what others read, and counts again what was withdrawn. Raises
    ``Refused``.
    """
    require_open_for_signatures(initiative)
    fields = {**_fields(signer), "user": user, "email": ""}
    with transaction.atomic():
        mine, _made = Signature.objects.update_or_create(
            initiative=initiative, key=signer_key(user.email), defaults=fields
        )
        _count(mine)
    return mine


def ask_to_confirm(
    *, initiative: Initiative, email: str, signer: Signer, address: str = ""
) -> Signature:
    """Take a signature without an account; it counts once the e-mail's owner confirms it.

    What is told is the same whether the address has signed before or not. Nobody is refused for
    where they come from: ``address``, on the network, only tells how soon the letter leaves.
    Raises ``Refused``.
    """
    require_open_for_signatures(initiative)
    try:
        validate_email(email := email.strip())
    except ValidationError:
        raise Refused(
            Code.BAD_SHAPE, _("Give your e-mail address: a letter asks to confirm.")
        ) from None
    fields = _fields(signer)
    now, key, source = timezone.now(), signer_key(email), _digest("source", address)
    with transaction.atomic():
        mine = Signature.objects.filter(initiative=initiative, key=key).first()
        if mine is None:
            mine = Signature(initiative=initiative, key=key)
        if mine.status == Status.COUNTED:
            return mine
        if mine.letter_at is None and not (mine.letters and now - mine.at < AGAIN):
            mine.letter_at = _leaves_at(key, source, now)
        for name, value in {**fields, "email": email, "source": source}.items():
            setattr(mine, name, value)
        mine.status, mine.at = Status.PENDING, mine.at or now
        mine.save()
    return mine


def confirm_signature(signature: Signature) -> None:
    """Count a signature whose e-mail address was shown to be its signer's; raises ``Refused``."""
    with transaction.atomic():
        _count(signature)
        Signature.objects.filter(pk=signature.pk).update(letter_at=None, source="")
    signature.refresh_from_db()


def withdraw_signature(signature: Signature) -> None:
    """Take a signature back, for good or until it is given again; raises ``Refused``."""
    append_one(signature.initiative.room_id, Draft(InitiativeUnsigned(signature.pk), None))
    signature.refresh_from_db()


def find_signature(initiative: Initiative, user: User | None) -> Signature | None:
    """Return what an account has signed, also before it was one."""
    if user is None:
        return None
    return Signature.objects.filter(initiative=initiative, key=signer_key(user.email)).first()


def signatures_of(email: str) -> QuerySet[Signature]:
    """Return what an e-mail address has signed, with or without an account."""
    return Signature.objects.filter(key=signer_key(email)).select_related("initiative__room")


def forget_signer(email: str) -> None:
    """Take every signature of an address back, and forget who gave it."""
    signatures = list(signatures_of(email))
    spellings = {email.lower(), *(one.email.lower() for one in signatures)}
    Contact.objects.filter(email__in=spellings).delete()
    for signature in signatures:
        if signature.status == Status.COUNTED:
            withdraw_signature(signature)
        Signature.objects.filter(pk=signature.pk).update(
            key=new_token(),
            token=new_token(),
            user=None,
            email="",
            name="",
            place_name="",
            is_public=False,
            source="",
            letter_at=None,
        )


def signer_key(email: str) -> str:
    """Return what recognises an e-mail address, however it is spelt, without telling it."""
    local, _at, domain = email.strip().casefold().rpartition("@")
    local = local.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return _digest("signer", f"{local}@{domain}")[:43]


def forget_sources() -> None:
    """Forget the network addresses' digests that no pace depends on any more."""
    _letters, seconds = settings.SIGNATURE_PACE
    before = timezone.now() - timedelta(seconds=seconds)
    Signature.objects.exclude(source="").filter(at__lt=before, letter_at=None).update(source="")


def _count(signature: Signature) -> None:
    append_one(signature.initiative.room_id, Draft(InitiativeSigned(signature.pk), None))
    signature.refresh_from_db()


def _fields(signer: Signer) -> dict[str, object]:
    """Return what is kept of a signer; raises ``Refused`` for what must not stand anywhere."""
    name, place = clean_name(signer.name), signer.place_name.strip()
    require_fit(name)
    return {
        "name": name,
        "is_public": signer.is_public,
        "place_name": clean_place(place) if place else "",
        "language": get_language() or settings.LANGUAGE_CODE,
    }


def _leaves_at(key: str, source: str, now: datetime) -> datetime:
    """Return when a letter leaves: nobody's mailbox is filled, and no crowd held back for long."""
    day = now - timedelta(days=1)
    waiting = Signature.objects.filter(key=key, status=Status.PENDING, letters__gt=0, at__gt=day)
    if waiting.count() >= LETTERS:
        raise Refused(
            Code.SLOW_DOWN,
            _("Several letters wait in this mailbox. Confirm those first, or sign in."),
        )
    at_once, seconds = settings.SIGNATURE_PACE
    if not source:
        return now
    since = now - timedelta(seconds=seconds)
    before = Signature.objects.filter(source=source, at__gt=since).count()
    return now + _TURN * max(0, before - at_once + 1)


def _digest(purpose: str, text: str) -> str:
    if not text:
        return ""
    return salted_hmac(f"livedebate.{purpose}", text, algorithm="sha256").hexdigest()
