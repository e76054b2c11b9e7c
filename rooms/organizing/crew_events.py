"""Events of those who take tasks and shifts: how each person stands to them."""

from typing import ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import event_type, observers
from rooms.messages.checks import require_calm
from rooms.organizing.checks import (
    find_tap,
    get_task,
    moved_on,
    require_begun,
    require_desk,
    require_free,
    require_live,
    require_place,
)
from rooms.organizing.events import CARD
from rooms.organizing.models import AHEAD, AWAY, Assignment, State, Task
from rooms.organizing.steps import NEW, leads
from rooms.people.events import ParticipantMerged
from rooms.people.models import Participant
from rooms.people.permissions import participant
from rooms.people.roles import Action

PROMISED = (State.OFFERED, State.CONFIRMED)
"""Steps by which people say that they come."""


@event_type("task.taken")
class TaskTaken(Payload, frozen=True):
    """Somebody stands to a task in another way than before; ``client_id`` names the tap.

    ``despite``: they know that they are expected elsewhere at that time.
    """

    task: int
    participant: int
    state: State
    client_id: str
    despite: bool = False
    parts: ClassVar[tuple[Part, ...]] = (CARD,)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        return find_tap(ctx, draft, "task.taken", task=self.task, client_id=self.client_id)

    def permit(self, ctx: Context, draft: Draft) -> None:
        actor = require_desk(ctx, draft, Action.TAKE_TASK)
        task = get_task(ctx, self.task)
        require_live(task)
        person = participant(ctx, self.participant)
        if person.is_erased or not person.may(Action.TAKE_TASK):
            raise Refused(Code.FORBIDDEN)
        mine, organises = person.pk == actor.pk, actor.may(Action.ORGANISE)
        if not mine and not organises:
            raise Refused(Code.FORBIDDEN)
        before = _state(task, self.participant)
        if not leads(self.state, before, mine=mine, organises=organises):
            raise moved_on()
        self._require_possible(ctx, task, before, mine)
        require_calm(ctx, actor, "task.taken")

    def _require_possible(self, ctx: Context, task: Task, before: str, mine: bool) -> None:
        if before in (NEW, *AWAY):
            require_place(task)
        if self.state is State.NO_SHOW:
            require_begun(ctx, task)
        if mine and self.state in PROMISED and not self.despite:
            require_free(task, self.participant)

    def apply(self, ctx: Context, entry: Entry) -> None:
        _put(get_task(ctx, self.task), self.participant, self.state, entry)

    def participant_id(self) -> int:
        return self.participant

    def task_number(self, seq: int) -> int:
        return self.task


@event_type("task.handed_over")
class TaskHandedOver(Payload, frozen=True):
    """Somebody gives their place to another person, who is asked; ``client_id`` names the tap."""

    task: int
    participant: int
    to: int
    client_id: str = ""
    parts: ClassVar[tuple[Part, ...]] = (CARD,)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        if not self.client_id:
            return None
        return find_tap(ctx, draft, "task.handed_over", task=self.task, client_id=self.client_id)

    def permit(self, ctx: Context, draft: Draft) -> None:
        actor = require_desk(ctx, draft, Action.TAKE_TASK)
        task = get_task(ctx, self.task)
        require_live(task)
        receiver = participant(ctx, self.to)
        if self.participant != actor.pk and not actor.may(Action.ORGANISE):
            raise Refused(Code.FORBIDDEN)
        if not _can_be_asked(receiver):
            raise Refused(Code.FORBIDDEN)
        if _state(task, self.participant) not in AHEAD:
            raise moved_on()
        if _state(task, self.to) not in (NEW, *AWAY):
            raise moved_on()

    def apply(self, ctx: Context, entry: Entry) -> None:
        task = get_task(ctx, self.task)
        _put(task, self.participant, State.WITHDRAWN, entry)
        _put(task, self.to, State.ASKED, entry)

    def participant_id(self) -> int:
        return self.participant

    def task_number(self, seq: int) -> int:
        return self.task


def _can_be_asked(person: Participant) -> bool:
    return not person.is_erased and not person.is_banned and person.may(Action.TAKE_TASK)


def _state(task: Task, person: int) -> str:
    found = Assignment.objects.filter(task=task, participant=person)
    return found.values_list("state", flat=True).first() or NEW


def _put(task: Task, person: int, state: State, entry: Entry) -> None:
    Assignment.objects.update_or_create(
        task=task, participant_id=person, defaults={"state": state, "seq": entry.seq}
    )


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Give an account the tasks of the guest that it was, where it has none of its own there."""
    if not isinstance(draft.payload, ParticipantMerged):
        return
    mine = Assignment.objects.filter(participant=draft.payload.participant).values("task")
    theirs = Assignment.objects.filter(participant=draft.payload.guest)
    theirs.exclude(task__in=mine).update(participant=draft.payload.participant)
    theirs.filter(state__in=AHEAD).update(state=State.WITHDRAWN, seq=entry.seq)


observers.append(_observe)
