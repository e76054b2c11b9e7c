"""Telling on a person's devices: web push (RFC 8030), encrypted, signed with VAPID (RFC 8292)."""

import base64
import json
from email.utils import parseaddr
from fnmatch import fnmatch
from functools import lru_cache
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task
from py_vapid import Vapid

from rooms.eventlog.errors import Code, Refused
from rooms.notifications.inbox import story_of
from rooms.notifications.models import Device, Notification
from rooms.people.models import User
from rooms.post import logger

TOGETHER = 200
TIMEOUT = 10.0
"""Seconds that a push service gets to answer."""
KEPT = 24 * 60 * 60
"""Seconds for which a push service keeps what it cannot deliver at once."""
MOST_DEVICES = 10
GONE = (404, 410)
"""How a push service says that a browser does not want to be told any more."""
# The order of the group of P-256: private keys are below it (FIPS 186-4, D.1.2.3).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@lru_cache(maxsize=1)
def _vapid() -> Vapid:
    """Return the site's key pair, derived from its secret: every worker has the same."""
    derived = HKDF(hashes.SHA256(), length=48, salt=None, info=b"livedebate vapid")
    number = int.from_bytes(derived.derive(settings.SECRET_KEY.encode()), "big")
    return Vapid(ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1()))


def public_key() -> str:
    """Return what browsers ask for to subscribe: an uncompressed point, in URL-safe base64."""
    point = _vapid().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


@transaction.atomic
def add_device(*, user: User, endpoint: str, p256dh: str, auth: str) -> Device:
    """Tell an account on one more browser; the oldest of too many is told no more.

    Raises ``Refused`` for an endpoint that is no push service's: this server calls no others.
    """
    if len(endpoint) > 700 or not _is_push_service(endpoint) or not _are_keys(p256dh, auth):
        raise Refused(
            Code.BAD_SHAPE, _("This browser’s way to be told is not known here. E-mail is.")
        )
    device, _is_new = Device.objects.update_or_create(
        endpoint=endpoint, defaults={"user": user, "p256dh": p256dh, "auth": auth}
    )
    theirs = Device.objects.filter(user=user)
    kept = theirs.order_by("-pk").values_list("pk", flat=True)[:MOST_DEVICES]
    theirs.exclude(pk__in=list(kept)).delete()
    return device


def drop_device(*, user: User, endpoint: str) -> None:
    """Tell an account no more on one browser."""
    Device.objects.filter(user=user, endpoint=endpoint).delete()


def hand_over_pushes() -> int:
    """Make a task of every push that is due; return how many. Each is taken once."""
    now = timezone.now()
    with transaction.atomic():
        due = Notification.objects.filter(push_at__lte=now).order_by("push_at")
        rows = list(due.select_for_update(skip_locked=True)[:TOGETHER])
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(push_at=None)
        devices = Device.objects.filter(user__in={row.user_id for row in rows})
        have = set(devices.values_list("user", flat=True))
        told = [row.pk for row in rows if row.user_id in have and row.read_at is None]
        for number in told:
            send_push.enqueue(number)
    return len(told)


@task()
def send_push(number: int) -> int:
    """Tell one story on each of a person's devices; return on how many."""
    row = Notification.objects.select_related("user").filter(pk=number, read_at=None).first()
    if row is None or row.user is None:
        return 0
    with translation.override(row.user.language or settings.LANGUAGE_CODE):
        story = story_of(row)
    if story is None:
        return 0
    path = reverse("rooms:story", args=[row.pk])
    data = json.dumps({"title": story.title, "line": story.line, "path": path, "tag": row.key})
    return sum(_push(device, data) for device in Device.objects.filter(user=row.user))


def _push(device: Device, data: str) -> bool:
    """Push to one browser; one that is gone is forgotten. Any other failure is logged."""
    # It loads a whole HTTP client of its own, which most processes never need.
    from pywebpush import WebPushException, webpush

    keys = {"p256dh": device.p256dh, "auth": device.auth}
    session = requests.Session()
    session.max_redirects = 0  # a push service answers itself, and leads nowhere else
    try:
        webpush(
            {"endpoint": device.endpoint, "keys": keys},
            data=data,
            vapid_private_key=_vapid(),
            vapid_claims={"sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"},
            ttl=KEPT,
            timeout=TIMEOUT,
            requests_session=session,
        )
    except WebPushException as error:
        status = error.response.status_code if error.response is not None else None
        if status in GONE:
            device.delete()
        else:
            logger.warning("a push service refused what it was given: %s", status)
        return False
    except requests.RequestException as error:
        logger.warning("a push service cannot be reached: %s", type(error).__name__)
        return False
    return True


def _is_push_service(endpoint: str) -> bool:
    parts = urlsplit(endpoint)
    origin = f"{parts.scheme}://{parts.netloc}"
    plain = not parts.username and not parts.password and "\\" not in endpoint
    return plain and any(fnmatch(origin, pattern) for pattern in settings.PUSH_SERVICES)


def _are_keys(p256dh: str, auth: str) -> bool:
    """Tell whether these are a point of P-256 and 16 bytes, in URL-safe base64 (RFC 8291)."""
    try:
        point, secret = (
            base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (p256dh, auth)
        )
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(secret) == 16
