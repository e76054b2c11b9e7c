"""What people show of themselves: the page others open, and the form where one chooses."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from rooms.eventlog.errors import Refused
from rooms.groups.models import Group
from rooms.groups.selectors import groups_of
from rooms.initiatives.selectors import publicly_signed_by, visibly_promoted_by
from rooms.people.models import NAME_LENGTH, User
from rooms.profiles.contacts import ties_between
from rooms.profiles.models import ABOUT_LENGTH, Profile, Seen
from rooms.profiles.showing import Shown, find_shown, profile_of, show_profile
from rooms.views.answers import explain
from rooms.views.place_field import ChosenPlace, PlaceField
from rooms.views.previews import preview_of_profile
from rooms.views.visitors import account, signed_in

LISTED = 20
SEEN = {
    "about": gettext_lazy("Who sees the text about you"),
    "place": gettext_lazy("Who sees your place"),
    "initiatives": gettext_lazy("Who sees the initiatives you promote"),
    "signatures": gettext_lazy("Who sees what you signed with your name shown"),
    "groups": gettext_lazy("Who sees which public groups you are in"),
}


class ProfileForm(forms.Form):
    """What one shows. ``about_seen`` and so on say to whom."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    is_public = forms.BooleanField(required=False)
    is_linked = forms.BooleanField(required=False)
    about = forms.CharField(
        label=gettext_lazy("About you"),
        max_length=ABOUT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    place = PlaceField(label=gettext_lazy("Your place"), required=False, free_text=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in SEEN.items():
            self.fields[f"{name}_seen"] = forms.ChoiceField(label=label, choices=Seen.choices)

    def choices(self) -> Iterator[forms.BoundField]:
        """Yield the fields that say who sees what."""
        return (self[f"{name}_seen"] for name in SEEN)

    def save(self, user: User) -> Profile:
        """Set what was chosen; raises ``Refused``."""
        sent = self.cleaned_data
        return show_profile(
            user=user,
            name=sent["name"],
            about=sent["about"],
            place_code=sent["place"].code,
            is_public=sent["is_public"],
            is_linked=sent["is_linked"],
            seen={name: sent[f"{name}_seen"] for name in SEEN},
        )


@never_cache
@require_safe
def profile(request: HttpRequest, token: str) -> HttpResponse:
    """Show what somebody shows to this visitor; 404 where that is nothing."""
    return render(request, "rooms/profiles/profile.html", _shown(request, visible(request, token)))


def visible(request: HttpRequest, token: str) -> Shown:
    """Return the profile at an address as the visitor sees it."""
    shown = find_shown(token, account(request))
    if shown is None:
        raise Http404
    return shown


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Show and set what the account shows of itself."""
    user = signed_in(request)
    known = profile_of(user)
    form = ProfileForm(request.POST or None, initial=_initial(user, known))
    if request.method == "POST" and form.is_valid():
        try:
            form.save(user)
        except Refused as refusal:
            form.add_error(None, explain(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("rooms:my_profile")
    context = {"form": form, "profile": known}
    status = 422 if form.errors else 200
    return render(request, "rooms/profiles/mine.html", context, status=status)


def _initial(user: User, profile: Profile) -> dict[str, Any]:
    seen = {f"{name}_seen": getattr(profile, f"{name}_seen") for name in SEEN}
    return {
        "name": user.name,
        "is_public": profile.is_public,
        "is_linked": profile.is_linked,
        "about": profile.about,
        "place": ChosenPlace(profile.place_code, profile.place_name),
        **seen,
    }


def _shown(request: HttpRequest, shown: Shown) -> dict[str, Any]:
    viewer, owner = account(request), shown.profile.user
    is_mine = viewer is not None and viewer.pk == owner.pk
    tie = ties_between(viewer, owner).first() if viewer and not is_mine else None
    return {
        "preview": preview_of_profile(request, shown.profile.token),
        "shown": shown,
        "is_mine": is_mine,
        "tie": tie,
        "asks_me": tie is not None and tie.asker_id == owner.pk,
        "initiatives": visibly_promoted_by(owner)[:LISTED] if shown.initiatives else [],
        "signed": publicly_signed_by(owner)[:LISTED] if shown.signatures else [],
        "groups": _public_groups(owner)[:LISTED] if shown.groups else [],
    }


def _public_groups(owner: User) -> list[Group]:
    return [group for group in groups_of(owner) if not group.is_private]
