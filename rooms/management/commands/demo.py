"""``manage.py demo``: a site with sample debates, at once and without anything to install."""

import threading
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from rooms.demo.content import make_rooms
from rooms.demo.groups import make_groups
from rooms.demo.initiatives import make_initiatives
from rooms.eventlog.models import Room
from rooms.management.commands.runclock import run
from rooms.people.invites import make_invite
from rooms.people.roles import Role


class Command(BaseCommand):
    help = "Migrates, makes sample rooms in French and English, prints their links, and serves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="only make the rooms")

    def handle(self, *_args: Any, port: int, no_serve: bool, **_options: Any) -> None:
        call_command("migrate", verbosity=0)
        url = f"http://127.0.0.1:{port}"
        rooms, initiatives, groups = make_rooms(), make_initiatives(), make_groups()
        self.stdout.write(f"\nlivedebate is at {url}/\n\n")
        with translation.override("en"):
            for room in rooms:
                self._announce(url, room)
        for initiative in initiatives:
            self.stdout.write(f"Initiative · {initiative.room.title}")
            self.stdout.write(f"  link        {url}/initiatives/{initiative.room.slug}/\n\n")
        for group in groups:
            self.stdout.write(f"Group · {group.room.title}")
            self.stdout.write(f"  link        {url}/groups/{group.room.slug}/\n\n")
        self.stdout.write(
            "Open an invitation in a private window: you are a moderator there, and a "
            "participant in the other.\nStop with Ctrl-C; a second start finds everything "
            "as you left it.\n\n"
        )
        self.stdout.flush()  # Also where it goes to a file or a pipe.
        if not no_serve:
            self._serve(url, port)

    def _announce(self, url: str, room: Room) -> None:
        self.stdout.write(f"{room.get_status_display()} · {room.get_kind_display()} · {room.title}")
        is_open = room.access == Room.Access.OPEN
        link = f"{url}/rooms/{room.slug}/" if is_open else f"{url}/j/{room.code}"
        self.stdout.write(f"  link        {link}")
        self.stdout.write(f"  code        {room.code}   at {url}/j/")
        if room.status == Room.Status.OPEN:
            token = make_invite(room=room, role=Role.MODERATOR)
            self.stdout.write(f"  moderator   {url}/rooms/{room.slug}/invite/{token}")
        self.stdout.write("")

    def _serve(self, url: str, port: int) -> None:
        if url not in settings.ORIGINS:
            settings.ORIGINS.append(url)
        threading.Thread(target=run, args=(threading.Event(),), daemon=True).start()
        call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, skip_checks=True)
