"""Reading tasks: the board, one task, and what became of a message."""

from collections.abc import Iterable, Sequence

from django.db.models import F

from rooms.eventlog.models import Room
from rooms.eventlog.registry import present_tasks
from rooms.eventlog.views import CrewView, TaskView
from rooms.organizing.models import AWAY, Assignment, State, Task, TaskText
from rooms.people.events import person_view


def tasks_of(room_id: int) -> list[TaskView]:
    """Return a room's tasks, the earliest first; those without a time come last. Three queries."""
    by_time = F("starts_at").asc(nulls_last=True)
    return _views(room_id, Task.objects.filter(room=room_id).order_by(by_time, "number"))


def task_view(room: Room, number: int) -> TaskView | None:
    """Return one task of a room."""
    found = _views(room.pk, Task.objects.filter(room=room, number=number))
    return found[0] if found else None


def tasks_from(room: Room, message: int) -> list[TaskView]:
    """Return the tasks that were made from a message."""
    return _views(room.pk, Task.objects.filter(room=room, source_number=message))


def _views(room_id: int, found: Iterable[Task]) -> list[TaskView]:
    tasks = list(found)
    texts = TaskText.objects.filter(room=room_id, number__in=[task.number for task in tasks])
    by_number = {text.number: text for text in texts}
    people: dict[int, list[Assignment]] = {task.pk: [] for task in tasks}
    rows = Assignment.objects.filter(task__in=tasks).select_related("participant")
    for row in rows.order_by("seq", "pk"):
        people[row.task_id].append(row)
    return [_view(task, by_number.get(task.number), people[task.pk]) for task in tasks]


def _view(task: Task, text: TaskText | None, people: Sequence[Assignment]) -> TaskView:
    return TaskView(
        number=task.number,
        title=text.title if text else "",
        place=text.place if text else "",
        role=text.role if text else "",
        note=text.note if text else "",
        source=task.source_number,
        starts_at=task.starts_at,
        ends_at=task.ends_at,
        capacity=task.capacity,
        taken=sum(one.state not in AWAY for one in people),
        column=_column(task, [one.state for one in people if one.state not in AWAY]),
        people=[CrewView(person_view(one.participant), one.state) for one in people],
    )


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
