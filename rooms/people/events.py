"""Events about who is in a room and in which role."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import ReadModel, event_type, present_people, read_models
from rooms.eventlog.views import PersonView
from rooms.people.models import Participant
from rooms.people.permissions import participant, require
from rooms.people.roles import Action, Role


@event_type("participant.joined")
class ParticipantJoined(Payload, frozen=True):
    """Somebody entered with a name. Drafted only by ``join_room``, which checks the access."""

    participant: int
    role: Role

    def permit(self, ctx: Context, draft: Draft) -> None:
        if draft.actor_id != self.participant:
            raise Refused(Code.FORBIDDEN)

    def apply(self, ctx: Context, entry: Entry) -> None:
        person = participant(ctx, self.participant)
        person.role = self.role
        person.save(update_fields=["role"])

    def participant_id(self) -> int:
        return self.participant


@event_type("participant.role_changed")
class RoleChanged(Payload, frozen=True):
    """An owner gave somebody another role."""

    participant: int
    role: Role
    parts: ClassVar[tuple[Part, ...]] = (Part("log"),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require(ctx, draft.actor_id, Action.SET_ROLE)
        if participant(ctx, self.participant).role == Role.OWNER or self.role == Role.OWNER:
            raise Refused(Code.FORBIDDEN)
        if ctx.room.kind == Room.Kind.GROUP and self.role == Role.OBSERVER:
            # An observer is not in the group: who is put out of it is given a reason.
            raise Refused(Code.FORBIDDEN, _("Exclude them instead, with a reason."))

    def apply(self, ctx: Context, entry: Entry) -> None:
        person = participant(ctx, self.participant)
        person.role = self.role
        person.save(update_fields=["role"])

    def participant_id(self) -> int:
        return self.participant


@event_type("participant.merged")
class ParticipantMerged(Payload, frozen=True):
    """A guest signed in to an account that was in the room: what binds the one binds the other.

    Drafted only by ``claim_guest``.
    """

    participant: int
    guest: int

    def permit(self, ctx: Context, draft: Draft) -> None:
        if draft.actor_id != self.participant:
            raise Refused(Code.FORBIDDEN)

    def apply(self, ctx: Context, entry: Entry) -> None:
        person, guest = participant(ctx, self.participant), participant(ctx, self.guest)
        person.is_banned = person.is_banned or guest.is_banned
        person.slow_seconds = max(person.slow_seconds, guest.slow_seconds)
        ends = [until for until in (person.muted_until, guest.muted_until) if until]
        person.muted_until = max(ends, default=None)
        person.save(update_fields=["is_banned", "slow_seconds", "muted_until"])

    def participant_id(self) -> int:
        return self.participant


def person_view(person: Participant) -> PersonView:
    """Return what the templates need of a person."""
    return PersonView(id=person.pk, known_name=person.name, role=person.role)


def _present(ids: list[int]) -> dict[int, PersonView]:
    return {p.pk: person_view(p) for p in Participant.objects.filter(pk__in=set(ids))}


def _reset(room_id: int) -> None:
    people = Participant.objects.filter(room_id=room_id)
    people.update(role=Role.OBSERVER, muted_until=None, is_banned=False, slow_seconds=0)


def _snapshot(room_id: int) -> list[Any]:
    people = Participant.objects.filter(room_id=room_id).order_by("pk")
    return list(people.values_list("pk", "role", "muted_until", "is_banned", "slow_seconds"))


present_people.append(_present)
read_models.append(ReadModel(_reset, _snapshot))
