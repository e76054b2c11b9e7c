"""Filing reports about messages, and settling them."""

from collections import Counter
from dataclasses import dataclass, field

from rooms.eventlog.append import append_one
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.eventlog.views import MessageView
from rooms.messages.selectors import message_views
from rooms.moderation.reasons import chosen
from rooms.people.models import Participant
from rooms.redress.models import Report, ReportWords
from rooms.redress.report_events import ReportFiled, ReportsDismissed, open_reports
from rooms.text import clean

MAX_WORDS = 500
"""Characters that a reporter may add."""


@dataclass
class Reported:
    """A message with what was reported about it: how often for which reason, who said what."""

    message: MessageView
    reasons: Counter[str] = field(default_factory=Counter)
    reports: list[tuple[Report, str]] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Return the reasons, the most frequent first."""
        return self.reasons.most_common()


def report_message(
    *, room: Room, actor: Participant, number: int, reason: str, words: str = ""
) -> Event:
    """Tell the moderators of a message; a second time gives the same answer.

    Raises ``Refused``.
    """
    text = clean(words, limit=MAX_WORDS) if words.strip() else ""
    payload = ReportFiled(message=number, reason=chosen(reason))
    return append_one(room.pk, Draft(payload, actor.pk, text))


def dismiss_reports(*, room: Room, actor: Participant, number: int) -> Event:
    """Settle the reports of a message that stays.

    Raises ``Refused``, stale if somebody has settled them already.
    """
    return append_one(room.pk, Draft(ReportsDismissed(message=number), actor.pk))


def reported_messages(room: Room, number: int | None = None) -> list[Reported]:
    """Return the messages with reports to settle, the longest waiting first; or one of them."""
    reports = open_reports(room) if number is None else open_reports(room).filter(number=number)
    rows = list(reports.select_related("reporter").order_by("seq"))
    words = ReportWords.objects.filter(room=room, seq__in=[report.seq for report in rows])
    said = dict(words.values_list("seq", "text"))
    views = message_views(room.pk, {report.number for report in rows})
    found: dict[int, Reported] = {}
    for report in rows:
        about = found.setdefault(report.number, Reported(views[report.number]))
        about.reasons[report.reason] += 1
        about.reports.append((report, said.get(report.seq, "")))
    return list(found.values())


def has_reported(person: Participant, number: int) -> bool:
    """Tell whether somebody has reported a message."""
    return Report.objects.filter(reporter=person, number=number).exists()


def reports_of(person: Participant) -> list[tuple[Report, str]]:
    """Return what somebody reported, the latest first, each with the name of its author."""
    rows = list(Report.objects.filter(reporter=person).order_by("-seq")[:100])
    views = message_views(person.room_id, {report.number for report in rows})
    return [(report, views[report.number].author.name) for report in rows]
