"""The cursor: whatever is lost, doubled or out of order, each event is taken once and in order."""

from hypothesis import given
from hypothesis import strategies as st

from consumers.cursor import Cursor, Step, resume

EPOCH = "e1"


def offer(cursor: Cursor[str], *seqs: int) -> Step:
    return cursor.offer(EPOCH, [(seq, f"event {seq}") for seq in seqs])


def test_the_next_event_is_delivered() -> None:
    cursor = Cursor[str](EPOCH, 4)
    assert offer(cursor, 5) is Step.DELIVER
    assert cursor.take(10) == ["event 5"]
    assert cursor.seq == 5
    assert cursor.step is Step.DROP


def test_what_was_seen_is_dropped() -> None:
    cursor = Cursor[str](EPOCH, 4)
    assert offer(cursor, 3, 4) is Step.DROP
    assert cursor.take(10) == []


def test_a_batch_that_overlaps_is_delivered_from_where_it_is_new() -> None:
    cursor = Cursor[str](EPOCH, 4)
    assert offer(cursor, 3, 4, 5, 6) is Step.DELIVER
    assert cursor.take(10) == ["event 5", "event 6"]


def test_a_gap_is_filled_and_what_came_ahead_of_it_is_kept() -> None:
    cursor = Cursor[str](EPOCH, 4)
    assert offer(cursor, 7) is Step.FILL
    assert cursor.take(10) == []
    assert offer(cursor, 5, 6) is Step.DELIVER
    assert cursor.take(10) == ["event 5", "event 6", "event 7"]


def test_what_is_too_far_ahead_is_not_kept_but_known_of() -> None:
    cursor = Cursor[str](EPOCH, 0, room_ahead=2)
    assert offer(cursor, 3) is Step.FILL
    assert offer(cursor, 1, 2) is Step.DELIVER
    assert cursor.take(10) == ["event 1", "event 2"]
    assert cursor.step is Step.FILL


def test_take_is_bounded() -> None:
    cursor = Cursor[str](EPOCH, 0)
    offer(cursor, 1, 2, 3)
    assert cursor.take(2) == ["event 1", "event 2"]
    assert cursor.step is Step.DELIVER


def test_another_epoch_means_resync() -> None:
    cursor = Cursor[str](EPOCH, 4)
    assert cursor.offer("e2", [(5, "event 5")]) is Step.RESYNC
    assert cursor.notice("e2", 4, seq_before=4) is Step.RESYNC
    assert cursor.seq == 4


def test_a_higher_head_is_filled_up_to() -> None:
    cursor = Cursor[str](EPOCH, 4)
    assert cursor.notice(EPOCH, 6, seq_before=4) is Step.FILL
    assert cursor.notice(EPOCH, 4, seq_before=4) is Step.FILL


def test_a_head_read_before_the_last_delivery_is_no_resync() -> None:
    cursor = Cursor[str](EPOCH, 4)
    offer(cursor, 5)
    cursor.take(10)
    assert cursor.notice(EPOCH, 4, seq_before=4) is Step.DROP
    assert cursor.notice(EPOCH, 4, seq_before=5) is Step.RESYNC


def test_resume() -> None:
    def ask(epoch: str, after: int) -> Step:
        return resume(epoch=epoch, after=after, log_epoch=EPOCH, head=9)

    assert ask(EPOCH, 9) is Step.DROP
    assert ask(EPOCH, 0) is Step.FILL
    assert ask(EPOCH, 10) is Step.RESYNC
    assert ask("e2", 9) is Step.RESYNC


batches = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 8)), max_size=30)


@given(start=st.integers(0, 40), batches=batches, limit=st.integers(1, 5), ahead=st.integers(1, 9))
def test_taken_is_always_the_log_in_order(
    start: int, batches: list[tuple[int, int]], limit: int, ahead: int
) -> None:
    head = 48
    cursor = Cursor[str](EPOCH, start, room_ahead=ahead)
    taken: list[str] = []
    for first, size in batches:
        offer(cursor, *range(first, first + size))
        taken += cursor.take(limit)
    cursor.notice(EPOCH, head, seq_before=cursor.seq)
    while (step := cursor.step) is not Step.DROP:
        if step is Step.FILL:
            offer(cursor, *range(cursor.seq + 1, min(cursor.seq + 4, head) + 1))
        taken += cursor.take(limit)
    assert taken == [f"event {seq}" for seq in range(start + 1, head + 1)]
