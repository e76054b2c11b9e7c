"""What anybody may know of a moderation event, and the digest that seals it.

``docs/ledger.md`` has the same in a few lines for those who check from outside: change neither
without the other.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rooms.eventlog.models import Event

FIELDS: dict[str, tuple[str, ...]] = {
    "message.held": ("side", "policy", "rule"),
    "message.approved": ("message",),
    "message.rejected": ("message", "reason"),
    "message.removed": ("message", "reason", "hold"),
    "message.withheld": ("message", "rule"),
    "message.restored": ("message", "hold"),
    "participant.muted": ("participant", "until", "reason"),
    "participant.unmuted": ("participant",),
    "participant.banned": ("participant", "reason"),
    "participant.unbanned": ("participant",),
    "participant.slowed": ("participant", "seconds", "reason"),
    "participant.role_changed": ("participant", "role"),
    "mode.changed": ("mode", "value", "reason"),
    "hold_policy.changed": ("outcome", "minutes"),
    "policy.changed": ("version",),
    "report.filed": ("message", "reason"),
    "reports.dismissed": ("message",),
    "notice.received": ("message", "ground"),
    "notice.decided": ("message", "notice", "outcome", "reason"),
    "appeal.opened": ("decision",),
    "appeal.decided": ("decision", "outcome"),
}
"""Every moderation event, with the part of its payload that everybody may know for ever.

No id of a client, no digest of a text, nothing that somebody may want erased. A number of a
message is the sequence that names it; of a participant, a number that says nothing once they
are erased.
"""

_BY_PARTICIPANT = frozenset({"report.filed", "notice.received", "appeal.opened"})
"""What people ask for. Who did is not public."""


@dataclass(frozen=True)
class Logged:
    """An event as it stands in the log, or as it is just being logged."""

    seq: int
    type: str
    at: datetime
    actor_id: int | None
    payload: dict[str, Any]


def logged(event: Event) -> Logged:
    """Return what the ledger reads of an event."""
    return Logged(event.seq, event.type, event.at, event.actor_id, event.payload)


def public_record(event: Logged) -> dict[str, Any]:
    """Return what anybody may see of a moderation event, as JSON values.

    ``by``: "moderator:<participant id>", "machine", "author", or "participant" without saying
    which one.
    """
    record = {
        "seq": event.seq,
        "type": event.type,
        "at": _in_utc(event.at),
        "by": _by(event.type, event.actor_id, event.payload),
    }
    told = FIELDS[event.type]
    record.update({name: value for name, value in event.payload.items() if name in told})
    if event.type == "message.held":
        record["message"] = event.seq
    return record


def first_digest(slug: str) -> str:
    """Return what the first record of a room's ledger is chained to."""
    return hashlib.sha256(f"livedebate ledger {slug}".encode()).hexdigest()


def next_digest(previous: str, record: dict[str, Any]) -> str:
    """Return the digest of a record: of the one before it and of its own canonical JSON.

    Canonical: UTF-8, keys in order, no white space between tokens.
    """
    written = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}{written}".encode()).hexdigest()


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _by(kind: str, actor_id: int | None, payload: dict[str, Any]) -> str:
    if kind in _BY_PARTICIPANT:
        return "participant"
    if kind == "message.held" or actor_id is None:
        return "machine"
    # Authors give no reason for what they remove of their own, moderators always do.
    if kind == "message.removed" and not payload.get("reason"):
        return "author"
    return f"moderator:{actor_id}"
