"""``manage.py team``: who moderates the whole site."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms.people.membership import set_team_member
from rooms.people.models import User


class Command(BaseCommand):
    help = (
        "Makes accounts the site's moderators: they moderate every open room they enter. "
        "Without an address, lists who they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="*")
        parser.add_argument("--remove", action="store_true", help="they moderate nowhere any more")

    def handle(self, *_args: Any, email: list[str], remove: bool, **_options: Any) -> None:
        for address in email:
            user = User.objects.filter(email__iexact=address).first()
            if user is None:
                raise CommandError(f"no account has the address {address}")
            set_team_member(user=user, member=not remove)
        team = User.objects.filter(is_team=True).order_by("email")
        for address in team.values_list("email", flat=True):
            self.stdout.write(address)
