"""The fan-out inside one process: order, gaps, joining, and readers of every speed."""

import asyncio
from functools import partial
from typing import Any

import pytest

from consumers import catch_up, feed
from consumers.connection import Reading
from consumers.hub import Hub
from consumers.protocol import WINDOW
from rooms.eventlog import broadcast
from rooms.eventlog.append import append
from rooms.eventlog.backlog import backlog, present
from rooms.eventlog.broadcast import Batch
from rooms.eventlog.models import Event, Room
from rooms.lifecycle.schedule import create_room
from rooms.messages.decisions import remove_message
from rooms.messages.posting import draft_post, post_message
from rooms.people.membership import join_room
from rooms.people.models import Participant
from tests.consumers.conftest import Listen, Listener
from tests.off_loop import off_loop

pytestmark = pytest.mark.django_db(transaction=True)
"""An event loop of its own and threads: what is written has to be committed."""


@pytest.fixture(autouse=True)
def _no_limits(settings: Any) -> None:
    settings.SCREENERS = []


@pytest.fixture
def room() -> Room:
    return create_room(title="Feed", owner_name="Olga", guest_key="olga")


@pytest.fixture
def alice(room: Room) -> Participant:
    return join_room(room=room, name="Alice", guest_key="alice")


@pytest.fixture
def head(room: Room, alice: Participant) -> int:
    """Return the sequence before the first message."""
    room.refresh_from_db()
    return room.head


def post(room: Room, alice: Participant, *texts: str) -> list[int]:
    return [post_message(room=room, author=alice, client_id=text, text=text).seq for text in texts]


def post_together(room: Room, alice: Participant, *texts: str) -> list[int]:
    """Post in one transaction."""
    drafts = [draft_post(room=room, author=alice, client_id=text, text=text) for text in texts]
    return [outcome.seq for outcome in append(room.pk, drafts) if isinstance(outcome, Event)]


def many(count: int) -> list[str]:
    return [f"Message {number}" for number in range(count)]


def batch(room: Room, *seqs: int, epoch: str = "") -> Batch:
    views = present([e for e in backlog(room.pk, 0) if e.seq in seqs])
    return Batch(room.pk, epoch or room.epoch, views)


