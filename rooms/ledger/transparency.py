"""A year's report as the Digital Services Act asks for it: Regulation (EU) 2022/2065.

Everything is counted from what was logged. What the site does not record is said to be so: nothing
is estimated.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from rooms.eventlog.models import Room
from rooms.ledger.articles import SECTIONS
from rooms.ledger.figures import Section
from rooms.ledger.yearly import Year


@dataclass(frozen=True)
class Report:
    year: int
    made_at: datetime
    sections: list[Section]


def report(year: int) -> Report:
    """Return the report on a year, so far if it is this one."""
    span = Year(year)
    return Report(year, timezone.now(), [make(span) for make in SECTIONS])


def years() -> list[int]:
    """Return the years there are reports on, this one first."""
    first = Room.objects.order_by("created_at").values_list("created_at", flat=True).first()
    this = timezone.localdate().year
    return list(range(this, (timezone.localtime(first).year if first else this) - 1, -1))
