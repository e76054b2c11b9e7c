"""The transparency report of a year, as a page and as files."""

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rooms.ledger.report_files import as_csv, as_json
from rooms.ledger.transparency import Report, report, years

FRESH = 600
"""Seconds for which a report is kept: it counts everything, and everybody may ask for it."""


@require_safe
def latest(_request: HttpRequest) -> HttpResponse:
    """Lead to this year's report."""
    return redirect("rooms:transparency", timezone.localdate().year)


@require_safe
def transparency(request: HttpRequest, year: int) -> HttpResponse:
    """Show the report on a year."""
    context = {"report": _report(year), "years": years()}
    return render(request, "rooms/ledger/transparency.html", context)


@require_safe
def transparency_json(_request: HttpRequest, year: int) -> HttpResponse:
    return _file(as_json(_report(year)), "application/json", f"transparency-{year}.json")


@require_safe
def transparency_csv(_request: HttpRequest, year: int) -> HttpResponse:
    return _file(as_csv(_report(year)), "text/csv; charset=utf-8", f"transparency-{year}.csv")


def _report(year: int) -> Report:
    """Return a report that is at most :data:`FRESH` old; 404 for a year without one."""
    if year not in years():
        raise Http404
    found: Report | None = cache.get(key := f"transparency-{year}")
    if found is None:
        found = report(year)
        cache.set(key, found, FRESH)
    return found


def _file(text: str, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=content_type, headers=headers)
