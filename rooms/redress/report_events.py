"""Events of reports: people point moderators to a message, and several withhold it."""

from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.clocks import lately
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry, Part, To
from rooms.eventlog.registry import ReadModel, event_type, observers, read_models
from rooms.messages.checks import get_message, require_visible
from rooms.messages.decision_events import MessageRemoved, MessageRestored, MessageWithheld
from rooms.messages.events import OnMessage
from rooms.messages.models import Message
from rooms.moderation.reasons import Reason
from rooms.moderation.screening import Rule
from rooms.people.impartial import require_impartial
from rooms.people.models import Participant
from rooms.people.permissions import participant, require
from rooms.people.roles import Action
from rooms.redress.models import Report, ReportWords

SETTLED = timedelta(minutes=15)
"""From when on a guest who has said nothing counts among those who report."""


@event_type("report.filed")
class ReportFiled(OnMessage, frozen=True):
    """Somebody told the moderators of a message. Only they learn who did.

    Enough different people together withhold it until a moderator has looked: no message of a
    moderator, and none that one has looked at and kept.
    """

    reason: Reason
    parts: ClassVar[tuple[Part, ...]] = (Part("reports", to=To.MODERATORS),)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        mine = Report.objects.filter(
            room=ctx.room, number=self.message, reporter_id=draft.actor_id or 0
        )
        return mine.values_list("seq", flat=True).first()

    def permit(self, ctx: Context, draft: Draft) -> None:
        reporter = require(ctx, draft.actor_id, Action.REPORT)
        if reporter.is_banned:
            raise Refused(Code.BANNED)
        if require_visible(ctx, self.message).author_id == reporter.pk:
            raise Refused(
                Code.FORBIDDEN, _("This message is your own. You can remove it yourself.")
            )
        _require_pace(ctx, reporter)

    def apply(self, ctx: Context, entry: Entry) -> None:
        assert entry.actor_id is not None, "permit lets only participants report"
        Report.objects.create(
            room=ctx.room,
            seq=entry.seq,
            number=self.message,
            reporter_id=entry.actor_id,
            reason=self.reason,
            at=entry.at,
        )
        if entry.folding:
            return
        if entry.text:
            ReportWords.objects.create(room=ctx.room, seq=entry.seq, text=entry.text)
        if self._is_enough(ctx):
            ctx.then.append(Draft(MessageWithheld(self.message, rule=Rule.REPORTS), None))

    def _is_enough(self, ctx: Context) -> bool:
        if ctx.room.kind == Room.Kind.DIRECT:
            return False
        threshold: int = settings.REPORT_THRESHOLD
        author_id = get_message(ctx, self.message).author_id
        if threshold == 0 or participant(ctx, author_id).is_moderator:
            return False
        about = Report.objects.filter(room=ctx.room, number=self.message)
        if about.filter(settled_by__isnull=False).exists():
            return False
        filed = about.filter(outcome="").values_list("reporter", flat=True)
        return len(_people(ctx, list(filed))) >= threshold


@event_type("reports.dismissed")
class ReportsDismissed(OnMessage, frozen=True):
    """A moderator has looked at a message that was reported, and it stays."""

    parts: ClassVar[tuple[Part, ...]] = (Part("reported-{n}", "delete", To.MODERATORS),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        actor = require(ctx, draft.actor_id, Action.DECIDE_HOLD)
        found = require_visible(ctx, self.message)
        require_impartial(ctx, actor, involved=[found.author_id])
        reports = Report.objects.filter(room=ctx.room, number=self.message)
        if not reports.filter(outcome="").exists():
            last = reports.order_by("-settled_seq").select_related("settled_by").first()
            by: Participant | None = last.settled_by if last else None
            raise Refused(Code.STALE, status=found.status, decided_by=by.name if by else None)

    def apply(self, ctx: Context, entry: Entry) -> None:
        settle(ctx, entry, self.message, Report.Outcome.KEPT)


def _people(ctx: Context, reporters: list[int]) -> set[tuple[str, int]]:
    """Return the people among those who reported, whose reports weigh.

    A private window makes a new guest in a moment: guests count once they have said something
    that is published, or have been here for a while. Who is excluded does not count, and an
    account counts once, with the guests it was.
    """
    here = Participant.objects.filter(pk__in=reporters, is_banned=False)
    spoke = Message.objects.filter(author=OuterRef("pk"), published_seq__isnull=False)
    known = Q(user__isnull=False) | Q(joined_at__lte=ctx.now - SETTLED) | Exists(spoke)
    rows = here.filter(known).values_list("user", "pk")
    return {("account", user) if user else ("guest", pk) for user, pk in rows}


def open_reports(room: Room) -> Any:
    """Return the reports that no moderator has settled."""
    return Report.objects.filter(room=room, outcome="")


def _require_pace(ctx: Context, reporter: Participant) -> None:
    """Raise ``Refused`` for one who has filed as many reports as ``settings.REPORT_RATE`` lets."""
    count, seconds = settings.REPORT_RATE
    span = lately(timedelta(seconds=seconds), ctx.now)
    filed = Report.objects.filter(reporter=reporter, at__range=span).order_by("-at")
    times = list(filed.values_list("at", flat=True)[:count])
    if len(times) == count:
        wait = times[-1] + timedelta(seconds=seconds) - ctx.now
        raise Refused(
            Code.SLOW_DOWN,
            _("You have reported many messages. The moderators look at those first."),
            retry_after=wait.total_seconds(),
        )


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Let a decision about a message settle its reports; an undone one settles them anew."""
    payload = draft.payload
    if isinstance(payload, MessageRemoved):
        settle(ctx, entry, payload.message, Report.Outcome.REMOVED)
    elif isinstance(payload, MessageRestored) and entry.actor_id is not None:
        # What the clock releases nobody has looked at.
        settle(ctx, entry, payload.message, Report.Outcome.KEPT)


def settle(ctx: Context, entry: Entry, number: int, outcome: Report.Outcome) -> None:
    """Let a decision about a message settle every report of it."""
    reports = Report.objects.filter(room=ctx.room, number=number).exclude(outcome=outcome)
    reports.update(outcome=outcome, settled_seq=entry.seq, settled_by=entry.actor_id)


def _reset(room_id: int) -> None:
    Report.objects.filter(room_id=room_id).delete()


def _snapshot(room_id: int) -> Any:
    derived = [f.attname for f in Report._meta.concrete_fields if f.name != "id"]
    return list(Report.objects.filter(room_id=room_id).order_by("seq").values_list(*derived))


observers.append(_observe)
read_models.append(ReadModel(_reset, _snapshot))
