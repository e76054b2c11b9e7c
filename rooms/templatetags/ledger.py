"""What the ledger's templates need: its codes in words, its numbers as bars."""

from datetime import timedelta
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from rooms.eventlog.models import Room
from rooms.ledger import words
from rooms.ledger.figures import Share, Value, Wait
from rooms.ledger.selectors import Line

register = template.Library()

register.filter("basis_label", words.basis_label)
register.filter("outcome_label", words.outcome_label)
register.filter("ledger_side", words.side_label)


@register.filter
def by_words(by: str) -> str:
    """Return who decided, without naming anybody."""
    who, _colon, number = by.partition(":")
    if number:
        return gettext("moderator %(number)s") % {"number": number}
    others = {
        "machine": gettext("automatic"),
        "author": gettext("its author"),
        "participant": gettext("a participant"),
    }
    return others[who]


@register.filter
def duration(value: timedelta | None) -> str:
    """Return how long something took, in its largest unit; "" for None."""
    if value is None:
        return ""
    seconds = round(value.total_seconds())
    if seconds < 120:
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = round(seconds / 60)
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = round(seconds / 3600)
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = round(seconds / 86400)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


@register.filter
def figure(value: Value) -> str:
    """Return a figure of a report in words."""
    if value is None:
        return gettext("not recorded")
    if isinstance(value, Share):
        return f"{floatformat(value.percent, 1)} %" if value.whole else "–"
    if isinstance(value, Wait):
        return duration(value.median) or "–"
    return intcomma(value)


@register.simple_tag
def message_place(line: Line) -> SafeString | str:
    """Return a message's number, as a link to where its line stands in the log, if it has one."""
    number = line.record.get("message")
    if line.stands_at is None:
        return str(number)
    room = reverse("rooms:room", args=[line.room.slug])
    return format_html(
        '<a href="{}?before={}#m-{}">{}</a>', room, line.stands_at + 1, number, number
    )


@register.simple_tag
def entry_place(room: Room, seq: int) -> SafeString:
    """Return the number of an entry as a link to it."""
    ledger = reverse("rooms:ledger", args=[room.slug])
    return format_html('<a href="{}?before={}#s-{}">{}</a>', ledger, seq + 1, seq, seq)


@register.filter
def share(part: int, whole: int) -> str:
    """Return a part of a whole as a percentage; "" where there is no whole."""
    return f"{100 * part / whole:.0f} %" if whole else ""


@register.filter
def percent_of(part: float, whole: float) -> str:
    """Return a length for a drawing that is 100 wide or high, with a decimal point."""
    return f"{100 * part / whole:.2f}" if whole else "0"


@register.simple_tag
def columns(bins: list[Any], highest: int) -> list[dict[str, Any]]:
    """Return the bars of a plot that is 100 high and 10 wide for each bar."""
    found = []
    for place, one in enumerate(bins):
        machine, moderator = (100 * n / highest for n in (one.machine, one.moderator))
        found.append(
            {
                "x": 10 * place + 1,
                "machine": f"{machine:.2f}",
                "machine_y": f"{100 - machine:.2f}",
                "moderator": f"{moderator:.2f}",
                "moderator_y": f"{100 - machine - moderator:.2f}",
            }
        )
    return found
