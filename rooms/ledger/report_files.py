"""The transparency report as files: one record for each figure."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from rooms.ledger.figures import Share, Value, Wait
from rooms.ledger.transparency import Report


def as_json(report: Report) -> str:
    """Return a report as JSON; ``value`` is null where ``recorded`` is false."""
    written = {
        "regulation": "(EU) 2022/2065",
        "year": report.year,
        "made_at": report.made_at.isoformat(),
        "figures": list(_figures(report)),
    }
    return json.dumps(written, ensure_ascii=False, indent=1) + "\n"


def as_csv(report: Report) -> str:
    """Return a report as CSV; the value is empty where nothing is recorded."""
    written = StringIO()
    columns = ["article", "key", "label", "code", "detail", "unit", "value", "recorded"]
    writer = csv.DictWriter(written, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_figures(report))
    return written.getvalue()


def _figures(report: Report) -> Iterator[dict[str, Any]]:
    for section in report.sections:
        for row in section.rows:
            unit, value = _plain(row.value)
            yield {
                "article": section.article,
                "key": row.key,
                "label": str(row.label),
                "code": row.code,
                "detail": str(row.detail),
                "unit": unit,
                "value": value,
                "recorded": row.value is not None,
            }


def _plain(value: Value) -> tuple[str, float | None]:
    """Return a value with its unit: a count, percent, or seconds."""
    if isinstance(value, Share):
        return "percent", None if value.percent is None else round(value.percent, 2)
    if isinstance(value, Wait):
        return "seconds", None if value.median is None else value.median.total_seconds()
    return "count", value
