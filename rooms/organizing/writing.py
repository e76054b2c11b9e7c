"""Logging what people wrote for everybody: screened first, its words beside the log."""

from collections.abc import Callable

from django.db import transaction

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft, Payload
from rooms.messages.posting import ATTEMPTS, screen_text
from rooms.moderation.policy import refresh_rules
from rooms.moderation.screening import Outcome
from rooms.people.models import Participant
from rooms.people.roles import Action
from rooms.text import clean


def log_words(
    *,
    room: Room,
    actor: Participant,
    text: str,
    build: Callable[[int], Payload],
    keep: Callable[[Event], object],
) -> Event:
    """Screen a text and log what ``build`` makes under the version of the policy it passed.

    ``keep`` stores the words in the same transaction, once: what was logged before is neither
    logged nor stored again. What a moderator would have to look at is refused: an organiser can
    put it in other words. Raises ``Refused``.
    """
    if not actor.may(Action.ORGANISE):
        raise Refused(Code.FORBIDDEN)
    for attempt in range(1, ATTEMPTS + 1):
        _screen(room, actor, text)
        try:
            return _log(room, Draft(build(room.policy_version), actor.pk), keep)
        except Refused as refusal:
            if refusal.code is not Code.POLICY_MOVED or attempt == ATTEMPTS:
                raise
            refresh_rules(room)
    raise AssertionError("unreachable")


def optional(raw: str, limit: int) -> str:
    """Return a text that may be left out as it is stored; raises ``Refused``."""
    return clean(raw, limit=limit) if raw.strip() else ""


def _screen(room: Room, actor: Participant, text: str) -> None:
    if not text:
        return
    verdict = screen_text(room=room, author=actor, text=text, is_edit=True)
    if verdict.outcome is Outcome.HOLD:
        raise Refused(Code.HELD, verdict.reason, rule=verdict.rule, span=verdict.span)


def _log(room: Room, draft: Draft, keep: Callable[[Event], object]) -> Event:
    with transaction.atomic():
        head = Room.objects.select_for_update(no_key=True).get(pk=room.pk).head
        event = append_one(room.pk, draft)
        if event.seq > head:
            keep(event)
    return event
