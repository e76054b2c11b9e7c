"""Forms of pages. They check shapes; what a room allows is for the domain to say."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import BRIEF_LENGTH, ROOM_KINDS, TITLE_LENGTH
from rooms.people.models import NAME_LENGTH


class TimeInput(forms.DateTimeInput):
    """A date and a time, picked as the device does it, in the site's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def time_field(label: Any) -> forms.DateTimeField:
    """Return a field for an optional time."""
    return forms.DateTimeField(label=label, required=False, widget=TimeInput())


class RoomForm(forms.Form):
    """What a new room needs."""

    title = forms.CharField(
        label=_("Question or title"),
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind of room"),
        choices=[(kind.value, kind.label) for kind in ROOM_KINDS],
        initial=Room.Kind.DEBATE,
        widget=forms.RadioSelect,
    )
    brief = forms.CharField(
        label=_("What people should know first"),
        max_length=BRIEF_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = forms.ChoiceField(
        label=_("Language of the room"), choices=Room.Language.choices, widget=forms.RadioSelect
    )
    access = forms.ChoiceField(
        label=_("Who may enter"),
        choices=[(one.value, one.label) for one in (Room.Access.OPEN, Room.Access.CODE)],
        initial=Room.Access.OPEN,
        widget=forms.RadioSelect,
    )
    opens_at = time_field(_("Opens"))
    closes_at = time_field(_("Closes"))
    owner_name = forms.CharField(
        label=_("Your name in the room"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class ScheduleForm(forms.Form):
    """When a room opens and closes."""

    opens_at = time_field(_("Opens"))
    closes_at = time_field(_("Closes"))

    @classmethod
    def of(cls, room: Room) -> "ScheduleForm":
        """Return the form as the room stands."""
        return cls(initial={"opens_at": room.opens_at, "closes_at": room.closes_at})

    def times(self) -> dict[str, datetime | None]:
        return {name: self.cleaned_data[name] for name in ("opens_at", "closes_at")}
