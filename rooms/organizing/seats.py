"""The places of a meetup, and the line of those who wait for one."""

from datetime import datetime

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context
from rooms.organizing.checks import LONGEST
from rooms.organizing.meetup_models import Answer, Meetup, Rsvp

COMPANIONS = 10
"""Most people that one brings along."""
CAPACITY = 100_000
"""Most people of one meetup."""


def get_meetup(ctx: Context, number: int) -> Meetup:
    """Return a meetup of the room; raises ``Refused``."""
    found = Meetup.objects.filter(room=ctx.room, number=number).first()
    if found is None:
        raise Refused(Code.NOT_FOUND, _("This meetup is not here any more."))
    return found


def require_on(ctx: Context, meetup: Meetup) -> None:
    """Raise ``Refused`` for a meetup that was cancelled or is over."""
    if meetup.is_cancelled:
        raise Refused(Code.CLOSED, _("This meetup was cancelled."))
    if meetup.until <= ctx.now:
        raise Refused(Code.TOO_LATE, _("This meetup is over."))


def require_span(starts_at: datetime, ends_at: datetime | None) -> None:
    """Raise ``Refused`` for times at which nobody could meet."""
    if ends_at and not starts_at < ends_at <= starts_at + LONGEST:
        wrong = _("A meetup ends after it starts, and lasts 31 days at most.")
        raise Refused(Code.BAD_SHAPE, wrong)


def seated(meetup: Meetup) -> int:
    """Return how many places are taken."""
    coming = Rsvp.objects.filter(meetup=meetup, answer=Answer.YES, line_seq=None)
    total: int | None = coming.aggregate(total=Sum(F("companions") + 1))["total"]
    return total or 0


def line_of(meetup: Meetup) -> list[Rsvp]:
    """Return those who wait, the next one first."""
    waiting = Rsvp.objects.filter(meetup=meetup, line_seq__isnull=False)
    return list(waiting.order_by("line_seq", "pk"))


def require_seats(meetup: Meetup, before: Rsvp | None, companions: int) -> None:
    """Raise ``Refused`` for who brings more people than there can ever be places for.

    Who has a place keeps it, and is told, where there are none for more companions.
    """
    if meetup.capacity is None:
        return
    if companions + 1 > meetup.capacity:
        raise Refused(Code.CONFLICT, _("There are not so many places. Bring fewer people."))
    has_place = before is not None and before.answer == Answer.YES and before.line_seq is None
    if has_place and before:
        free = meetup.capacity - seated(meetup)
        if companions - before.companions > free:
            full = _("There are no places for so many more. You keep what you have.")
            raise Refused(Code.CONFLICT, full)


def line_place(meetup: Meetup, before: Rsvp | None, companions: int, seq: int) -> int | None:
    """Return where in the line somebody who comes stands; None for who has a place.

    Who has a place keeps it, who stands in the line stays where they are, and nobody newly
    come goes before them.
    """
    if before is not None and before.answer == Answer.YES:
        return before.line_seq
    if meetup.capacity is None:
        return None
    fits = seated(meetup) + 1 + companions <= meetup.capacity
    return None if fits and not line_of(meetup) else seq


def next_up(ctx: Context, meetup: Meetup) -> Rsvp | None:
    """Return who moves up now: the first in the line, if there is a place for all they bring.

    Who brings more than there are places at all is passed over.
    """
    if meetup.is_cancelled or meetup.until <= ctx.now:
        return None
    for first in line_of(meetup):
        if meetup.capacity is None or seated(meetup) + first.seats <= meetup.capacity:
            return first
        if first.seats <= meetup.capacity:
            return None
    return None
