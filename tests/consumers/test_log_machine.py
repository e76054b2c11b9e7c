"""Writers, moderators, workers and readers in any order: what everybody sees is the log.

Commands go through the real functions to the test database. What is committed goes to the workers
as it would, but is lost, doubled and reordered on the way; readers come, go, and fall behind their
windows. Beside it all a model knows what should be so, and after each step it is.
"""

import json
import string
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from consumers import window as flow
from consumers.cursor import Cursor, Step, resume
from consumers.pages import read_events
from consumers.rendering import Rendering
from consumers.shown import Shown, settle
from consumers.window import Window
from rooms.eventlog.backlog import heads
from rooms.eventlog.broadcast import Batch, set_publisher
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Event, Room
from rooms.eventlog.rendering import Audience
from rooms.lifecycle.schedule import create_room
from rooms.messages.decisions import remove_message, restore_message
from rooms.messages.editing import edit_message
from rooms.messages.posting import post_message
from rooms.messages.reactions import REACTIONS, react
from rooms.moderation.sanctions import mute_participant, unmute_participant
from rooms.people.membership import join_room
from rooms.people.models import Participant
from tests.faults.page import Page
from tests.faults.people import seen

pytestmark = pytest.mark.django_db(transaction=True)

WINDOW = 6
"""Events that a reader here is sent ahead: few, so that many fall behind."""
AHEAD = 3
"""Events that a worker here keeps ahead of a gap."""
READERS = st.integers(0, 2)
AUTHORS = st.integers(0, 2)
PICKS = st.integers(0, 40)


@contextmanager
def refused(code: Code | None) -> Iterator[None]:
    """Let something be refused for a reason; for None, let it be done."""
    if code is None:
        yield
        return
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code is code


@dataclass
class Message:
    """What the model knows of a message: its text is the mark it was last given."""

    author: int
    mark: str
    visible: bool = True


@dataclass
class Reader:
    """A person at a worker: what is on its way to the worker, where both stand, what is shown."""

    cursor: Cursor[Shown]
    window: Window
    applied: list[int] = field(default_factory=list)
    page: Page = field(default_factory=Page)
    on_its_way: list[Batch] = field(default_factory=list)
    is_connected: bool = True

    @property
    def seq(self) -> int:
        return self.applied[-1] if self.applied else 0


