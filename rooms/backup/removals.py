"""What was taken away, as a list beside the backups: a restore must not bring it back.

The list has numbers and keyed digests, no texts, names or addresses. It belongs to one site: what
it names is recognised by when it was made too, so that no number of another history is mistaken.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from rooms.backup.archive import BackupError
from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Refused
from rooms.eventlog.payload import Draft
from rooms.messages.decision_events import MessageRemoved
from rooms.messages.models import Message
from rooms.moderation.reasons import Reason
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from rooms.privacy.erasure import account_key, erase_participant, erase_person
from rooms.privacy.models import ErasedAccount

FORMAT = 1
Removals = dict[str, Any]


@dataclass
class Applied:
    """What was taken away again. ``failed`` names what has to be looked at by hand."""

    messages: int = 0
    people: int = 0
    accounts: int = 0
    failed: list[str] = field(default_factory=list)


def collect() -> Removals:
    """Return everything that was removed or erased on this site."""
    removed = Message.objects.filter(status=Message.Status.REMOVED, erased_seq=None)
    rows = removed.order_by("pk").values_list(
        "room_id", "number", "digest", "decided_by_id", "reason"
    )
    erased = Participant.objects.filter(name_key="").order_by("pk")
    accounts = ErasedAccount.objects.order_by("pk").values_list("key", "at")
    return {
        "format": FORMAT,
        "at": timezone.now().isoformat(),
        "messages": [[room, n, digest[:32], by, why] for room, n, digest, by, why in rows],
        "people": [[pk, at.isoformat()] for pk, at in erased.values_list("pk", "joined_at")],
        "accounts": [[key, at.isoformat()] for key, at in accounts],
    }


def write_removals(path: Path, removals: Removals) -> None:
    """Write the list; what is under that name is replaced once the new one is on the disk."""
    part = path.with_name(f"{path.name}.part")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with open(os.open(part, flags, 0o600), "w") as file:
            json.dump(removals, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error}") from error


def read_removals(path: Path) -> Removals:
    """Return a list that was written; raises ``BackupError``."""
    try:
        found: Removals = json.loads(path.read_text())
        if found["format"] != FORMAT:
            raise ValueError(f"format {found['format']} is not known to this version")
        _require_shape(found)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{path} is no list of removals: {error!r}") from error
    return found


def _require_shape(found: Removals) -> None:
    for _room, _number, _digest, _by, _why in found["messages"]:
        pass
    for _who, at in [*found["people"], *found["accounts"]]:
        _moment(at)


def _moment(text: str) -> datetime:
    at = parse_datetime(text)
    if at is None:
        raise ValueError(f"{text} is no time")
    return at


def apply(removals: Removals) -> Applied:
    """Take away again what a list names and is there; anything else is left alone."""
    done = Applied()
    for room, number, digest, by, why in removals["messages"]:
        message = _standing(room, number, digest)
        if message is not None:
            done.messages += _remove(message, by, why, done.failed)
    for pk, at in removals["people"]:
        there = Participant.objects.filter(pk=pk, joined_at=_moment(at))
        for person in there.exclude(name_key=""):
            erase_participant(person)
            done.people += 1
    erased = {key: _moment(at) for key, at in removals["accounts"]}
    for user in list(User.objects.all()) if erased else ():
        at = erased.get(account_key(user.email))
        if at is not None and user.date_joined <= at:
            erase_person(user)
            done.accounts += 1
    return done


def _standing(room: int, number: int, digest: str) -> Message | None:
    """Return a message that can be read, or is about to be."""
    there = Message.objects.filter(room=room, number=number, digest__startswith=digest)
    return there.filter(
        Q(status=Message.Status.VISIBLE)
        | Q(status=Message.Status.HELD, published_seq__isnull=False)
    ).first()


def _remove(message: Message, by: int | None, why: str, failed: list[str]) -> bool:
    """Remove a message as it was removed; where its moderator is none yet, as its owner would."""
    refused: Refused | None = None
    for actor, reason in _ways(message, by, why):
        payload = MessageRemoved(message=message.number, reason=reason)
        try:
            append_one(message.room_id, Draft(payload, actor))
        except Refused as refusal:
            refused = refusal
        else:
            return True
    why_not = refused.code.value if refused else "nobody may"
    failed.append(f"message {message.number} of room {message.room_id}: {why_not}")
    return False


def _ways(message: Message, by: int | None, why: str) -> Iterator[tuple[int, str]]:
    if by is not None and Participant.objects.filter(pk=by, room=message.room_id).exists():
        yield by, why
    owners = Participant.objects.filter(room=message.room_id, role=Role.OWNER)
    for owner in owners.values_list("pk", flat=True):
        yield owner, why or Reason.OTHER
