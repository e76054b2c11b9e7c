"""The form of a task. What a room allows is for the domain to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.organizing.tasks import TaskWords
from rooms.views.composer import new_client_id
from rooms.views.forms import time_field


class TaskForm(forms.Form):
    """What a task needs."""

    title = forms.CharField(label=_("What is to be done"), max_length=120)
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    starts_at = time_field(_("From"))
    ends_at = time_field(_("To"))
    role = forms.CharField(label=_("Who is wanted"), max_length=80, required=False)
    capacity = forms.IntegerField(label=_("How many people"), min_value=1, max_value=500, initial=1)
    note = forms.CharField(
        label=_("Good to know"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    client_id = forms.CharField(widget=forms.HiddenInput, initial=new_client_id, max_length=64)
    message = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def given(self) -> dict[str, Any]:
        """Return what the form says, as ``create_task`` takes it."""
        data = self.cleaned_data
        words = {name: data[name] for name in ("title", "place", "role", "note")}
        plain = {name: data[name] for name in ("starts_at", "ends_at", "capacity", "client_id")}
        return {**plain, "words": TaskWords(**words), "from_message": data["message"]}