class Log(RuleBasedStateMachine):
    """A room with three who talk, one who moderates and three who read."""

    room: Room

    @initialize()
    def open(self) -> None:
        self.committed: list[Batch] = []
        set_publisher(self.committed.append)
        self.room = create_room(title="Machine", owner_name="Olga", guest_key="olga")
        self.olga = Participant.objects.get(room=self.room)
        self.authors = [
            join_room(room=self.room, name=f"Author {n}", guest_key=f"author {n}") for n in range(3)
        ]
        self.messages: dict[int, Message] = {}
        self.muted: set[int] = set()
        self.said = 0
        self.readers = [self._reader() for _ in range(3)]
        self.committed.clear()

    def teardown(self) -> None:
        try:
            self.at_the_end()
        finally:
            set_publisher(None)

    # --- what people do ----------------------------------------------------------------------

    @rule(author=AUTHORS, again=st.booleans())
    def post(self, author: int, again: bool) -> None:
        mark = self._mark()
        with refused(Code.MUTED if author in self.muted else None):
            for _time in range(2 if again else 1):
                receipt = post_message(
                    room=self.room, author=self.authors[author], client_id=mark, text=mark
                )
                assert self.messages.setdefault(receipt.number, Message(author, mark)).mark == mark

    @precondition(lambda self: self.messages)
    @rule(pick=PICKS)
    def edit(self, pick: int) -> None:
        number, message = self._pick(pick)
        mark = self._mark()
        code = Code.MUTED if message.author in self.muted else None
        with refused(code if message.visible else Code.NOT_FOUND):
            author = self.authors[message.author]
            edit_message(room=self.room, actor=author, number=number, text=mark)
            message.mark = mark

    @precondition(lambda self: self.messages)
    @rule(pick=PICKS, author=AUTHORS, on=st.booleans(), emoji=st.sampled_from(REACTIONS[:2]))
    def react(self, pick: int, author: int, on: bool, emoji: str) -> None:
        number, _message = self._pick(pick)
        with suppress(Refused):
            actor = self.authors[author]
            react(room=self.room, actor=actor, number=number, emoji=emoji, on=on)

    @precondition(lambda self: self.messages)
    @rule(pick=PICKS)
    def remove(self, pick: int) -> None:
        number, message = self._pick(pick)
        remove_message(room=self.room, actor=self.olga, number=number, reason="spam")
        message.visible = False

    @precondition(lambda self: any(not one.visible for one in self.messages.values()))
    @rule(pick=PICKS)
    def restore(self, pick: int) -> None:
        number, message = self._pick(pick)
        with refused(Code.STALE if message.visible else None):
            restore_message(room=self.room, actor=self.olga, number=number)
            message.visible = True

    @rule(author=AUTHORS)
    def mute(self, author: int) -> None:
        subject = self.authors[author].pk
        with suppress(Refused):
            mute_participant(
                room=self.room, actor=self.olga, participant_id=subject, seconds=3600, reason="spam"
            )
        self.muted.add(author)

    @rule(author=AUTHORS)
    def unmute(self, author: int) -> None:
        subject = self.authors[author].pk
        with suppress(Refused):
            unmute_participant(room=self.room, actor=self.olga, participant_id=subject)
        self.muted.discard(author)

    # --- what networks and workers do ----------------------------------------------------------

    @rule(reader=READERS, pick=PICKS, twice=st.booleans())
    def deliver(self, reader: int, pick: int, twice: bool) -> None:
        """Bring some batch to a worker, in whatever order, perhaps not for the last time."""
        at = self.readers[reader]
        if at.on_its_way:
            index = pick % len(at.on_its_way)
            batch = at.on_its_way[index] if twice else at.on_its_way.pop(index)
            at.cursor.offer(batch.epoch, ((view.seq, Shown(view)) for view in batch.views))
            self._work_off(at, may_read=False)

    @rule(reader=READERS, pick=PICKS)
    def lose(self, reader: int, pick: int) -> None:
        at = self.readers[reader]
        if at.on_its_way:
            at.on_its_way.pop(pick % len(at.on_its_way))

    @rule(reader=READERS)
    def compare(self, reader: int) -> None:
        """Let a worker look at the head of the log, and read what it misses."""
        at = self.readers[reader]
        before = at.cursor.seq
        epoch, head = heads([self.room.pk])[self.room.pk]
        assert at.cursor.notice(epoch, head, seq_before=before) is not Step.RESYNC
        self._work_off(at, may_read=True)

    @rule(reader=READERS)
    def acknowledge(self, reader: int) -> None:
        at = self.readers[reader]
        if at.is_connected:
            assert at.window.note_seen(at.seq)
            self._catch_up(at)

    @rule(reader=READERS)
    def leave(self, reader: int) -> None:
        self.readers[reader].is_connected = False

    @rule(reader=READERS, anew=st.booleans())
    def come_back(self, reader: int, anew: bool) -> None:
        """Resume where one was, or with nothing, at a worker that knows the log."""
        at = self.readers[reader]
        at.is_connected = False
        self.compare(reader)
        if anew:
            at.applied, at.page = [], Page()
        step = resume(
            epoch=self.room.epoch,
            after=at.seq,
            log_epoch=at.cursor.epoch,
            head=at.cursor.seq,
        )
        assert step is not Step.RESYNC
        at.window, at.is_connected = Window(at.seq), True
        self._catch_up(at)

    def _work_off(self, at: Reader, *, may_read: bool) -> None:
        """Do what a feed does: deliver what is at hand, read what is missing."""
        while (step := at.cursor.step) is not Step.DROP:
            if step is Step.DELIVER:
                self._push(at, settle(at.cursor.take(4)))
            elif may_read:
                run = read_events(self.room.pk, at.cursor.seq)[:4]
                at.cursor.offer(at.cursor.epoch, ((shown.seq, shown) for shown in run))
            else:
                return

    def _push(self, at: Reader, run: list[Shown]) -> None:
        """Send a run to a reader who stands right before it and takes it; others catch up."""
        if at.is_connected and at.window.sent == run[0].seq - 1:
            self._send(at, run)

    def _catch_up(self, at: Reader) -> None:
        """Send pages from the log until the reader is where the worker is, or takes no more."""
        while at.window.wants_refill and at.window.sent < at.cursor.seq:
            run = read_events(self.room.pk, at.window.sent, at.cursor.seq)[:4]
            removed = [one.mark for one in self.messages.values() if not one.visible]
            html = "".join(frame.text for frame in Rendering(run).frames("en", Audience()))
            assert not [mark for mark in removed if mark in html]
            if not self._send(at, run):
                return

    def _send(self, at: Reader, run: list[Shown]) -> bool:
        for frame in Rendering(run).frames("en", Audience()):
            if not at.window.takes(frame.extent):
                return False
            at.window.note_sent(frame.extent)
            for event in json.loads(frame.text)["events"]:
                at.applied.append(event["seq"])
                at.page.apply(seen(event))
        return True

    # --- what is so after each step ------------------------------------------------------------

    @invariant()
    def the_log_has_no_gap(self) -> None:
        if self.committed:
            assert gaps(self.room.pk) == []
        for reader in self.readers:
            reader.on_its_way.extend(self.committed)
        self.committed.clear()

    @invariant()
    def everybody_has_each_event_once_and_in_order(self) -> None:
        for reader in self.readers:
            assert reader.applied == list(range(1, len(reader.applied) + 1))
            assert reader.seq <= reader.cursor.seq
            assert reader.window.sent - reader.window.acknowledged <= WINDOW

    @invariant()
    def nobody_who_is_at_the_head_is_shown_what_was_removed(self) -> None:
        head = Room.objects.values_list("head", flat=True).get(pk=self.room.pk)
        expected = {n: one.mark for n, one in self.messages.items() if one.visible}
        for reader in self.readers:
            if reader.seq == head:
                marks = {n: reader.page.marks(f"m-{n}") for n in self.messages}
                assert {n: found[0] for n, found in marks.items() if found} == expected

    def at_the_end(self) -> None:
        """Everybody reads on: all end up with one page, and the state is what the log says."""
        for index, reader in enumerate(self.readers):
            self.come_back(index, anew=False)
            while reader.seq < reader.cursor.seq:
                self.acknowledge(index)
        late = self._reader()
        self.readers.append(late)
        self.compare(3)
        while late.seq < late.cursor.seq:
            self.acknowledge(3)
        assert len({reader.page.state for reader in self.readers}) == 1
        assert late.seq == Event.objects.filter(room=self.room).count()
        self.nobody_who_is_at_the_head_is_shown_what_was_removed()
        assert differences(self.room.pk) == []

    # --- helpers -------------------------------------------------------------------------------

    def _reader(self) -> Reader:
        epoch, _head = heads([self.room.pk])[self.room.pk]
        return Reader(Cursor(epoch, 0, room_ahead=AHEAD), Window(0))

    def _mark(self) -> str:
        """Return a text that was not said before, and is found again in any HTML."""
        self.said += 1
        return "zq" + "".join(string.ascii_lowercase[self.said // 26**n % 26] for n in range(8))

    def _pick(self, pick: int) -> tuple[int, Message]:
        numbers = sorted(self.messages)
        number = numbers[pick % len(numbers)]
        return number, self.messages[number]


def test_what_everybody_sees_is_the_log(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SCREENERS = []  # type: ignore[attr-defined]
    monkeypatch.setattr(flow, "WINDOW", WINDOW)
    monkeypatch.setattr(flow, "REFILL", WINDOW // 2)
    run_state_machine_as_test(
        Log, settings=hypothesis.settings(max_examples=15, stateful_step_count=40)
    )
