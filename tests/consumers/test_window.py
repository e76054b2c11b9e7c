"""Flow control: how much may be on its way to a client that does not acknowledge."""

from hypothesis import given
from hypothesis import strategies as st

from consumers.protocol import WINDOW
from consumers.window import REFILL, WINDOW_BYTES, Window


def filled(window: Window, upto: int) -> Window:
    for seq in range(window.sent + 1, upto + 1):
        assert window.takes((seq, 100))
        window.note_sent((seq, 100))
    return window


def test_a_window_of_events_may_be_unacknowledged() -> None:
    window = filled(Window(10), 10 + WINDOW)
    assert not window.takes((10 + WINDOW + 1, 100))


def test_acknowledging_opens_the_window() -> None:
    window = filled(Window(), WINDOW)
    assert window.note_seen(1)
    assert window.takes((WINDOW + 1, 100))
    assert not window.takes((WINDOW + 2, 100))


def test_bytes_count_too() -> None:
    window = Window()
    window.note_sent((1, WINDOW_BYTES - 100))
    assert window.takes((2, 100))
    assert not window.takes((2, 101))


def test_a_single_frame_always_fits_an_empty_window() -> None:
    window = Window()
    assert window.takes((1, 10 * WINDOW_BYTES))
    window.note_sent((1, 10 * WINDOW_BYTES))
    assert not window.takes((2, 1))
    window.note_seen(1)
    assert window.takes((2, 1))


def test_what_was_never_sent_cannot_be_acknowledged() -> None:
    window = filled(Window(), 5)
    assert not window.note_seen(6)
    assert window.acknowledged == 0


def test_an_old_acknowledgement_changes_nothing() -> None:
    window = filled(Window(), 5)
    assert window.note_seen(4)
    assert window.note_seen(2)
    assert window.acknowledged == 4


def test_one_that_fell_behind_is_refilled_by_half_a_window() -> None:
    window = filled(Window(), WINDOW)
    assert not window.wants_refill
    window.note_seen(REFILL - 1)
    assert not window.wants_refill
    window.note_seen(REFILL)
    assert window.wants_refill


def test_one_that_has_acknowledged_everything_is_refilled() -> None:
    window = Window()
    window.note_sent((1, 2 * WINDOW_BYTES))
    assert not window.wants_refill
    window.note_seen(1)
    assert window.wants_refill


frames = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 90_000), st.integers(0, 3000)))


@given(frames)
def test_it_never_takes_more_than_it_promises(steps: list[tuple[int, int, int]]) -> None:
    window = Window()
    on_its_way: list[tuple[int, int]] = []
    for events, size, seen in steps:
        if window.takes((window.sent + events, size)):
            window.note_sent((window.sent + events, size))
            on_its_way.append((window.sent, size))
        if len(on_its_way) > 1:
            assert window.sent - window.acknowledged <= WINDOW
            assert sum(size for _last, size in on_its_way) <= WINDOW_BYTES
        if window.note_seen(seen):
            on_its_way = [frame for frame in on_its_way if frame[0] > seen]
