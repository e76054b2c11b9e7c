"""What the templates need to show tasks and meetups."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from rooms.eventlog.models import Room
from rooms.eventlog.views import GuestView, MeetupView, TaskView
from rooms.organizing.meetup_models import Answer
from rooms.organizing.models import AWAY, State
from rooms.organizing.selectors import tasks_of
from rooms.organizing.steps import MINE, NEW, THEIRS
from rooms.people.models import Participant

register = template.Library()

COLUMNS: dict[str, StrOrPromise] = {
    "mine": _("My tasks"),
    "free": _("People wanted"),
    "full": _("All places taken"),
    "going": _("Under way"),
    "done": _("Done"),
    "cancelled": _("Cancelled"),
}
LABELS: dict[State, StrOrPromise] = {
    State.ASKED: _("Ask"),
    State.OFFERED: _("I will do it"),
    State.CONFIRMED: _("Confirm"),
    State.ON_WAY: _("On my way"),
    State.HERE: _("I am here"),
    State.DONE: _("Done"),
    State.NO_SHOW: _("Did not come"),
    State.WITHDRAWN: _("Withdraw"),
}
OTHERS: dict[State, StrOrPromise] = {
    **LABELS,
    State.HERE: _("Is here"),
    State.WITHDRAWN: _("Take off the task"),
}


@dataclass(frozen=True)
class Tap:
    """A button: the state it leads to, its words, the states it is shown in, whether it is now."""

    state: State
    label: StrOrPromise
    before: str
    shown: bool


@dataclass(frozen=True)
class Column:
    name: str
    label: StrOrPromise
    tasks: list[TaskView]


@register.simple_tag
def columns(room: Room, me: Participant | None) -> list[Column]:
    """Return the board, one's own tasks first."""
    tasks: dict[str, list[TaskView]] = {name: [] for name in COLUMNS}
    for task in tasks_of(room.pk):
        idle = (NEW, *AWAY, State.DONE)
        mine = not task.is_cancelled and task.state_of(me.pk if me else None) not in idle
        tasks["mine" if mine else task.column].append(task)
    return [Column(name, label, tasks[name]) for name, label in COLUMNS.items()]


@register.simple_tag
def taps(task: TaskView, me: Participant | None = None) -> list[Tap]:
    """Return every button that people have for their own part in a task."""
    mine = task.state_of(me.pk if me else None)
    return [
        Tap(
            state,
            LABELS[state],
            " ".join(sorted(one or "new" for one in before)),
            me is not None and mine in before and not (state == State.OFFERED and task.is_full),
        )
        for state, before in MINE.items()
        if not task.is_cancelled
    ]


@register.simple_tag
def steps_for(state: str, starts_at: datetime | None) -> list[tuple[State, StrOrPromise]]:
    """Return what an organiser can do about somebody in a state, with its words.

    Before the start nobody has failed to come.
    """
    ahead = starts_at is not None and starts_at > timezone.now()
    steps = [(to, OTHERS[to]) for to, before in THEIRS.items() if state in before]
    return [(to, words) for to, words in steps if not (ahead and to is State.NO_SHOW)]


@register.simple_tag
def answer_in(meetup: MeetupView, me: Participant | None = None) -> GuestView | None:
    """Return somebody's answer to a meetup."""
    return meetup.answer_of(me.pk) if me else None


@register.simple_tag
def answers() -> list[tuple[str, StrOrPromise]]:
    """Return what can be answered to a meetup, with its words."""
    return [(answer.value, answer.label) for answer in Answer]


@register.filter
def state_label(state: str) -> StrOrPromise:
    return State(state).label
