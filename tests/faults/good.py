"""Histories of a site that does everything right, made by hand: what the checker has to pass."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tests.faults.checker import check
from tests.faults.history import (
    Ack,
    AnyRecord,
    Change,
    Close,
    Connect,
    Hello,
    Nack,
    Receive,
    Resume,
    Seen,
    Send,
)
from tests.faults.log import Logged
from tests.faults.violations import Kind

START = datetime(2027, 1, 1, tzinfo=UTC)


class Site:
    """A site that does everything right: what happens there goes to its log and its readers."""

    def __init__(self, readers: int) -> None:
        self.names = [f"c{number}" for number in range(readers)]
        self.log: list[Logged] = []
        self.history: list[AnyRecord] = []
        self.texts: dict[int, str] = {}
        self.removed: set[int] = set()
        self.muted: set[int] = set()
        self._events: list[Seen] = []
        self._read = dict.fromkeys(self.names, 0)
        for name in self.names:
            self._tell(Connect(at=0.0, client=name, url="http://one"))
            self.come_back(name)

    def _tell(self, record: AnyRecord) -> None:
        self.history.append(replace(record, at=float(len(self.history))))

    def happens(self, type: str, change: Change | None, **details: object) -> int:
        seq = len(self.log) + 1
        at = START + timedelta(seconds=seq)
        self.log.append(Logged(seq, type, at, **details))  # type: ignore[arg-type]
        self._events.append(Seen(seq, type, (change,) if change else ()))
        return seq

    def does(self, name: str, command: str, id: str, seq: int, about: int = 0) -> None:
        self._tell(Send(at=0, client=name, command=command, id=id, about=about))
        self._tell(Ack(at=0, client=name, id=id, seq=seq, status="done"))

    def post(self, author: int) -> None:
        """Let somebody say something, unless they are muted."""
        name = self.names[author % len(self.names)]
        mark = f"mark{len(self.log)}"
        if author in self.muted:
            self._tell(Send(at=0, client=name, command="post", id=mark))
            self._tell(Nack(at=0, client=name, id=mark, code="muted"))
            return
        seq = len(self.log) + 1
        change = Change("log", "beforeend", f"m-{seq}", mark, (mark,))
        self.happens("message.posted", change, actor=author, client_id=mark)
        self.texts[seq] = mark
        self.does(name, "post", mark, seq)

    def remove(self, which: int) -> None:
        """Let a moderator remove a message; nobody is shown it from here on."""
        if not self.texts:
            return
        number = sorted(self.texts)[which % len(self.texts)]
        mark = self.texts.pop(number)
        change = Change(f"m-{number}", "outerHTML", f"m-{number}", f"gone {number}")
        seq = self.happens("message.removed", change, about=number)
        self.removed.add(number)
        # Who has not read it yet is given it without its text, once the removal is known.
        for event in self._events:
            if any(mark in change.marks for change in event.changes):
                self._events[event.seq - 1] = Seen(event.seq, event.type, (change_of(event),))
        self.does(self.names[0], "remove", f"r{seq}", seq, number)

    def mute(self, person: int) -> None:
        """Take somebody's voice, or give it back."""
        back = person in self.muted
        (self.muted.discard if back else self.muted.add)(person)
        type = "participant.unmuted" if back else "participant.muted"
        until = None if back else START + timedelta(days=1)
        line = Change("log", "beforeend", f"e-{len(self.log) + 1}", type)
        seq = self.happens(type, line, about=person, until=until)
        self.does(self.names[0], "unmute" if back else "mute", f"m{seq}", seq, person)

    def read(self, who: int, most: int) -> None:
        """Let a client have the next events."""
        name = self.names[who % len(self.names)]
        after = self._read[name]
        if events := tuple(self._events[after : after + most]):
            self._tell(Receive(at=0, client=name, events=events))
            self._read[name] += len(events)

    def come_back(self, name: str) -> None:
        """Let a client resume from where it stands."""
        self._tell(Hello(at=0, client=name, epoch="e", head=len(self.log)))
        self._tell(Resume(at=0, client=name, after=self._read[name]))

    def fall_out(self, who: int) -> None:
        """Let a client lose its connection, and come back."""
        name = self.names[who % len(self.names)]
        self._tell(Close(at=0, client=name, code=1006))
        self._tell(Connect(at=0, client=name, url="http://two"))
        self.come_back(name)

    def settle(self) -> None:
        """Let everybody read to the end."""
        for number in range(len(self.names)):
            self.read(number, len(self.log))

    def log_for(self, name: str, changes: dict[int, Change]) -> None:
        """Let somebody come who is given the whole log, in parts as it is shown now."""
        self._tell(Resume(at=0, client=name, after=0))
        shown = [
            replace(e, changes=(changes[e.seq],)) if e.seq in changes else e for e in self._events
        ]
        self._tell(Receive(at=0, client=name, events=tuple(shown)))

    def found(self) -> set[Kind]:
        return {violation.kind for violation in check(self.history, self.log)}


def change_of(event: Seen) -> Change:
    (change,) = event.changes
    return Change(change.into, change.swap, change.element, "without", ())


def a_debate() -> Site:
    """Return a small history with a bit of everything in it."""
    site = Site(3)
    for _round in range(2):
        for author in (1, 2):
            site.post(author)
            site.read(author, 9)
    site.fall_out(1)
    site.remove(1)
    site.mute(2)
    site.post(2)
    site.post(1)
    site.read(0, 3)
    site.mute(2)
    site.post(2)
    site.settle()
    return site
