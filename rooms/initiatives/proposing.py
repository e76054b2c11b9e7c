"""Writing an initiative, proposing it, changing its text, ending it."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rooms.eventlog.append import append_one
from rooms.eventlog.clocks import lately
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.initiatives.checks import clean_place
from rooms.initiatives.events import InitiativeArchived, PromoterAdded, PromoterLeft
from rooms.initiatives.models import Initiative, InitiativeDraft, Scope
from rooms.initiatives.promotion import read_promotion
from rooms.initiatives.text import TEXT_LENGTH, compose, hidden_title
from rooms.initiatives.waves import proposed_alike
from rooms.lifecycle.schedule import begin_room
from rooms.messages.editing import edit_message
from rooms.messages.posting import Receipt, post_message, screen_first
from rooms.people.membership import is_member, join_room
from rooms.people.models import Participant, User
from rooms.places.gazetteer import get_place

THRESHOLDS = (5, 1_000_000)
"""Least and most signatures that an initiative may ask for."""
_ABOUT = ("kind", "scope", "theme", "place_code", "place_name", "threshold")


def save_draft(
    *, user: User, draft: InitiativeDraft | None = None, **fields: Any
) -> InitiativeDraft:
    """Keep what somebody is writing, as it is: nothing is checked but that it is theirs."""
    if draft is None:
        draft = InitiativeDraft(user=user)
    if draft.user_id != user.pk:
        raise Refused(Code.FORBIDDEN)
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save()
    return draft


def propose_initiative(*, draft: InitiativeDraft, name: str) -> Initiative:
    """Turn a draft into an initiative: published at once, or once a moderator has looked at it.

    ``name`` is what others read as the promoter's. Raises ``Refused``, and the draft stays.
    """
    _check(draft)
    about = _about(draft)
    text = compose(draft.title, draft.brief)
    judged = screen_first(
        text=text, language=draft.language, limit=TEXT_LENGTH, elsewhere=proposed_alike(text)
    )
    with transaction.atomic(), translation.override(draft.language):
        locked = InitiativeDraft.objects.select_for_update().filter(pk=draft.pk).first()
        if locked is None:
            raise Refused(Code.STALE, _("This draft has been proposed already."))
        _check_pace(draft.user)
        room = Room(
            slug=f"initiative-{secrets.token_hex(4)}",
            title=hidden_title(),
            kind=Room.Kind.INITIATIVE,
            language=draft.language,
            access=Room.Access.CODE,
            threshold=draft.threshold,
            group=_group_of(draft),
        )
        begin_room(room)
        initiative = Initiative.objects.create(room=room, **about)
        person = join_room(room=room, name=name, user=draft.user, code=room.code)
        append_one(room.pk, Draft(PromoterAdded(participant=person.pk), person.pk))
        post_message(
            room=room,
            author=person,
            client_id=draft.client_id,
            text=text,
            limit=TEXT_LENGTH,
            judged=judged,
        )
        draft.delete()
    initiative.refresh_from_db()
    return initiative


def revise_initiative(
    *, initiative: Initiative, actor: Participant, title: str, brief: str
) -> Receipt:
    """Change an initiative's text, until many have signed it; raises ``Refused``."""
    if initiative.text_number is None:
        raise Refused(Code.NOT_FOUND)
    return edit_message(
        room=initiative.room,
        actor=actor,
        number=initiative.text_number,
        text=compose(title, brief),
        limit=TEXT_LENGTH,
        any_time=True,
    )


def archive_initiative(*, initiative: Initiative, actor: Participant) -> Event:
    """End an initiative; raises ``Refused``."""
    return append_one(initiative.room_id, Draft(InitiativeArchived(), actor.pk))


def accept_promotion(*, initiative: Initiative, user: User, name: str, token: str) -> Participant:
    """Make who was invited by a link one of the promoters; raises ``Refused``."""
    read_promotion(initiative=initiative, token=token)
    room = initiative.room
    with transaction.atomic():
        person = join_room(room=room, name=name, user=user, code=room.code)
        append_one(room.pk, Draft(PromoterAdded(participant=person.pk), person.pk))
    return person


def leave_promotion(*, initiative: Initiative, actor: Participant) -> Event:
    """Promote an initiative no longer; raises ``Refused`` for its last promoter."""
    return append_one(initiative.room_id, Draft(PromoterLeft(participant=actor.pk), actor.pk))


def _check(draft: InitiativeDraft) -> None:
    least, most = THRESHOLDS
    if not draft.title.strip() or not draft.brief.strip():
        raise Refused(Code.EMPTY, gettext_lazy("An initiative needs a title and a text."))
    if not least <= draft.threshold <= most:
        raise Refused(
            Code.BAD_SHAPE, gettext_lazy("Choose a number of signatures from 5 to 1,000,000.")
        )
    if draft.scope == Scope.LOCAL and not (draft.place_code or draft.place_name):
        raise Refused(Code.BAD_SHAPE, gettext_lazy("A local initiative needs a place."))


def _group_of(draft: InitiativeDraft) -> Room | None:
    """Return the group an initiative belongs to: a public one, while its proposer is in it."""
    group = draft.group
    is_public = group is not None and group.access == Room.Access.OPEN
    is_theirs = group is not None and is_member(group_id=group.pk, user=draft.user)
    return group if is_public and is_theirs else None


def _check_pace(user: User) -> None:
    count, seconds = settings.INITIATIVE_RATE
    span = lately(timedelta(seconds=seconds), timezone.now())
    mine = Initiative.objects.filter(
        promoters__participant__user=user, room__created_at__range=span
    ).count()
    if mine >= count:
        raise Refused(
            Code.SLOW_DOWN,
            gettext_lazy(
                "You have proposed much in a short time. Your draft is kept; go on tomorrow."
            ),
        )


def _about(draft: InitiativeDraft) -> dict[str, Any]:
    fields = {name: getattr(draft, name) for name in (*_ABOUT, "source_room", "source_number")}
    if draft.scope == Scope.NATIONAL:
        return {**fields, "place_code": "", "place_name": ""}
    return {**fields, **_where(draft)}


def _where(draft: InitiativeDraft) -> dict[str, Any]:
    """Return the known place that is meant, as the gazetteer has it, or its name as it was typed.

    Raises ``Refused`` for a name that must not stand anywhere.
    """
    place = get_place(draft.place_code)
    if place is None:
        return {"place_code": "", "place_name": clean_place(draft.place_name)}
    return {
        "place_code": place.code,
        "place_name": str(place),
        "department": place.department,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }
