"""Forms of initiatives. They check shapes; what can be proposed is for the domain to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.initiatives.models import PLACE_LENGTH, InitiativeDraft, Kind, Scope, Theme
from rooms.initiatives.proposing import THRESHOLDS
from rooms.initiatives.text import BRIEF_LENGTH, TITLE_LENGTH
from rooms.people.models import NAME_LENGTH
from rooms.views.forms import time_field
from rooms.views.place_field import ChosenPlace, PlaceField

_SAVED = (
    "title",
    "brief",
    "kind",
    "theme",
    "scope",
    "threshold",
    "language",
)


class TextForm(forms.Form):
    """What an initiative says."""

    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    brief = forms.CharField(
        label=_("What you propose, and why"),
        max_length=BRIEF_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class InitiativeForm(TextForm):
    """What a new initiative needs."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kind.choices, initial=Kind.PETITION, widget=forms.RadioSelect
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)
    scope = forms.ChoiceField(
        label=_("Where"), choices=Scope.choices, initial=Scope.NATIONAL, widget=forms.RadioSelect
    )
    place = PlaceField(label=_("Town or département"), required=False)
    threshold = forms.IntegerField(
        label=_("Signatures from which you go into action"),
        min_value=THRESHOLDS[0],
        max_value=THRESHOLDS[1],
        initial=50,
    )
    language = forms.ChoiceField(
        label=_("Language of the initiative"),
        choices=Room.Language.choices,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Your name, as others read it"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    @classmethod
    def of(cls, draft: InitiativeDraft, name: str) -> "InitiativeForm":
        """Return the form as the draft stands."""
        place = ChosenPlace(draft.place_code, draft.place_name)
        about = {one: getattr(draft, one) for one in _SAVED}
        return cls(initial={**about, "place": place, "name": name})

    def kept(self) -> dict[str, Any]:
        """Return what a draft keeps of what was typed, also where some of it is wrong."""
        self.is_valid()
        kept = {name: self.cleaned_data[name] for name in _SAVED if name in self.cleaned_data}
        place = self.cleaned_data.get("place") or ChosenPlace("", self["place"].value().text)
        return {**kept, "place_code": place.code, "place_name": place.name[:PLACE_LENGTH]}


class NearForm(forms.Form):
    """Near which place somebody looks for initiatives. Any other text is no such place."""

    place = PlaceField(label=_("Near which place?"), required=False, free_text=False)


class SignForm(forms.Form):
    """Who signs. ``email`` is asked of those without an account."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=_("Your e-mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    place_name = forms.CharField(
        label=_("Your town"),
        max_length=PLACE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    note = forms.CharField(
        label=_("Why you sign"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_public = forms.BooleanField(
        label=_("Show my name among the signatures"), required=False, initial=True
    )


class BoundRoomForm(forms.Form):
    """A debate or an action room for an initiative."""

    title = forms.CharField(label=_("Question or title"), max_length=TITLE_LENGTH)
    opens_at = time_field(_("Opens"))
    closes_at = time_field(_("Closes"))