async def test_what_is_committed_arrives(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    listener = await listen(room.pk, head)
    seqs = await off_loop(post, room, alice, *many(3))
    await listener.until_seq(seqs[-1])
    assert listener.seqs == seqs


async def test_the_backlog_comes_before_ready_and_the_rest_after(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    before = await off_loop(post, room, alice, "before")
    listener = await listen(room.pk, 0)
    after = await off_loop(post, room, alice, "after")
    await listener.until_seq(after[0])
    assert listener.seqs == list(range(1, after[0] + 1))
    ready = listener.types().index("ready")
    assert listener.frames[ready]["head"] == before[0]
    assert listener.frames[ready - 1]["events"][-1]["seq"] == before[0]


async def test_batches_in_any_order_are_delivered_in_order(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    listener = await listen(room.pk, head)
    broadcast.set_publisher(lambda _batch: None)
    one, two, three, four = await off_loop(post, room, alice, *many(4))
    batches = [await off_loop(batch, room, *seqs) for seqs in ([four], [two, three], [two], [one])]
    for late in batches:
        listener.feed.take(late)
    await listener.until_seq(four)
    assert listener.seqs == [one, two, three, four]


async def test_a_lost_batch_is_read_from_the_log(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    listener = await listen(room.pk, head)
    broadcast.set_publisher(lambda _batch: None)
    one, two, three = await off_loop(post, room, alice, *many(3))
    listener.feed.take(await off_loop(batch, room, three))
    await listener.until_seq(three)
    assert listener.seqs == [one, two, three]


async def test_a_lost_last_batch_is_found_by_comparing_heads(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    listener = await listen(room.pk, head)
    broadcast.set_publisher(lambda _batch: None)
    (last,) = await off_loop(post, room, alice, "lost")
    await listener.until_seq(last)
    assert listener.seqs == [last]


async def test_who_comes_back_is_not_shown_what_was_removed_elsewhere(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    there = await listen(room.pk, head)
    (sent,) = await off_loop(post, room, alice, "Words to be removed")
    await there.until_seq(sent)
    broadcast.set_publisher(lambda _batch: None)  # As if another worker's news were lost.
    await off_loop(partial(remove_message, room=room, actor=alice, number=sent))
    back = await listen(room.pk, head)
    await back.until_seq(sent + 1)
    assert "Words to be removed" not in str(back.frames)


async def test_what_piles_up_leaves_in_one_frame(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    listener = await listen(room.pk, head)
    broadcast.set_publisher(lambda _batch: None)
    seqs = await off_loop(post, room, alice, *many(5))
    before = len(listener.frames)
    for one in [await off_loop(batch, room, seq) for seq in seqs]:
        listener.feed.take(one)
    await listener.until_seq(seqs[-1])
    assert [frame["type"] for frame in listener.frames[before:]] == ["push"]


async def test_a_late_joiner_and_a_live_one_end_up_with_the_same(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    listener = await listen(room.pk, head)
    posting = asyncio.create_task(off_loop(post, room, alice, *many(60)))
    joiners: list[Listener] = []
    while len(joiners) < 50:
        joiners.append(await listen(room.pk, head))
        await listener.until(lambda: len(listener.seqs) > len(joiners))
    seqs = await posting
    for one in (listener, *joiners):
        await one.until_seq(seqs[-1])
        assert one.seqs == seqs


async def test_a_long_backlog_is_read_in_pages_as_it_is_acknowledged(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    seqs = await off_loop(post_together, room, alice, *many(WINDOW + 100))
    listener = await listen(room.pk, None)
    listener.resume(head)
    await listener.until(lambda: listener.connection.reading is Reading.WAITING)
    assert len(listener.seqs) <= WINDOW
    while "ready" not in listener.types():
        assert listener.seen(listener.seqs[-1])
        await listener.until(lambda: listener.connection.reading is not Reading.CATCHING_UP)
    assert listener.seqs == seqs


async def test_one_that_acknowledges_nothing_is_left_behind_and_comes_back(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    silent, quick = await listen(room.pk, head), await listen(room.pk, head)
    seqs: list[int] = []
    for start in range(0, WINDOW + 100, 50):
        texts = (f"Message {start + number}" for number in range(50))
        seqs += await off_loop(post_together, room, alice, *texts)
        await quick.until_seq(seqs[-1])
        assert quick.seen(seqs[-1])
    assert quick.seqs == seqs
    assert silent.connection.reading is Reading.WAITING
    assert len(silent.seqs) <= WINDOW
    silent.seen(silent.seqs[-1])
    await silent.until_seq(seqs[-1])
    assert silent.seqs == seqs


async def test_one_that_does_not_read_holds_up_nobody(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    stuck, quick = await listen(room.pk, head), await listen(room.pk, head)
    stuck.takes.clear()
    seqs = await off_loop(post, room, alice, *many(20))
    await quick.until_seq(seqs[-1])
    assert quick.seqs == seqs
    assert stuck.seqs == []
    stuck.takes.set()
    await stuck.until_seq(seqs[-1])
    assert stuck.seqs == seqs


async def test_acknowledging_what_was_never_sent_is_refused(
    hub: Hub, listen: Listen, room: Room, head: int
) -> None:
    listener = await listen(room.pk, head)
    assert not listener.seen(head + 1)
    fresh = await listen(room.pk, None)
    assert not fresh.seen(1)


async def test_resuming_again_starts_from_there(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    seqs = await off_loop(post, room, alice, *many(3))
    listener = await listen(room.pk, head)
    assert listener.seqs == seqs
    listener.resume(seqs[0])
    await listener.until(lambda: listener.types().count("ready") == 2)
    assert listener.seqs == [*seqs, *seqs[1:]]


@pytest.mark.parametrize("beyond", [1, 2**63 - 1])
async def test_a_cursor_beyond_the_head_is_told_to_resync(
    hub: Hub, listen: Listen, room: Room, head: int, beyond: int
) -> None:
    listener = await listen(room.pk, None)
    listener.resume(min(head + beyond, 2**63 - 1))
    await listener.until(lambda: bool(listener.frames))
    assert listener.frames == [{"type": "resync", "epoch": room.epoch, "head": head}]


async def test_a_cursor_of_another_history_is_told_to_resync(
    hub: Hub, listen: Listen, room: Room, head: int
) -> None:
    listener = await listen(room.pk, None)
    listener.resume(0, epoch="another")
    await listener.until(lambda: bool(listener.frames))
    assert listener.types() == ["resync"]


async def test_one_who_knows_more_than_this_worker_is_not_sent_back(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    first = await listen(room.pk, head)
    broadcast.set_publisher(lambda _batch: None)
    seqs = await off_loop(post, room, alice, *many(2))
    ahead = await listen(room.pk, None)
    ahead.resume(seqs[0])
    await ahead.until(lambda: "ready" in ahead.types())
    assert ahead.seqs == [seqs[1]]
    assert first.seqs == seqs


async def test_a_new_epoch_tells_everybody_to_resync(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    listener = await listen(room.pk, head)
    await off_loop(Room.objects.filter(pk=room.pk).update, epoch="restored")
    await listener.until(lambda: "resync" in listener.types())
    assert {"type": "resync", "epoch": "restored", "head": head} in listener.frames
    (seq,) = await off_loop(post, room, alice, "after the restore")
    listener.resume(head)
    await listener.until_seq(seq)


async def test_late_news_of_a_history_that_is_over_changes_nothing(
    hub: Hub, listen: Listen, room: Room, alice: Participant, head: int
) -> None:
    listener = await listen(room.pk, head)
    listener.feed.take(await off_loop(batch, room, head, epoch="old"))
    (seq,) = await off_loop(post, room, alice, "goes on")
    await listener.until_seq(seq)
    assert "resync" not in listener.types()


async def test_a_room_nobody_is_in_is_not_followed(hub: Hub, listen: Listen, room: Room) -> None:
    listener = await listen(room.pk, 0)
    hub.detach(listener.connection, listener.feed)
    again = await listen(room.pk, 0)
    assert again.feed is not listener.feed
    assert again.seqs == listener.seqs


async def test_many_join_an_unknown_room_at_once(hub: Hub, listen: Listen, room: Room) -> None:
    listeners = await asyncio.gather(*(listen(room.pk, 0) for _ in range(20)))
    assert len({id(listener.feed) for listener in listeners}) == 1
    assert len({tuple(listener.seqs) for listener in listeners}) == 1


def test_waits_are_short_enough_for_the_promise() -> None:
    assert feed.GRACE < 0.1
    assert catch_up.RETRY <= 1
