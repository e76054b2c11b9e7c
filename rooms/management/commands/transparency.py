"""``manage.py transparency``: the report on a year that the Digital Services Act asks for."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.template.loader import render_to_string
from django.utils import timezone, translation

from rooms.ledger.report_files import as_csv, as_json
from rooms.ledger.transparency import Report, report


class Command(BaseCommand):
    help = "Writes the transparency report on a year, counted from what was logged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, default=timezone.localdate().year)
        parser.add_argument("--format", choices=sorted(_FORMATS), default="json")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
        )

    def handle(self, *_args: Any, year: int, language: str, **options: Any) -> None:
        with translation.override(language):
            self.stdout.write(_FORMATS[options["format"]](report(year)))


def _as_html(made: Report) -> str:
    return render_to_string("rooms/ledger/transparency_file.html", {"report": made})


_FORMATS = {"json": as_json, "csv": as_csv, "html": _as_html}
