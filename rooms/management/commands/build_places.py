"""manage.py build_places FOLDER: makes the bundled gazetteer from published packages again."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rooms.places.build.bundle import bundle
from rooms.places.build.sources import Sources

DATA = Path(__file__).parents[2] / "places" / "data"


class Command(BaseCommand):
    """Read the packages that docs/places.md names, unpacked in a folder; write two files."""

    help = "Makes the bundled communes and outlines from the packages docs/places.md names."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder of the packages."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--target", type=Path, default=DATA)

    def handle(self, *args: Any, **options: Any) -> None:
        """Build."""
        for line in bundle(Sources(options["folder"]), options["target"]):
            self.stdout.write(line)
