"""The signatures of an initiative, for whom it is addressed to: as CSV and as PDF.

Names stand there only where their owners show them; an e-mail address never does.
"""

import csv
from collections.abc import Iterator
from datetime import datetime
from io import StringIO

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from rooms.initiatives.models import Initiative, Signature
from rooms.initiatives.text import split, text_of

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet takes for a formula."""
PRINTED = 20_000
"""Names in a PDF at most; a CSV has all of them."""

Row = tuple[int, str, str, datetime]


def signature_rows(initiative: Initiative, limit: int | None = None) -> Iterator[Row]:
    """Yield (number, name or "", place, time) of each signature that counts, in order."""
    counted = Signature.objects.filter(initiative=initiative, status=Signature.Status.COUNTED)
    fields = counted.order_by("seq").values_list("name", "is_public", "place_name", "at")
    for number, (name, is_public, place, at) in enumerate(fields[:limit].iterator(), 1):
        yield number, name if is_public else "", place, at


def as_csv(initiative: Initiative) -> Iterator[str]:
    """Yield the lines of a CSV that spreadsheets open as it is."""
    yield "\ufeff"
    yield _line([_("Number"), _("Name"), _("Place"), _("Signed at")])
    for number, name, place, at in signature_rows(initiative):
        shown = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
        yield _line([number, name or _("anonymous"), place, shown])


def as_pdf(initiative: Initiative) -> bytes:
    """Return a document to hand over: the text, how many have signed, and who."""
    # What writes PDFs takes longer to load than most else here, and most workers never write one.
    from rooms.initiatives.pdf import Document

    title, brief = split(text_of(initiative))
    room = initiative.room
    with translation.override(room.language):
        pdf = Document(title)
        pdf.add_page()
        pdf.paragraph(title, 18)
        count = {"count": room.signature_count, "at": date_format(timezone.localdate())}
        pdf.paragraph(_("%(count)s signatures on %(at)s") % count, 12)
        pdf.paragraph(f"{settings.SITE_URL}/initiatives/{room.slug}/", 9)
        pdf.paragraph(brief, 11)
        for number, name, place, _at in signature_rows(initiative, PRINTED):
            shown = f"{number}. {name or _('anonymous')}" + (f", {place}" if place else "")
            pdf.paragraph(shown, 9, space=0.5)
        return bytes(pdf.output())


def _line(values: list[object]) -> str:
    out = StringIO()
    csv.writer(out).writerow(_harmless(str(value)) for value in values)
    return out.getvalue()


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_DANGEROUS) else value
