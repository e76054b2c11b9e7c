"""What an account shows of itself, and to whom."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.messages.posting import screen_first
from rooms.moderation.screening import Outcome
from rooms.people.models import Participant, User
from rooms.people.names import clean_name, name_key
from rooms.places.gazetteer import get_place
from rooms.profiles.contacts import are_contacts, is_blocked
from rooms.profiles.models import ABOUT_LENGTH, Profile, Seen
from rooms.text import clean, require_fit


@dataclass(frozen=True)
class Shown:
    """A profile as one visitor sees it: what they may not see is empty or False."""

    profile: Profile
    name: str
    about: str
    place_name: str
    initiatives: bool
    signatures: bool
    groups: bool


def profile_of(user: User) -> Profile:
    """Return an account's profile as it stands, or as it would begin."""
    return Profile.objects.filter(user=user).first() or Profile(user=user)


@transaction.atomic
def show_profile(
    *,
    user: User,
    name: str,
    about: str = "",
    place_code: str = "",
    is_public: bool = False,
    is_linked: bool = False,
    seen: dict[str, str] | None = None,
) -> Profile:
    """Set what an account shows; ``seen`` names who sees its about, place, initiatives…

    Raises ``Refused`` for words that cannot stand; what would be held is refused, too: nobody
    looks at profiles before others do.
    """
    account = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    profile = Profile.objects.filter(user=account).first() or Profile(user=account)
    account.name = clean_name(name)
    require_fit(account.name)
    profile.about = _fit_about(about, account.language or "fr", profile.about)
    place = get_place(place_code)
    profile.place_code, profile.place_name = (place.code, str(place)) if place else ("", "")
    profile.is_public, profile.is_linked = is_public, is_public and is_linked
    for field, value in (seen or {}).items():
        setattr(profile, f"{field}_seen", Seen(value))
    account.save(update_fields=["name"])
    profile.save()
    return profile


def shown_to(profile: Profile, viewer: User | None) -> Shown | None:
    """Return what a visitor sees of a profile; None: for them there is none.

    Its owner sees what everybody does, so that the page tells them what that is.
    """
    if not profile.is_public or not profile.user.is_active:
        return None
    if viewer is not None and is_blocked(profile.user, by=viewer, either=True):
        return None
    near = viewer is not None and are_contacts(viewer, profile.user)
    levels = {Seen.EVERYBODY, Seen.CONTACTS} if near else {Seen.EVERYBODY}
    return Shown(
        profile=profile,
        name=profile.user.name,
        about=profile.about if profile.about_seen in levels else "",
        place_name=profile.place_name if profile.place_seen in levels else "",
        initiatives=profile.initiatives_seen in levels,
        signatures=profile.signatures_seen in levels,
        groups=profile.groups_seen in levels,
    )


def find_shown(token: str, viewer: User | None) -> Shown | None:
    """Return the profile at an address as a visitor sees it; None where they see none."""
    profile = Profile.objects.select_related("user").filter(token=token).first()
    return shown_to(profile, viewer) if profile else None


def linked_profile(person: Participant) -> Profile | None:
    """Return the profile that somebody's name in a room leads to; None for all who did not ask.

    Who bears another name there than on their profile is never given away.
    """
    if person.user_id is None or person.is_erased:
        return None
    asked = Profile.objects.filter(user=person.user_id, is_public=True, is_linked=True)
    profile = asked.select_related("user").first()
    if profile is None or name_key(profile.user.name) != person.name_key:
        return None
    return profile


def _fit_about(about: str, language: str, before: str) -> str:
    """Return a text about oneself that may stand; one that stands already is not judged again."""
    if not about.strip() or about == before:
        return about.strip()
    verdict = screen_first(text=about, language=language, limit=ABOUT_LENGTH)
    if verdict.outcome is not Outcome.ALLOW:
        words = _("The text about you cannot stand like this. Choose other words.")
        raise Refused(Code.REJECTED, words, rule=verdict.rule)
    return clean(about, limit=ABOUT_LENGTH)
