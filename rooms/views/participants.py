"""The people of a room: the list, one person's page, taking and giving back a voice."""

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django_stubs_ext import StrOrPromise

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.messages.bulk import published_of, waiting_of
from rooms.messages.models import Message
from rooms.moderation.reasons import CHOICES, Reason
from rooms.moderation.sanctions import (
    MAX_MUTE,
    ban_participant,
    mute_participant,
    slow_participant,
    unban_participant,
    unmute_participant,
)
from rooms.people.membership import set_role
from rooms.people.models import Participant
from rooms.people.roles import Action, Role, outranks
from rooms.people.selectors import people_of
from rooms.profiles.showing import linked_profile
from rooms.views.access import Visit, visit
from rooms.views.answers import Undo, answer, is_htmx, refused
from rooms.views.bulk import decide_all
from rooms.views.composer import number_in

DAY = 24 * 3600
SHOWN = 300
"""People listed on one page; of a larger room, those with a role and the first by name."""

Act = Callable[[HttpRequest, Visit, int], object]


@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """List who has joined a room."""
    found = visit(request, slug)
    everybody = people_of(found.room)
    context = {
        "room": found.room,
        "me": found.me,
        "is_moderator": found.is_moderator,
        "people": everybody[:SHOWN],
        "hidden": max(0, everybody.count() - SHOWN),
        "now": timezone.now(),
    }
    name = "rooms/pieces/people.html" if is_htmx(request) else "rooms/people.html"
    return render(request, name, context)


@require_safe
def person(request: HttpRequest, slug: str, participant_id: int) -> HttpResponse:
    """Show one person, with what the visitor may do about them."""
    found = visit(request, slug)
    name = "rooms/pieces/person.html" if is_htmx(request) else "rooms/person.html"
    return render(request, name, _context(found, participant_id))


def mutes(room: Room) -> list[tuple[int, StrOrPromise]]:
    """Return how long somebody can be muted; the rest of an endless debate is a day."""
    left = int((room.closes_at - timezone.now()).total_seconds()) if room.closes_at else DAY
    rest = (min(max(left, 60), MAX_MUTE), _("The rest of the debate"))
    return [(300, _("5 minutes")), (3600, _("1 hour")), rest]


def _action(act: Act) -> Callable[[HttpRequest, str, int], HttpResponse]:
    """Make a view of something done about a person."""

    @require_POST
    @wraps(act)
    def view(request: HttpRequest, slug: str, participant_id: int) -> HttpResponse:
        found = visit(request, slug)
        try:
            undo = act(request, found, participant_id)
        except Refused as refusal:
            return refused(request, refusal, reverse("rooms:person", args=[slug, participant_id]))
        return answer(request, slug, reverse("rooms:room", args=[slug]), undo)

    return view


@_action
def mute(request: HttpRequest, found: Visit, participant_id: int) -> Undo | None:
    longer = Participant.objects.filter(pk=participant_id, muted_until__gt=timezone.now()).exists()
    mute_participant(
        room=found.room,
        actor=found.actor(),
        participant_id=participant_id,
        seconds=number_in(request.POST, "seconds") or 0,
        reason=request.POST.get("reason", Reason.OTHER),
    )
    # To take a longer mute back is not to undo it: the shorter one was somebody's decision, too.
    return None if longer else _undo(found, participant_id, _("Muted."), "unmute")


@_action
def unmute(_request: HttpRequest, found: Visit, participant_id: int) -> None:
    unmute_participant(room=found.room, actor=found.actor(), participant_id=participant_id)


@_action
def ban(request: HttpRequest, found: Visit, participant_id: int) -> Undo:
    reason = request.POST.get("reason", Reason.OTHER)
    ban_participant(
        room=found.room, actor=found.actor(), participant_id=participant_id, reason=reason
    )
    return _undo(found, participant_id, _("Excluded from the room."), "unban")


@_action
def unban(_request: HttpRequest, found: Visit, participant_id: int) -> None:
    unban_participant(room=found.room, actor=found.actor(), participant_id=participant_id)


_ANY = {"seconds": "0"}


@_action
def slow(request: HttpRequest, found: Visit, participant_id: int) -> Undo | None:
    was_slowed = Participant.objects.filter(pk=participant_id, slow_seconds__gt=0).exists()
    seconds = number_in(request.POST, "seconds") or 0
    slow_participant(
        room=found.room,
        actor=found.actor(),
        participant_id=participant_id,
        seconds=seconds,
        reason=request.POST.get("reason", Reason.OTHER),
    )
    return None if was_slowed else _undo(found, participant_id, _("Slowed down."), "slow", _ANY)


@_action
def decide_theirs(request: HttpRequest, found: Visit, participant_id: int) -> Undo:
    """Decide about all messages of one person: those that wait, or those published."""
    author = Participant.objects.filter(room=found.room, pk=participant_id).first()
    if author is None:
        raise Refused(Code.NOT_FOUND)
    removing = request.POST.get("decision") == "remove"
    return decide_all(request, found, published_of(author) if removing else waiting_of(author))


@_action
def change_role(request: HttpRequest, found: Visit, participant_id: int) -> None:
    role = request.POST.get("role", "")
    if role not in Role.values:
        raise Refused(Code.BAD_SHAPE)
    actor = found.actor()
    set_role(room=found.room, actor=actor, participant_id=participant_id, role=Role(role))


def _undo(
    found: Visit,
    participant_id: int,
    said: StrOrPromise,
    back: str,
    values: Mapping[str, str] = MappingProxyType({}),
) -> Undo:
    url = reverse(f"rooms:{back}", args=[found.room.slug, participant_id])
    return Undo(str(said), url, values)


def sanctions_context(found: Visit, subject: Participant) -> dict[str, Any]:
    """Return what the visitor may do about the author of a message, or about anybody."""
    me, muted_until = found.me, subject.muted_until
    outranked = me is not None and outranks(me.role, subject.role)
    can_mute = outranked and found.may(Action.MUTE)
    return {
        "author": subject,
        "can_mute": can_mute,
        "can_ban": outranked and found.may(Action.BAN),
        "is_muted": bool(muted_until and muted_until > timezone.now()),
        "mutes": mutes(found.room),
        "reasons": CHOICES,
        "waiting": len(waiting_of(subject)) if can_mute else 0,
        "published": len(published_of(subject)) if can_mute else 0,
    }


def _context(found: Visit, participant_id: int) -> dict[str, Any]:
    subject = Participant.objects.filter(room=found.room, pk=participant_id).first()
    if subject is None:
        raise Http404
    given = {Role.MODERATOR, Role.PARTICIPANT}
    if found.room.kind != Room.Kind.GROUP:
        given.add(Role.OBSERVER)
    roles = [(role.value, role.label) for role in Role if role in given]
    return {
        "room": found.room,
        "me": found.me,
        "person": subject,
        "count": Message.objects.filter(author=subject, status=Message.Status.VISIBLE).count(),
        "can_set_role": found.may(Action.SET_ROLE) and subject.role != Role.OWNER,
        "roles": roles,
        "profile": linked_profile(subject),
        **sanctions_context(found, subject),
    }
