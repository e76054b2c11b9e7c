"""What people propose on a sample site, through the functions that everybody's proposals take."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from rooms.initiatives.models import Initiative, Scope
from rooms.initiatives.proposing import propose_initiative, save_draft
from rooms.initiatives.signing import Signer, ask_to_confirm, confirm_signature
from rooms.people.models import User
from rooms.places.search import named_exactly

FILE = Path(__file__).with_name("initiatives.toml")
_NAMES = ("Sam", "Fatou", "Léa", "Jean-Marc", "Inès", "Mehdi", "Chloé", "Ada", "Tom")


def make_initiatives() -> list[Initiative]:
    """Return the sample initiatives, creating those that are missing."""
    found = []
    for number, data in enumerate(tomllib.loads(FILE.read_text())["initiative"]):
        user, _made = User.objects.get_or_create(
            email=f"demo-{number}@example.invalid", defaults={"name": data["by"]}
        )
        known = Initiative.objects.filter(promoters__participant__user=user).first()
        found.append(known or _make(user, data))
    return found


def _make(user: User, data: dict[str, object]) -> Initiative:
    about: dict[str, Any] = {
        name: data[name] for name in ("title", "kind", "theme", "threshold", "language")
    }
    known = named_exactly(str(data["place"]))[:1] if data["place"] else []
    draft = save_draft(
        user=user,
        brief=str(data["brief"]).strip(),
        scope=Scope.LOCAL if data["place"] else Scope.NATIONAL,
        place_name=data["place"],
        place_code=known[0].code if known else "",
        **about,
    )
    initiative = propose_initiative(draft=draft, name=str(data["by"]))
    with transaction.atomic():
        for number in range(int(str(data["signers"]))):
            signer = Signer(_NAMES[number % len(_NAMES)], is_public=number % 4 != 3)
            email = f"demo-signer-{number}@example.invalid"
            asked = ask_to_confirm(initiative=initiative, email=email, signer=signer)
            confirm_signature(asked)
    return initiative
