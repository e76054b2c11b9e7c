"""What was logged in one year, counted by the database for the transparency report."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, TruncMonth
from django.utils import timezone

from rooms.eventlog.models import Event
from rooms.ledger.counts import Appeals, Counts, Holds, Notices, People, Restrictions
from rooms.ledger.models import LedgerEntry
from rooms.ledger.stats import median
from rooms.moderation.reasons import UNLAWFUL
from rooms.moderation.screening import Rule
from rooms.redress.models import Appeal, Notice, Statement


class Year:
    """A year in the site's time zone."""

    def __init__(self, year: int) -> None:
        self._start = timezone.make_aware(datetime(year, 1, 1))
        self._end = timezone.make_aware(datetime(year + 1, 1, 1))

    def rooms(self) -> int:
        """Return in how many rooms something was decided."""
        decided = self._within(LedgerEntry.objects.all())
        return int(decided.values("room").distinct().count())

    def count(self, kind: str) -> int:
        """Return how many entries of a type the ledger has."""
        return int(self._within(LedgerEntry.objects.filter(type=kind)).count())

    def notices(self) -> Notices:
        received = self._within(Notice.objects.all())
        counts = received.aggregate(
            received=Count("pk"),
            removed=Count("pk", filter=Q(outcome=Notice.Outcome.REMOVED)),
            kept=Count("pk", filter=Q(outcome=Notice.Outcome.KEPT)),
            open=Count("pk", filter=Q(outcome="")),
            automated=Count("pk", filter=~Q(outcome="") & Q(decided_by=None)),
        )
        return Notices(
            **counts,
            by_ground=_counted(received, "ground"),
            median=median(received, F("decided_at") - F("at")),
        )

    def restrictions(self, *, own_initiative: bool) -> Restrictions:
        """Return the restrictions; ``own_initiative`` leaves out those that follow a notice."""
        given = self._within(Statement.objects.all())
        if own_initiative:
            # What a notice leads to is logged right after its decision.
            notice = Notice.objects.filter(room=OuterRef("room"), decided_seq=OuterRef("seq") - 1)
            given = given.exclude(Exists(notice))
        counts = given.aggregate(
            total=Count("pk"),
            automated=Count("pk", filter=Q(is_automated=True)),
            lifted=Count("pk", filter=Q(lifted_seq__isnull=False)),
            on_law=Count("pk", filter=Q(reason__in=UNLAWFUL)),
            found_by_machine=Count("pk", filter=~Q(rule__in=("", Rule.REPORTS))),
            found_by_reports=Count("pk", filter=Q(rule=Rule.REPORTS)),
        )
        by_kind, by_reason = _counted(given, "kind"), _counted(given, "reason")
        return Restrictions(**counts, by_kind=by_kind, by_reason=by_reason)

    def appeals(self) -> Appeals:
        opened = self._within(Appeal.objects.all(), "opened_at")
        counts = opened.aggregate(
            opened=Count("pk"),
            upheld=Count("pk", filter=Q(outcome=Appeal.Outcome.UPHELD)),
            reversed=Count("pk", filter=Q(outcome=Appeal.Outcome.REVERSED)),
        )
        return Appeals(**counts, median=median(opened, F("decided_at") - F("opened_at")))

    def holds(self) -> list[tuple[str, Holds]]:
        """Return what became of messages that the machine held before publishing, by rule."""
        later = LedgerEntry.objects.filter(
            room=OuterRef("room"), message=OuterRef("message"), by="moderator"
        )
        approved = Exists(later.filter(type="message.approved"))
        decided = Exists(later.filter(type__in=("message.approved", "message.rejected")))
        held = self._within(LedgerEntry.objects.filter(type="message.held"))
        rows = held.values_list("basis").annotate(
            held=Count("pk"),
            decided=Count("pk", filter=decided),
            published=Count("pk", filter=approved),
        )
        return [(row[0], Holds(*row[1:])) for row in rows.order_by("-held", "basis")]

    def people(self) -> People:
        """Return how many people did something, by month."""
        events = self._within(Event.objects.filter(actor__isnull=False))
        months = events.annotate(month=TruncMonth("at")).values_list("month")
        counted = months.annotate(people=Count(_person(), distinct=True)).order_by("month")
        return People([(f"{start:%Y-%m}", count) for start, count in counted])

    def _within(self, rows: QuerySet[Any], name: str = "at") -> Any:
        return rows.filter(**{f"{name}__gte": self._start, f"{name}__lt": self._end})


def _counted(rows: QuerySet[Any], name: str) -> Counts:
    counted = rows.values_list(name).annotate(count=Count("pk"))
    return list(counted.order_by("-count", name))


def _person() -> Case:
    """Return what tells people apart: the account, else the browser session, else the entry."""
    account = Concat(Value("a"), Cast("actor__user", CharField()))
    guest = Concat(Value("g"), F("actor__guest_key"))
    return Case(
        When(actor__user__isnull=False, then=account),
        When(~Q(actor__guest_key=""), then=guest),
        default=Concat(Value("p"), Cast("actor", CharField())),
        output_field=CharField(),
    )
