"""Writing the ledger: an observer of the log adds an entry in the event's own transaction."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rooms.eventlog import registry
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import ReadModel, read_models
from rooms.ledger.models import LedgerEntry
from rooms.ledger.records import FIELDS, Logged, first_digest, next_digest, public_record

WAITS = frozenset({"message.held", "message.withheld", "report.filed", "notice.received"})
"""From the first of these on a message waits for a decision."""
DECIDES = frozenset(
    {
        "message.approved",
        "message.rejected",
        "message.removed",
        "message.restored",
        "reports.dismissed",
        "notice.decided",
    }
)
_BASES = ("outcome", "reason", "ground", "rule")
TOGETHER = 500
"""Entries that are inserted by one statement."""


@dataclass
class Chain:
    """The end of a room's ledger during one append, one fold or one check.

    ``since`` has, by message, from when on it waits for a decision.
    """

    room_id: int
    digest: str
    pending: list[LedgerEntry] = field(default_factory=list)
    since: dict[int, datetime | None] = field(default_factory=dict)

    def add(self, event: Logged, folding: bool = False) -> None:
        """Seal a moderation event."""
        record = public_record(event)
        self.digest = next_digest(self.digest, record)
        entry = LedgerEntry(
            room_id=self.room_id,
            seq=event.seq,
            type=event.type,
            at=event.at,
            by=record["by"].partition(":")[0],
            basis=_basis(record),
            message=record.get("message"),
            digest=self.digest,
        )
        entry.waited = self._wait(entry, folding)
        self.pending.append(entry)

    def save(self) -> None:
        """Insert what was added."""
        LedgerEntry.objects.bulk_create(self.pending, batch_size=TOGETHER)
        self.pending = []

    def _wait(self, entry: LedgerEntry, folding: bool) -> timedelta | None:
        """Return how long a message had waited, where the entry decides about it."""
        number = entry.message
        if number is None or entry.type not in WAITS | DECIDES:
            return None
        if number not in self.since and not folding:
            self.since[number] = _waiting_since(self.room_id, number)
        since = self.since.get(number)
        self.since[number] = _step(since, entry.type, entry.at)
        decided = entry.type in DECIDES and entry.by != "author"
        return entry.at - since if decided and since else None


def head_digest(room: Room) -> str:
    """Return the digest of a room's last entry: it stands for the whole ledger so far."""
    rows = LedgerEntry.objects.filter(room=room).order_by("-seq")
    return rows.values_list("digest", flat=True).first() or first_digest(room.slug)


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    kind = registry.name_of(draft.payload)
    if kind not in FIELDS:
        return
    if "ledger" not in ctx.memo:
        ctx.memo["ledger"] = Chain(ctx.room.pk, head_digest(ctx.room))
    payload = registry.encode(draft.payload)
    event = Logged(entry.seq, kind, entry.at, draft.actor_id, payload)
    ctx.memo["ledger"].add(event, entry.folding)


def _flush(ctx: Context) -> None:
    chain: Chain | None = ctx.memo.get("ledger")
    if chain is not None:
        chain.save()


def _basis(record: dict[str, Any]) -> str:
    if 0 in (record.get("seconds"), record.get("value")):
        return ""  # Something was lifted, for which no reason counts.
    found: list[str] = [record[name] for name in _BASES if record.get(name)]
    return found[0] if found else ""


def _waiting_since(room_id: int, number: int) -> datetime | None:
    since: datetime | None = None
    rows = LedgerEntry.objects.filter(room_id=room_id, message=number).order_by("seq")
    for kind, at in rows.values_list("type", "at"):
        since = _step(since, kind, at)
    return since


def _step(since: datetime | None, kind: str, at: datetime) -> datetime | None:
    if kind in WAITS:
        return since or at
    return None if kind in DECIDES else since


def _reset(room_id: int) -> None:
    LedgerEntry.objects.filter(room_id=room_id).delete()


def _snapshot(room_id: int) -> Any:
    derived = [f.attname for f in LedgerEntry._meta.concrete_fields if f.name != "id"]
    return list(LedgerEntry.objects.filter(room_id=room_id).order_by("seq").values_list(*derived))


registry.observers.append(_observe)
registry.flush.append(_flush)
read_models.append(ReadModel(_reset, _snapshot))
