"""Holds what clients saw against the log: did the site keep what it promises?

One checker for all runs. It knows nothing of faults: whatever went on, the same has to hold.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.faults.history import (
    Ack,
    AnyRecord,
    Receive,
    Resume,
    Resync,
    Seen,
    Send,
)
from tests.faults.log import Logged
from tests.faults.page import Page
from tests.faults.removals import Removals
from tests.faults.violations import Kind, Violation

DOES = {
    "post": ("message.posted", "message.held"),
    "remove": ("message.removed",),
    "restore": ("message.restored",),
    "mute": ("participant.muted",),
    "unmute": ("participant.unmuted",),
}
"""The events that a command may be acknowledged with."""


@dataclass
class _Client:
    """Where a client stands, what it has seen, and what its page shows."""

    name: str
    start: int | None = None
    position: int = 0
    seen: set[int] = field(default_factory=set)
    page: Page = field(default_factory=Page)
    sent: dict[str, Send] = field(default_factory=dict)
    forbidden: frozenset[str] = frozenset()
    """Marks of messages that were gone before this client last asked for the log."""


def check(history: Iterable[AnyRecord], log: Sequence[Logged]) -> list[Violation]:
    """Return every violation; [] if everything that was promised was kept.

    At the end of the history every client has to stand at the log's head.
    """
    checker = _Checker(log)
    for record in history:
        checker.take(record)
    return [*gaps(log), *after_mutes(log), *checker.found, *checker.at_the_end()]


def gaps(log: Sequence[Logged]) -> list[Violation]:
    """Return where the sequences are not 1, 2, 3 and so on."""
    wrong = [(n, event.seq) for n, event in enumerate(log, 1) if n != event.seq]
    return [Violation(Kind.GAP, "", seq, f"{seq} stands at {n}") for n, seq in wrong[:1]]


def after_mutes(log: Sequence[Logged]) -> list[Violation]:
    """Return the messages of people who were muted at their sequence."""
    found: list[Violation] = []
    muted: dict[int, Logged] = {}
    for event in log:
        if event.type == "participant.muted":
            muted[event.about] = event
        elif event.type == "participant.unmuted":
            muted.pop(event.about, None)
        elif event.type in DOES["post"] and event.actor in muted:
            mute = muted[event.actor]
            if mute.until is None or event.at < mute.until:
                said = f"participant {event.actor} was muted at {mute.seq}"
                found.append(Violation(Kind.AFTER_MUTE, "", event.seq, said))
    return found


class _Checker:
    def __init__(self, log: Sequence[Logged]) -> None:
        self._log = {event.seq: event for event in log}
        self._head = max(self._log, default=0)
        self._removals = Removals(log)
        self._clients: dict[str, _Client] = {}
        self._acked: dict[str, int] = {}
        self.found: list[Violation] = []

    def take(self, record: AnyRecord) -> None:
        """Look at one record more."""
        client = self._clients.setdefault(record.client, _Client(record.client))
        match record:
            case Resume(after=after):
                client.start = after if client.start is None else client.start
                client.position = after
                client.forbidden = frozenset(self._removals.known)
            case Resync(head=head):
                self._find(Kind.SKIP, client, head, f"was told to start again at {head}")
            case Send():
                client.sent[record.id] = record
                if record.command == "restore":
                    self._removals.note_restoring(record.about)
            case Ack():
                self._acknowledge(client, record)
            case Receive(events=events):
                for event in events:
                    self._receive(client, event)
            case _:
                pass

    def at_the_end(self) -> list[Violation]:
        """Return what only shows once everything has come to rest."""
        before = len(self.found)
        listening = [c for c in self._clients.values() if c.start is not None]
        for client in listening:
            self._everything_was_seen(client)
            for element, mark in self._removals.shown(client.page):
                said = f"{element} still shows {mark}"
                self._find(Kind.RESURRECTED, client, client.position, said)
        self._all_show_the_same([c for c in listening if c.position == self._head])
        late = self.found[before:]
        del self.found[before:]
        return late

    def _find(self, kind: Kind, client: _Client, seq: int, said: str) -> None:
        self.found.append(Violation(kind, client.name, seq, said))

    def _acknowledge(self, client: _Client, ack: Ack) -> None:
        sent = client.sent[ack.id]
        first = self._acked.setdefault(ack.id, ack.seq)
        if first != ack.seq:
            said = f"{ack.id} was acknowledged as {first} before"
            self._find(Kind.WRITTEN_TWICE, client, ack.seq, said)
        event = self._log.get(ack.seq)
        if event is None or not _is_of(event, sent):
            said = f"{sent.command} {ack.id} was acknowledged, and is not in the log"
            self._find(Kind.LOST_WRITE, client, ack.seq, said)
        self._removals.note(ack.seq)

    def _receive(self, client: _Client, event: Seen) -> None:
        at = client.position
        if event.seq in client.seen:
            self._find(Kind.DUPLICATE, client, event.seq, f"again, after {at}")
        elif event.seq <= at:
            self._find(Kind.REORDERING, client, event.seq, f"after {at}")
        elif event.seq > at + 1:
            self._find(Kind.SKIP, client, event.seq, f"after {at}")
        client.seen.add(event.seq)
        client.position = max(at, event.seq)
        logged = self._log.get(event.seq)
        if logged is None or logged.type != event.type:
            said = f"{event.type}, where the log has {logged.type if logged else 'nothing'}"
            self._find(Kind.DIVERGENT, client, event.seq, said)
        for mark in self._removals.wrongly_shown(event, client.forbidden):
            self._find(Kind.RESURRECTED, client, event.seq, f"shows {mark}, which was removed")
        client.page.apply(event)
        self._removals.note(event.seq)

    def _everything_was_seen(self, client: _Client) -> None:
        assert client.start is not None
        missing = [s for s in range(client.start + 1, self._head + 1) if s not in client.seen]
        if missing:
            said = f"{len(missing)} events were never seen, standing at {client.position}"
            self._find(Kind.UNOBSERVED, client, missing[0], said)

    def _all_show_the_same(self, clients: Sequence[_Client]) -> None:
        """Compare the pages of those who have read from the same place; most are right."""
        alike: dict[int | None, list[_Client]] = defaultdict(list)
        for client in clients:
            alike[client.start].append(client)
        for group in alike.values():
            (right, _count), *others = Counter(c.page.state for c in group).most_common()
            wrong = {state for state, _count in others}
            for client in group:
                if client.page.state in wrong:
                    said = (
                        f"shows other elements than most: {sorted(client.page.state ^ right)[:4]}"
                    )
                    self._find(Kind.DIVERGENT, client, client.position, said)


def _is_of(event: Logged, sent: Send) -> bool:
    """Tell whether an event is what a command asked for."""
    if event.type not in DOES[sent.command]:
        return False
    return event.client_id == sent.id if sent.command == "post" else event.about == sent.about
