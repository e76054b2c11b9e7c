"""The forms of a task and of a shift. What a room allows is for the domain to say."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.views import TaskView
from rooms.organizing.tasks import TaskWords
from rooms.views.composer import new_client_id
from rooms.views.forms import TimeInput, time_field


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
    source = forms.SlugField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, task: TaskView, _whole: TaskView | None = None) -> "TaskForm":
        """Return the form as the task stands."""
        names = ("title", "place", "starts_at", "ends_at", "role", "capacity", "note")
        return cls(initial={name: getattr(task, name) for name in names})

    def given(self) -> dict[str, Any]:
        """Return what the form says, as ``create_task`` takes it."""
        data = self.cleaned_data
        words = {name: data[name] for name in ("title", "place", "role", "note")}
        plain = {name: data[name] for name in ("starts_at", "ends_at", "capacity", "client_id")}
        return {**plain, "words": TaskWords(**words), "from_message": data["message"]}


class ShiftForm(forms.Form):
    """What one shift of a task needs."""

    starts_at = forms.DateTimeField(label=_("From"), widget=TimeInput())
    ends_at = time_field(_("To"))
    role = forms.CharField(label=_("Who is wanted"), max_length=80, required=False)
    capacity = forms.IntegerField(label=_("How many people"), min_value=1, max_value=500, initial=1)
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    client_id = forms.CharField(widget=forms.HiddenInput, initial=new_client_id, max_length=64)

    @classmethod
    def after(cls, task: TaskView, shifts: Sequence[TaskView]) -> "ShiftForm":
        """Return the form for a shift that follows the last one, or begins with the task."""
        last = shifts[-1] if shifts else None
        if last is None or last.ends_at is None or last.starts_at is None:
            initial = {"starts_at": task.starts_at, "ends_at": task.ends_at}
            return cls(initial={**initial, "capacity": task.capacity})
        end = last.ends_at + (last.ends_at - last.starts_at)
        words = {"role": last.role if last.role != task.role else ""}
        words["place"] = last.place if last.place != task.place else ""
        times = {"starts_at": last.ends_at, "ends_at": end}
        return cls(initial={**times, **words, "capacity": last.capacity})

    @classmethod
    def of(cls, shift: TaskView, whole: TaskView | None) -> "ShiftForm":
        """Return the form as the shift stands; what its task says for it is left out."""
        words = {
            name: said
            for name in ("role", "place")
            if (said := getattr(shift, name)) != getattr(whole, name, "")
        }
        names = ("starts_at", "ends_at", "capacity")
        return cls(initial={**words, **{name: getattr(shift, name) for name in names}})
