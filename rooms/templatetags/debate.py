"""What the templates need to show events and messages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from rooms.eventlog.models import Room
from rooms.eventlog.registry import event_types
from rooms.eventlog.views import EventView, MessageView, RoomView, clock
from rooms.messages.models import Side
from rooms.moderation.reasons import CHOICES, Reason
from rooms.moderation.room_events import Mode
from rooms.moderation.screening import REASONS
from rooms.people.roles import Role

register = template.Library()
register.filter(clock)

SWITCHES: dict[Mode, StrOrPromise] = {
    Mode.PAUSED: _("Pause"),
    Mode.HOLD_ALL: _("Hold all"),
    Mode.HOLD_NEWCOMERS: _("Hold first messages"),
    Mode.SLOW: _("Slow mode"),
    Mode.LOCKED: _("Lock"),
}
MODES: dict[tuple[str, bool], StrOrPromise] = {
    (Mode.PAUSED, True): _("the room is paused, only moderators write"),
    (Mode.PAUSED, False): _("the room goes on"),
    (Mode.LOCKED, True): _("nobody new can join for now"),
    (Mode.LOCKED, False): _("everybody can join again"),
    (Mode.SLOW, True): _("slow mode, one message each in %(seconds)s seconds"),
    (Mode.SLOW, False): _("slow mode is over"),
    (Mode.HOLD_ALL, True): _("a moderator looks at every message before it is published"),
    (Mode.HOLD_ALL, False): _("messages are published at once again"),
    (Mode.HOLD_NEWCOMERS, True): _("a moderator looks at everybody's first message"),
    (Mode.HOLD_NEWCOMERS, False): _("first messages are published at once again"),
}


@register.simple_tag(takes_context=True)
def show_event(context: Context, view: EventView, into: str) -> SafeString:
    """Render the part of an event that goes ``into`` an element, as the socket renders it."""
    part = next(p for p in event_types()[view.type].parts if p.into == into)
    fields: dict[str, Any] = {
        "view": view,
        "message": view.message,
        "task": view.task,
        "meetup": view.meetup,
        "room": view.room,
        "part": part,
        "me": context.get("me"),
    }
    return render_to_string(f"rooms/events/{view.type}.html", fields)


@register.filter
def marked(message: MessageView) -> SafeString | str:
    """Return a message's text with the screener's match marked."""
    text = message.text or ""
    if message.span is None:
        return text
    start, end = message.span
    return format_html("{}<mark>{}</mark>{}", text[:start], text[start:end], text[end:])


@register.simple_tag
def removal_reasons() -> Sequence[tuple[str, StrOrPromise]]:
    """Return the reasons that a moderator chooses from."""
    return CHOICES


@register.simple_tag
def switches(room: Room | RoomView) -> list[dict[str, Any]]:
    """Return what a moderator can switch for a whole room, and how it stands."""
    slow = [(15, gettext("15 s")), (60, gettext("1 min")), (300, gettext("5 min"))]
    return [
        {
            "name": mode.value,
            "label": label,
            "on": bool(getattr(room, mode)),
            "choices": slow if mode is Mode.SLOW and not room.slow_seconds else [],
        }
        for mode, label in SWITCHES.items()
    ]


@register.simple_tag
def terms() -> dict[str, int]:
    """Return for how long one can change a message, and contest a decision."""
    return {"edit_minutes": settings.EDIT_MINUTES, "appeal_days": settings.APPEAL_DAYS}


@register.filter
def later(at: datetime, minutes: int) -> datetime:
    """Return a time so many minutes later."""
    return at + timedelta(minutes=minutes)


@register.filter
def moment(value: datetime | str) -> SafeString:
    """Return a time as "on 26 November at 18:30", for its reader today as "at 18:30"."""
    return _phrase(value, gettext("at {time}"), gettext("on {day} at {time}"))


@register.filter
def until(value: datetime | str) -> SafeString:
    """Return an end: until a day and a time, for its reader today "until 18:30"."""
    return _phrase(value, gettext("until {time}"), gettext("until {day}, {time}"))


def _phrase(value: datetime | str, today: str, other: str) -> SafeString:
    """Return a time in words with its day, which ``times.js`` writes again as its reader's."""
    at = timezone.localtime(datetime.fromisoformat(value) if isinstance(value, str) else value)
    day, time = date_format(at, "MONTH_DAY_FORMAT"), date_format(at, "H:i")
    return format_html(
        '<time datetime="{}" data-today="{}" data-other="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        today,
        other,
        other.format(day=day, time=time),
    )


@register.filter
def side_label(side: str) -> StrOrPromise:
    return Side(side).label


@register.filter
def role_label(role: str) -> StrOrPromise:
    return Role(role).label


@register.filter
def kind_label(kind: str) -> StrOrPromise:
    return Room.Kind(kind).label


@register.filter
def status_label(status: str) -> StrOrPromise:
    return Room.Status(status).label


@register.filter
def reason_label(reason: str) -> StrOrPromise:
    return Reason(reason).label if reason in Reason.values else ""


@register.filter
def mode_words(payload: dict[str, Any]) -> str:
    """Return what the event ``mode.changed`` switched, in words."""
    return MODES[payload["mode"], bool(payload["value"])] % {"seconds": payload["value"]}


@register.filter
def hold_policy_words(policy: dict[str, Any]) -> str:
    """Return what becomes of holds, from ``outcome`` and ``minutes``, in words."""
    outcome = Room.HoldOutcome(policy["outcome"])
    if outcome is Room.HoldOutcome.KEEP:
        return gettext("what waits for a moderator waits until one decides")
    return gettext("what waits for a moderator for %(minutes)s minutes: %(outcome)s") % {
        "minutes": policy["minutes"],
        "outcome": outcome.label,
    }


@register.filter
def rule_label(rule: str) -> StrOrPromise:
    return REASONS.get(rule, "")


@register.filter
def raises_voice(role: str) -> bool:
    """Tell whether a role is worth naming beside a message."""
    return role in (Role.OWNER, Role.MODERATOR)
