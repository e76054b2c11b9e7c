"""The form of a meetup. What a room allows is for the domain to say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.views import MeetupView
from rooms.organizing.meetups import MeetupPlan
from rooms.views.composer import new_client_id
from rooms.views.forms import TimeInput, time_field
from rooms.views.place_field import ChosenPlace, PlaceField


class MeetupForm(forms.Form):
    """What a meetup needs."""

    title = forms.CharField(label=_("What for"), max_length=120)
    starts_at = forms.DateTimeField(label=_("From"), widget=TimeInput())
    ends_at = time_field(_("To"))
    town = PlaceField(label=_("Town"), required=False)
    spot = forms.CharField(label=_("Where exactly"), max_length=200, required=False)
    capacity = forms.IntegerField(
        label=_("How many people at most"), min_value=1, max_value=100_000, required=False
    )
    note = forms.CharField(
        label=_("Good to know"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    client_id = forms.CharField(widget=forms.HiddenInput, initial=new_client_id, max_length=64)

    @classmethod
    def of(cls, meetup: MeetupView) -> "MeetupForm":
        """Return the form as the meetup stands."""
        names = ("title", "starts_at", "ends_at", "spot", "capacity", "note")
        initial = {name: getattr(meetup, name) for name in names}
        return cls(initial={**initial, "town": ChosenPlace(meetup.place, meetup.town)})

    def plan(self) -> MeetupPlan:
        """Return what the form says."""
        data = self.cleaned_data
        names = ("title", "starts_at", "ends_at", "spot", "capacity", "note")
        town: ChosenPlace = data["town"]
        return MeetupPlan(**{name: data[name] for name in names}, place=town.code, town=town.name)
