"""Reminding people of what they said they would come to: a day and an hour before."""

from datetime import datetime, timedelta

from rooms.notifications.tell import forget, tell
from rooms.organizing.meetup_models import Meetup
from rooms.organizing.models import Task
from rooms.organizing.selectors import LATE
from rooms.people.models import Participant, User
from rooms.people.roles import Action, Role, allowed

BEFORE = (24, 1)
"""Hours before the start."""


def remind(of: Task | Meetup, person: Participant) -> None:
    """Remind somebody; asked again, or once they were reminded, it changes nothing."""
    if person.user is None or of.starts_at is None:
        return
    name, args = _named(of)
    start = int(of.starts_at.timestamp())
    told = {**args, "participant": person.pk, "start": start}
    for hours, key in _keys(of, of.starts_at):
        at = of.starts_at - timedelta(hours=hours)
        tell(f"{name}.soon", to=[person.user], args=told, key=key, at=at)


def forget_reminders(
    of: Task | Meetup, starts_at: datetime | None, person: Participant | None = None
) -> None:
    """Withdraw what one, or everybody, was to be reminded of for a start."""
    user: User | None = person.user if person else None
    if starts_at is None or (person is not None and user is None):
        return
    for _hours, key in _keys(of, starts_at):
        forget(key=key, to=user)


def ask_after(task: Task) -> None:
    """Ask those who organise, half an hour after the start, who came; if nobody is missing, not."""
    if task.starts_at is None:
        return
    roles = [role for role in Role.values if allowed(role, Action.ORGANISE)]
    organisers = Participant.objects.filter(room=task.room_id, role__in=roles, is_banned=False)
    key = f"task-{task.pk}-missing-{int(task.starts_at.timestamp())}"
    users = [one.user for one in organisers.select_related("user") if one.user]
    tell("task.missing", to=users, args={"task": task.pk}, key=key, at=task.starts_at + LATE)


def _named(of: Task | Meetup) -> tuple[str, dict[str, int]]:
    name = "task" if isinstance(of, Task) else "meetup"
    return name, {name: of.pk}


def _keys(of: Task | Meetup, starts_at: datetime) -> list[tuple[int, str]]:
    name, _args = _named(of)
    start = int(starts_at.timestamp())
    return [(hours, f"{name}-{of.pk}-{hours}h-{start}") for hours in BEFORE]
