"""The ledger's codes in words."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from rooms.messages.models import Side
from rooms.moderation.reasons import Reason
from rooms.moderation.screening import Rule
from rooms.redress.models import Appeal, Notice, Statement

_RULES: dict[str, StrOrPromise] = {
    Rule.WAVE: _("Many nearly equal texts"),
    Rule.LINK: _("Links"),
    Rule.WORDS: _("Listed expressions"),
    Rule.PATTERN: _("Listed patterns"),
    Rule.CLASSIFIER: _("Automatic check"),
    Rule.NEWCOMER: _("First messages"),
    Rule.HOLD_ALL: _("Every message, for a time"),
    Rule.REPORTS: _("Reports of several people"),
    Rule.PICTURES: _("Pictures"),
    Rule.UNAVAILABLE: _("Automatic check not available"),
}
"""Rules that hold; those that rest on the law are worded like the reasons of moderators."""


def basis_label(basis: str) -> StrOrPromise:
    """Return a rule, a reason or the ground of a notice in a few words; "" for none."""
    if basis in _RULES:
        return _RULES[basis]
    if basis in Reason.values:
        return Reason(basis).label
    return Notice.Ground(basis).label if basis in Notice.Ground.values else ""


def outcome_label(outcome: str) -> StrOrPromise:
    """Return how a notice or an appeal ended, in words."""
    for outcomes in (Notice.Outcome, Appeal.Outcome):
        if outcome in outcomes.values:
            return str(outcomes(outcome).label)
    return ""


def kind_label(kind: str) -> StrOrPromise:
    """Return a kind of restriction in words."""
    return Statement.Kind(kind).label


def month_label(month: str) -> StrOrPromise:
    """Return a month like "2026-11" in words."""
    return _name_month(month)


def side_label(side: str) -> StrOrPromise:
    """Return a declared side, or that none was."""
    return Side(side).label if side else _("No side declared")


def _month_in_words(month: str) -> str:
    return date_format(date.fromisoformat(f"{month}-01"), "F Y")


_name_month = lazy(_month_in_words, str)
