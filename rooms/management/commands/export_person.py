"""``manage.py export_person``: everything that is known of an account, for its owner."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.people.models import User
from rooms.privacy.export import as_json, export_person


class Command(BaseCommand):
    help = "Writes all that is known of an account, and all it did, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *_args: Any, email: str, **_options: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"no account has the address {email}")
        self.stdout.write(as_json(export_person(user)))
