"""Decisions in words, for pages and letters alike, in the language that is active."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from rooms.moderation.reasons import Reason
from rooms.moderation.screening import REASONS, Rule
from rooms.redress.models import Notice, Report, Statement
from rooms.redress.statements import appeal_ends

Kind = Statement.Kind

TITLES: dict[str, StrOrPromise] = {
    Kind.REJECTED: gettext_lazy("Your message was not published"),
    Kind.REMOVED: gettext_lazy("Your message was removed"),
    Kind.MUTED: gettext_lazy("You were muted"),
    Kind.BANNED: gettext_lazy("You were excluded from the room"),
    Kind.SLOWED: gettext_lazy("You were slowed down"),
}

LAWS: dict[str, StrOrPromise] = {
    Reason.HATE: gettext_lazy(
        "In France, the Act of 29 July 1881 (Articles 24, 32 and 33) forbids incitement to hatred, "
        "defamation and insult for people’s origin, religion, sex, orientation, gender identity "
        "or disability."
    ),
    Reason.THREAT: gettext_lazy(
        "In France, the Criminal Code (Articles 222-17 and 222-18) forbids threats, and the Act of "
        "29 July 1881 (Article 24) calls for violence."
    ),
    Reason.PERSONAL_DATA: gettext_lazy(
        "The General Data Protection Regulation, (EU) 2016/679, protects personal data; in France, "
        "the Criminal Code (Article 223-1-1) forbids spreading them to put somebody at risk."
    ),
}
"""What the reasons that rest on the law rest on."""


@dataclass(frozen=True)
class Explained:
    """A statement of reasons in plain words: all that Article 17 of the DSA asks for."""

    title: str
    reason: str
    ground: str
    found: str
    decided: str
    lasts: str
    contest: str
    courts: str


def explain_statement(statement: Statement) -> Explained:
    """Return a decision in words for whom it concerns."""
    return Explained(
        title=str(TITLES[statement.kind]),
        reason=str(Reason(statement.reason).label),
        ground=_ground(statement),
        found=_found(statement),
        decided=_decided(statement),
        lasts=_lasts(statement),
        contest=_contest(statement),
        courts=_(
            "Whatever is decided here, you can go to a court, and in the European Union to a "
            "certified out-of-court dispute settlement body."
        ),
    )


def when(at: datetime) -> str:
    """Return a day and a time in full, with the time zone, without a preposition."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'j F Y')}, {date_format(local, 'H:i T')}"


def _ground(statement: Statement) -> str:
    if statement.rests_on_law:
        return _("The law: this is about content held to be illegal.") + (
            f" {LAWS[statement.reason]}"
        )
    return _("The rules of this room. Nobody holds it to be illegal.")


def _found(statement: Statement) -> str:
    if _by_notice(statement):
        return _("By a notice of illegal content (Digital Services Act, Article 16).")
    if not statement.rule and _by_reports(statement):
        return _("By people in this room who reported it.")
    if not statement.rule:
        return _("By a moderator.")
    if statement.rule == Rule.REPORTS:
        return _("Several people reported it; it was then withheld automatically.")
    return _("Automatically: “{rule}”").format(rule=REASONS.get(statement.rule, ""))


def _by_notice(statement: Statement) -> bool:
    """Tell whether the event right before, which led to this one, decided on a notice."""
    decided = Notice.objects.filter(room=statement.room_id, decided_seq=statement.seq - 1)
    return decided.filter(number=statement.number or 0).exists()


def _by_reports(statement: Statement) -> bool:
    settled = Report.objects.filter(room=statement.room_id, settled_seq=statement.seq)
    return settled.filter(number=statement.number or 0).exists()


def _decided(statement: Statement) -> str:
    if statement.decided_by is None:
        return _(
            "The machine, without a human: no moderator could look at it in time, and this room "
            "then does not publish."
        )
    return _("A human: {name}, moderator.").format(name=statement.decided_by)


def _lasts(statement: Statement) -> str:
    if statement.lifted_seq is not None:
        return _("It is over: the decision was taken back.")
    words = {
        Kind.REJECTED: _("Nobody reads it in this room, unless the decision is changed."),
        Kind.REMOVED: _("Nobody reads it in this room any more, unless the decision is changed."),
        Kind.MUTED: _(
            "Until {until} you cannot write in this room. You can read, and take part "
            "in other rooms."
        ),
        Kind.BANNED: _(
            "You take no part in this room until this is lifted. You can read, and "
            "take part in other rooms."
        ),
        Kind.SLOWED: _(
            "You can send one message every {seconds} seconds in this room until this is lifted."
        ),
    }[Kind(statement.kind)]
    until = when(statement.until) if statement.until else ""
    return words.format(until=until, seconds=statement.seconds)


def _contest(statement: Statement) -> str:
    until = when(appeal_ends(statement))
    if statement.decided_by is None:
        words = _("You can contest this decision until {until}, free of charge. A human decides.")
    else:
        words = _(
            "You can contest this decision until {until}, free of charge. A human decides: another "
            "moderator than {name}, wherever the room has one."
        )
    return words.format(until=until, name=str(statement.decided_by or ""))
