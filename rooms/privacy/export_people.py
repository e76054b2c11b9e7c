"""What is known of a person's profile and contacts, for that person."""

from typing import Any

from rooms.people.models import User
from rooms.profiles.contacts import asked_by, asking, blocks_of, contacts_of
from rooms.profiles.direct import conversations_of
from rooms.profiles.models import Profile


def people_of(user: User) -> dict[str, Any]:
    """Return what an account shows, and whom it knows: others by the names they go by."""
    about = ("is_public", "is_linked", "about", "place_name", "place_code")
    seen = ("about_seen", "place_seen", "initiatives_seen", "signatures_seen", "groups_seen")
    return {
        "profile": Profile.objects.filter(user=user).values("token", *about, *seen).first(),
        "contacts": [one.user.name for one in contacts_of(user)],
        "contacts_asked": [{"name": one.asked.name, "at": one.at} for one in asked_by(user)],
        "contacts_asking": [{"name": one.asker.name, "at": one.at} for one in asking(user)],
        "conversations": [
            {"room": one.room.slug, "with": one.name} for one in conversations_of(user)
        ],
        "blocked": [one.blocked.name for one in blocks_of(user)],
    }
