"""``manage.py erase_person``: erases an account and all texts of its owner, for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.people.models import User
from rooms.privacy.erasure import erase_person


class Command(BaseCommand):
    help = (
        "Erases an account: its texts, its names, its address. Messages leave tombstones, "
        "and decisions stay. It cannot be undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *_args: Any, email: str, **_options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"no account has the address {email}")
        erase_person(user)
        self.stdout.write("erased")
