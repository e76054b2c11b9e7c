"""The ledger's codes in words."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from rooms.messages.models import Side
from rooms.moderation.reasons import Reason
from rooms.moderation.screening import Rule
from rooms.redress.models import Appeal, Notice

_RULES: dict[str, StrOrPromise] = {
    Rule.WAVE: _("Many nearly equal texts"),
    Rule.LINK: _("Links"),
    Rule.WORDS: _("Listed expressions"),
    Rule.PATTERN: _("Listed patterns"),
    Rule.CLASSIFIER: _("Automatic check"),
    Rule.NEWCOMER: _("First messages"),
    Rule.HOLD_ALL: _("Every message, for a time"),
    Rule.REPORTS: _("Reports of several people"),
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


def side_label(side: str) -> StrOrPromise:
    """Return a declared side, or that none was."""
    return Side(side).label if side else _("No side declared")
