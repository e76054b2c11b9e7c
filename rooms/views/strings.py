"""Words that the page's scripts say, in the language of the page."""

from django.utils.translation import gettext as _


def page_strings() -> dict[str, str]:
    """Return the strings by the names that the scripts use."""
    return {
        "opens": _("opens in {time}"),
        "closes": _("closes in {time}"),
        "release": _("published by itself in {time}"),
        "reject": _("rejected by itself in {time}"),
        "own_release": _("If nobody decides, it is published in {time}."),
        "own_reject": _("If nobody decides, it is rejected in {time}."),
        "waits": _("waits for {time}"),
        "minutes": _("{m} min"),
        "undo": _("Undo"),
        "days": _("{d} d {h} h"),
        "hours": _("{h} h {m} min"),
        "sending": _("Sending…"),
        "waiting": _("Waiting for the connection. It will be sent by itself."),
        "refused": _("Not sent"),
        "edit": _("Change it"),
        "retry": _("Send again"),
        "discard": _("Throw away"),
        "lost": _("The connection is lost. What you write is kept and sent later."),
        "polling": _("Live connection blocked: new messages come every few seconds."),
        "ended": _("You are no longer in this room. Reload the page."),
        "here": _("{n} here"),
        "new": _("{n} new"),
        "earlier": _("Earlier messages"),
        "left": _("{n} characters left"),
        "over": _("{n} characters too many"),
        "said": _("{name}: {text}"),
        "said_side": _("{name}, {side}: {text}"),
        "several": _("{n} new messages"),
        "gone": _("message removed"),
        "minutes_left": _("{n} minutes left"),
        "minute_left": _("One minute left"),
        "copied": _("Copied"),
        "failed": _("This did not work. Check your connection and try again."),
        "muted": _("A moderator has muted you {until}."),
        "at": _("at {time}"),
        "at_day": _("on {day} at {time}"),
        "until": _("until {time}"),
        "until_day": _("until {day}, {time}"),
    }
