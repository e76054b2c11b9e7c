"""Events of a group: who comes and goes, and what is opened in it."""

from datetime import timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import ReadModel, event_type, observers, read_models
from rooms.groups.models import Candidate
from rooms.people.events import ParticipantJoined, RoleChanged
from rooms.people.models import Participant
from rooms.people.permissions import participant, require, require_voice
from rooms.people.roles import Action, Role

Status = Candidate.Status
ASK_AGAIN = timedelta(days=7)
"""How long somebody who was refused waits before they ask again."""


def require_group(ctx: Context) -> None:
    """Raise ``Refused`` outside a group."""
    if ctx.room.kind != Room.Kind.GROUP:
        raise Refused(Code.FORBIDDEN)


def _outsider(ctx: Context, draft: Draft, participant_id: int) -> Participant:
    """Return who is about to come in, by themselves; raises ``Refused``."""
    require_group(ctx)
    person = participant(ctx, participant_id)
    if draft.actor_id != person.pk:
        raise Refused(Code.FORBIDDEN)
    if person.is_banned:
        raise Refused(Code.BANNED, _("You are excluded from this group."))
    if person.role != Role.OBSERVER:
        raise Refused(Code.STALE, _("You are in this group already."))
    return person


def _set_role(person: Participant, role: Role) -> None:
    person.role = role
    person.save(update_fields=["role"])


def _set_candidate(person: Participant, status: Status | None, entry: Entry) -> None:
    if status is None:
        Candidate.objects.filter(participant=person).delete()
    else:
        fields = {"status": status, "at": entry.at}
        Candidate.objects.update_or_create(participant=person, defaults=fields)


def _status(person: Participant) -> str:
    found = Candidate.objects.filter(participant=person)
    return found.values_list("status", flat=True).first() or ""


class _AboutMember(Payload, frozen=True):
    """An event about one person of a group."""

    participant: int

    def participant_id(self) -> int:
        return self.participant


@event_type("member.asked")
class MemberAsked(_AboutMember, frozen=True):
    """Somebody asks to be let into the group."""

    def permit(self, ctx: Context, draft: Draft) -> None:
        person = _outsider(ctx, draft, self.participant)
        found = Candidate.objects.filter(participant=person).first()
        if found and found.status == Status.ASKED:
            raise Refused(Code.STALE, _("You have asked already. You are told what is decided."))
        if found and found.status == Status.REFUSED and ctx.now < found.at + ASK_AGAIN:
            raise Refused(
                Code.TOO_LATE, _("You were not let in. You can ask again a week after that.")
            )

    def apply(self, ctx: Context, entry: Entry) -> None:
        _set_candidate(participant(ctx, self.participant), Status.ASKED, entry)


class _OnRequest(_AboutMember, frozen=True):
    """A moderator's answer to who asked."""

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_group(ctx)
        require(ctx, draft.actor_id, Action.ADMIT)
        if _status(participant(ctx, self.participant)) != Status.ASKED:
            raise Refused(Code.STALE, _("This request is answered already, or was taken back."))


@event_type("member.admitted")
class MemberAdmitted(_OnRequest, frozen=True):
    """Who asked is in the group from here on."""

    def apply(self, ctx: Context, entry: Entry) -> None:
        person = participant(ctx, self.participant)
        _set_role(person, Role.PARTICIPANT)
        _set_candidate(person, None, entry)


@event_type("member.refused")
class MemberRefused(_OnRequest, frozen=True):
    """Who asked is not let in."""

    def apply(self, ctx: Context, entry: Entry) -> None:
        _set_candidate(participant(ctx, self.participant), Status.REFUSED, entry)


@event_type("member.returned")
class MemberReturned(_AboutMember, frozen=True):
    """Somebody who had left a group that is open to everybody is in it again."""

    def permit(self, ctx: Context, draft: Draft) -> None:
        _outsider(ctx, draft, self.participant)
        if ctx.room.access != Room.Access.OPEN:
            raise Refused(Code.FORBIDDEN)

    def apply(self, ctx: Context, entry: Entry) -> None:
        person = participant(ctx, self.participant)
        _set_role(person, Role.PARTICIPANT)
        _set_candidate(person, None, entry)


@event_type("member.left")
class MemberLeft(_AboutMember, frozen=True):
    """Somebody left the group, or took their request back. An owner leaves it to ``successor``."""

    successor: int | None = None

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_group(ctx)
        person = participant(ctx, self.participant)
        if draft.actor_id != person.pk:
            raise Refused(Code.FORBIDDEN)
        if person.role == Role.OBSERVER and _status(person) != Status.ASKED:
            raise Refused(Code.STALE, _("You are not in this group."))
        heir = participant(ctx, self.successor) if self.successor is not None else None
        if person.role == Role.OWNER:
            if heir is None or heir.role != Role.MODERATOR or heir.is_banned:
                raise Refused(
                    Code.FORBIDDEN,
                    _("Make another member a moderator first: the group needs somebody."),
                )
        elif heir is not None:
            raise Refused(Code.FORBIDDEN)

    def apply(self, ctx: Context, entry: Entry) -> None:
        person = participant(ctx, self.participant)
        _set_role(person, Role.OBSERVER)
        _set_candidate(person, Status.LEFT, entry)
        if self.successor is not None:
            _set_role(participant(ctx, self.successor), Role.OWNER)


@event_type("group.described")
class GroupDescribed(Payload, frozen=True):
    """What the group is called or says of itself was changed; the words stand beside the log."""

    parts: ClassVar[tuple[Part, ...]] = (Part("log"),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_group(ctx)
        require_voice(ctx, require(ctx, draft.actor_id, Action.ORGANISE))


@event_type("group.room_opened")
class GroupRoomOpened(Payload, frozen=True):
    """A debate, an action room or an initiative was opened in the group."""

    room: int
    parts: ClassVar[tuple[Part, ...]] = (Part("log"),)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        logged = Event.objects.filter(room=ctx.room, type="group.room_opened")
        return logged.filter(payload__room=self.room).values_list("seq", flat=True).first()

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_group(ctx)
        require_voice(ctx, require(ctx, draft.actor_id, Action.POST))
        if not Room.objects.filter(pk=self.room, group=ctx.room).exists():
            raise Refused(Code.FORBIDDEN)

    def linked_room_id(self) -> int:
        return self.room


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Let who comes in by an invitation, or is given a role, be no candidate any more."""
    payload = draft.payload
    if ctx.room.kind != Room.Kind.GROUP or not isinstance(payload, ParticipantJoined | RoleChanged):
        return
    if payload.role != Role.OBSERVER:
        Candidate.objects.filter(participant=payload.participant).delete()


def _reset(room_id: int) -> None:
    Candidate.objects.filter(participant__room=room_id).delete()


def _snapshot(room_id: int) -> list[Any]:
    rows = Candidate.objects.filter(participant__room=room_id).order_by("participant")
    return list(rows.values_list("participant", "status", "at"))


observers.append(_observe)
read_models.append(ReadModel(_reset, _snapshot))
