"""Reading tasks: the board, one task and its shifts, who is missing, what became of a message."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from rooms.eventlog.models import Room
from rooms.eventlog.registry import present_tasks
from rooms.eventlog.views import CrewView, TaskView
from rooms.organizing.models import AWAY, EXPECTED, Assignment, State, Task, TaskText
from rooms.people.events import person_view

LATE = timedelta(minutes=30)
"""How long after the start somebody who is not there is asked after."""
ASKED_AFTER = timedelta(days=1)
"""How long after the start nobody is asked after any more."""


def tasks_of(room_id: int) -> list[TaskView]:
    """Return what is taken in a room, the earliest first; what has no time comes last.

    In place of a task that is divided, its shifts. Four queries.
    """
    by_time = F("starts_at").asc(nulls_last=True)
    found = _views(room_id, Task.objects.filter(room=room_id).order_by(by_time, "number"))
    return [view for view in found if not view.is_divided]


def task_view(room: Room, number: int) -> TaskView | None:
    """Return one task of a room."""
    found = _views(room.pk, Task.objects.filter(room=room, number=number))
    return found[0] if found else None


def shifts_of(room: Room, number: int) -> list[TaskView]:
    """Return the shifts of a task, the earliest first."""
    shifts = Task.objects.filter(room=room, whole__number=number)
    return _views(room.pk, shifts.order_by("starts_at", "number"))


def tasks_from(room: Room, message: int) -> list[TaskView]:
    """Return the tasks that were made from a message."""
    return _views(room.pk, Task.objects.filter(room=room, source_room=None, source_number=message))


def missing(room: Room, now: datetime) -> list[tuple[TaskView, list[CrewView]]]:
    """Return who should have been there for a while, for an organiser to say what is so.

    It is a question, and nothing that is held against anybody.
    """
    begun = Task.objects.filter(room=room, is_cancelled=False, starts_at__lte=now - LATE)
    late = begun.filter(starts_at__gt=now - ASKED_AFTER, assignments__state__in=EXPECTED)
    views = _views(room.pk, late.distinct().order_by("starts_at", "number"))
    return [(view, [one for one in view.people if one.state in EXPECTED]) for view in views]


def _views(room_id: int, found: QuerySet[Task]) -> list[TaskView]:
    tasks = list(found.select_related("whole"))
    named = {task.number for task in tasks} | {task.whole.number for task in tasks if task.whole}
    texts = TaskText.objects.filter(room=room_id, number__in=named)
    by_number = {text.number: text for text in texts}
    divided = set(Task.objects.filter(whole__in=tasks).values_list("whole", flat=True))
    people: dict[int, list[Assignment]] = {task.pk: [] for task in tasks}
    rows = Assignment.objects.filter(task__in=tasks).select_related("participant")
    for row in rows.order_by("seq", "pk"):
        people[row.task_id].append(row)
    return [_view(task, by_number, people[task.pk], task.pk in divided) for task in tasks]


def _view(
    task: Task, texts: Mapping[int, TaskText], people: Sequence[Assignment], is_divided: bool
) -> TaskView:
    whole = task.whole.number if task.whole else None
    words = _words(texts.get(task.number), texts.get(whole) if whole else None)
    return TaskView(
        number=task.number,
        title=words["title"],
        place=words["place"],
        role=words["role"],
        note=words["note"],
        source=task.source_number,
        starts_at=task.starts_at,
        ends_at=task.ends_at,
        capacity=task.capacity,
        taken=sum(one.state not in AWAY for one in people),
        column=_column(task, [one.state for one in people if one.state not in AWAY]),
        people=[CrewView(person_view(one.participant), one.state) for one in people],
        of=whole,
        is_divided=is_divided,
    )


def _words(own: TaskText | None, whole: TaskText | None) -> dict[str, str]:
    """Return what a task says; what a shift leaves out, its task says."""
    texts = [text for text in (own, whole) if text]
    names = ("title", "place", "role", "note")
    return {
        name: next((words for text in texts if (words := getattr(text, name))), "")
        for name in names
    }


def _column(task: Task, states: Sequence[str]) -> str:
    """Return the part of the board that a task belongs to."""
    is_full = len(states) >= task.capacity
    if task.is_cancelled:
        return "cancelled"
    if is_full and set(states) == {State.DONE}:
        return "done"
    if {State.ON_WAY, State.HERE, State.DONE} & set(states):
        return "going"
    return "full" if is_full else "free"


def _present(room_id: int, numbers: list[int]) -> dict[int, TaskView]:
    found = _views(room_id, Task.objects.filter(room=room_id, number__in=set(numbers)))
    return {task.number: task for task in found}


present_tasks.append(_present)
