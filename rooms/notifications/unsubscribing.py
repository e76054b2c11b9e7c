"""Leaving by one click, from any letter, without signing in: RFC 8058."""

from collections.abc import Sequence

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from rooms.notifications.choices import Way, choices_of, choose
from rooms.notifications.models import Contact, Notification, Pace
from rooms.people.models import User

_SALT = "rooms.notifications.unsubscribe"


def unsubscribe_path(person: User | Contact, topics: Sequence[str]) -> str:
    """Return the address that ends a person's letters about some topics. It never expires."""
    who = ["user", person.pk] if isinstance(person, User) else ["contact", person.token]
    token = signing.dumps([*who, *topics], salt=_SALT)
    path: str = reverse("rooms:unsubscribe", args=[token])
    return path


def read_token(token: str) -> tuple[User | Contact, list[str]] | None:
    """Return whom a token is about, and the topics; None if it is not one of ours, or they left."""
    try:
        which, who, *topics = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    found: User | Contact | None
    if which == "user":
        found = User.objects.filter(pk=who).first()
    else:
        found = Contact.objects.filter(token=who).first()
    return (found, topics) if found else None


@transaction.atomic
def unsubscribe(person: User | Contact, topics: Sequence[str]) -> None:
    """Send a person no more letters: an account about these topics, others about anything."""
    if isinstance(person, User):
        ways = choices_of(person)
        for topic in topics:
            choose(user=person, topic=topic, way=Way(Pace.NEVER, ways[topic].push))
        return
    Contact.objects.filter(pk=person.pk, unsubscribed_at=None).update(
        unsubscribed_at=timezone.now()
    )
    Notification.objects.filter(contact=person, mail_at__isnull=False).update(mail_at=None)
