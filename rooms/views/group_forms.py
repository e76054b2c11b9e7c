"""Forms of groups. They check shapes; who may found and enter one is for the domain to say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.groups.founding import GroupText
from rooms.groups.models import Group
from rooms.lifecycle.schedule import BRIEF_LENGTH, TITLE_LENGTH
from rooms.people.models import NAME_LENGTH
from rooms.views.forms import time_field
from rooms.views.place_field import PlaceField

PUBLIC, PRIVATE = "public", "private"


class GroupTextForm(forms.Form):
    """What a group says of itself."""

    title = forms.CharField(
        label=_("Name of the group"),
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    brief = forms.CharField(
        label=_("What you do, and for whom"),
        max_length=BRIEF_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    place = PlaceField(label=_("Town or département"), required=False, free_text=False)

    def text(self) -> GroupText:
        """Return what was written, for the domain."""
        fields = self.cleaned_data
        return GroupText(fields["title"], fields["brief"], fields["place"].code)

    @classmethod
    def of(cls, group: Group) -> "GroupTextForm":
        """Return the form as the group stands."""
        said = {"title": group.room.title, "brief": group.room.brief}
        return cls(initial={**said, "place": group.place_code})


class GroupForm(GroupTextForm):
    """What a new group needs."""

    access = forms.ChoiceField(
        label=_("Who finds and reads it"),
        choices=[
            (PUBLIC, _("Everybody")),
            (PRIVATE, _("Its members alone")),
        ],
        initial=PUBLIC,
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language of the group"), choices=Room.Language.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Your name, as others read it"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class FindGroupsForm(forms.Form):
    """What somebody looks for."""

    q = forms.CharField(
        label=_("Words"), max_length=200, required=False, widget=forms.TextInput({"type": "search"})
    )
    place = PlaceField(label=_("Town or département"), required=False, free_text=False)


class GroupRoomForm(forms.Form):
    """A debate or an action room in a group."""

    title = forms.CharField(
        label=_("Question or title"),
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    brief = forms.CharField(
        label=_("What people should know first"),
        max_length=BRIEF_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    opens_at = time_field(_("Opens"))
    closes_at = time_field(_("Closes"))
