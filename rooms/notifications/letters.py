"""Letters: what one person is told, in one e-mail, each story once."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from rooms.notifications.inbox import story_of
from rooms.notifications.kinds import Story, kinds
from rooms.notifications.models import Contact, Notification
from rooms.notifications.unsubscribing import unsubscribe_path
from rooms.people.models import User
from rooms.post import logger

TOGETHER = 200
"""People whose letters are handed over in one go."""
NOWHERE = ".invalid"
"""End of addresses that lead nowhere (RFC 6761): those of sample people, who get no letters."""
AGAIN = timedelta(minutes=1)
"""After which time a mail server is tried again that could not be reached."""


def hand_over_letters() -> int:
    """Make a task of every letter that is due, one a person; return how many.

    A story is taken for its letter in the transaction that makes the task: several clocks at once
    make one letter of it. What was read in the inbox meanwhile needs none.
    """
    now = timezone.now()
    due = Notification.objects.filter(mail_at__lte=now)
    some = due.order_by("mail_at").values_list("user", "contact")[:TOGETHER]
    people = list(dict.fromkeys(some))
    if not people:
        return 0
    theirs = Q(user__in=[user for user, _no in people if user])
    theirs |= Q(contact__in=[contact for _no, contact in people if contact])
    letters: dict[tuple[int | None, int | None], list[int]] = {}
    with transaction.atomic():
        rows = list(due.filter(theirs).order_by("at", "pk").select_for_update(skip_locked=True))
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mail_at=None)
        for row in rows:
            if row.read_at is None:
                letters.setdefault((row.user_id, row.contact_id), []).append(row.pk)
        for numbers in letters.values():
            send_letter.enqueue(numbers)
    return len(letters)


@task()
def send_letter(numbers: list[int]) -> int:
    """Send one person's letter; return how many went out: none if nothing is left to tell.

    While no mail server can be reached, it is tried again. A letter that the server refuses is
    not: it failed, and the task says so.
    """
    rows = Notification.objects.filter(pk__in=numbers).order_by("at", "pk")
    message = _letter(list(rows.select_related("user", "contact")))
    if message is None:
        return 0
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        logger.warning("the mail server cannot be reached, a letter waits: %s", error)
        send_letter.using(run_after=timezone.now() + AGAIN).enqueue(numbers)
        return 0
    try:
        return connection.send_messages([message]) or 0
    finally:
        connection.close()


def _letter(rows: Sequence[Notification]) -> EmailMessage | None:
    """Return the e-mail that tells what is left of the stories of one person."""
    if not rows:
        return None
    person: User | Contact | None = rows[0].user or rows[0].contact
    if person is None or person.email.endswith(NOWHERE):
        return None
    if isinstance(person, Contact) and person.unsubscribed_at:
        return None
    with translation.override(person.language or settings.LANGUAGE_CODE):
        told = [(row.kind, story) for row in rows if (story := story_of(row))]
        topics = sorted({kinds[name].topic for name, _story in told})
        return _compose(person, [story for _name, story in told], topics) if told else None


def _compose(
    person: User | Contact, stories: Sequence[Story], topics: Sequence[str]
) -> EmailMessage:
    leave = settings.SITE_URL + unsubscribe_path(person, topics)
    context = {
        "stories": stories,
        "site": settings.SITE_URL,
        "leave": leave,
        "choices": reverse("rooms:choices") if isinstance(person, User) else "",
    }
    return EmailMessage(
        f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{_subject(stories)}",
        render_to_string("rooms/notifications/mail/letter.txt", context),
        to=[person.email],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _subject(stories: Sequence[Story]) -> str:
    first, *others = (story.title for story in stories)
    if not others:
        return first
    more = ngettext("and %(count)s more", "and %(count)s more", len(others))
    return _("%(first)s, %(more)s") % {"first": first, "more": more % {"count": len(others)}}
