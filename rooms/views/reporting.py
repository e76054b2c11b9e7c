"""Reporting back, its pictures, and the lists of signatures."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from rooms.eventlog.errors import Refused
from rooms.initiatives.exports import as_csv, as_pdf
from rooms.initiatives.pictures import MOST, Jpeg, remake
from rooms.initiatives.reporting import MOST_PEOPLE, readable_picture, report_back
from rooms.initiatives.text import BRIEF_LENGTH
from rooms.views.answers import explain
from rooms.views.proposing import as_promoter, promoter_of


class ReportForm(forms.Form):
    """What was done."""

    client_id = forms.CharField(max_length=64, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=BRIEF_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    people = forms.IntegerField(
        label=gettext_lazy("People who took part"),
        min_value=0,
        max_value=MOST_PEOPLE,
        required=False,
    )
    hours = forms.IntegerField(
        label=gettext_lazy("Hours given, altogether"),
        min_value=0,
        max_value=MOST_PEOPLE,
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell what was done, with pictures."""
    found = as_promoter(request, slug)
    form = ReportForm(request.POST or None, initial={"client_id": secrets.token_urlsafe(16)})
    if request.method == "POST" and form.is_valid():
        try:
            pictures = _pictures(request)
            actor = promoter_of(found)
            receipt = report_back(
                initiative=found.initiative, actor=actor, pictures=pictures, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, explain(refusal))
        else:
            if receipt.status == "held":
                messages.info(request, _("A moderator looks at your report before others do."))
            return redirect("rooms:initiative", slug)
    context = {"form": form, "room": found.room, "most": MOST}
    status = 422 if form.errors else 200
    return render(request, "rooms/initiatives/report.html", context, status=status)


@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """Show a picture of a report that everybody may read."""
    found = readable_picture(token)
    if found is None:
        raise Http404
    return HttpResponse(
        bytes(found.jpeg),
        content_type="image/jpeg",
        headers={"Cache-Control": "private, max-age=60"},
    )


@never_cache
@require_safe
def signatures_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Give an initiative's promoters its signatures as CSV."""
    found = as_promoter(request, slug)
    name = {"Content-Disposition": f'attachment; filename="{slug}.csv"'}
    return StreamingHttpResponse(
        as_csv(found.initiative), content_type="text/csv; charset=utf-8", headers=name
    )


@never_cache
@require_safe
def signatures_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Give an initiative's promoters a PDF to hand over."""
    found = as_promoter(request, slug)
    name = {"Content-Disposition": f'attachment; filename="{slug}.pdf"'}
    return HttpResponse(as_pdf(found.initiative), content_type="application/pdf", headers=name)


def _pictures(request: HttpRequest) -> list[tuple[Jpeg, str]]:
    files: list[Any] = request.FILES.getlist("pictures")[: MOST + 1]
    return [(remake(file, file.size), "") for file in files]
