"""The checker finds every kind of violation, and finds none where there is none."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.bad import MUTATIONS
from tests.faults.good import START, Site, a_debate
from tests.faults.history import Change, History, Receive, Resync, Seen, read_history
from tests.faults.violations import Kind


def test_a_good_history_passes() -> None:
    assert a_debate().found() == set()


def test_a_history_is_read_as_it_was_written(tmp_path: Path) -> None:
    site = a_debate()
    history = History(tmp_path / "history.jsonl")
    for record in [*site.history, Resync(at=1e6, client="c0", head=1)]:
        history.add(record)
    history.close()
    assert list(read_history(history.path))[:-1] == site.history


def test_every_kind_is_tried() -> None:
    assert set(MUTATIONS.values()) == set(Kind)


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_a_bad_history_is_caught(mutate: Callable[[Site], None]) -> None:
    site = a_debate()
    mutate(site)
    assert MUTATIONS[mutate] in site.found()


def test_a_text_that_was_restored_may_be_shown_again() -> None:
    site = a_debate()
    restore(site)
    assert site.found() == set()


def test_a_text_that_was_removed_again_was_rightly_shown_in_between() -> None:
    site = a_debate()
    number = restore(site)
    place = f"m-{number}"
    gone = Change(place, "outerHTML", place, "gone again")
    seq = site.happens("message.removed", gone, about=number)
    site.does(site.names[0], "remove", "r1", seq, number)
    site.settle()
    last = Seen(seq, "message.removed", (gone,))
    site.history.append(Receive(at=1e6, client="late", events=(last,)))
    assert site.found() == set()


def restore(site: Site) -> int:
    """Let a text that was removed be shown again, also to one who reads all of it then."""
    removal = next(e for e in site.log if e.type == "message.removed")
    mark = site.log[removal.about - 1].client_id
    place = f"m-{removal.about}"
    back = Change(place, "outerHTML", place, mark, (mark,))
    seq = site.happens("message.restored", back, about=removal.about)
    site.does(site.names[0], "restore", "b1", seq, removal.about)
    site.settle()
    site.log_for("late", {removal.seq: back})
    return removal.about


def test_a_mute_that_has_run_out_is_over() -> None:
    site = a_debate()
    seq = len(site.log) + 1
    site.happens("participant.muted", None, about=1, until=START + timedelta(seconds=seq + 1))
    site.post(1)
    site.settle()
    assert site.found() == set()


def test_who_is_told_to_start_again_has_lost_something() -> None:
    site = a_debate()
    site.history.append(Resync(at=1e6, client="c0", head=1))
    assert site.found() == {Kind.SKIP}


STEP = st.tuples(
    st.sampled_from(["post", "post", "post", "remove", "mute", "read", "read", "fall_out"]),
    st.integers(0, 7),
)


@st.composite
def sites(draw: st.DrawFn) -> Site:
    site = Site(draw(st.integers(2, 5)))
    for step, number in draw(st.lists(STEP, max_size=40)):
        match step:
            case "read":
                site.read(number, 1 + number)
            case _:
                getattr(site, step)(number)
    return site


@given(site=sites())
def test_whatever_goes_well_passes(site: Site) -> None:
    site.settle()
    assert site.found() == set()


@given(site=sites(), mutate=st.sampled_from(list(MUTATIONS)))
def test_whatever_goes_wrong_is_caught(site: Site, mutate: Callable[[Site], None]) -> None:
    # Three messages at the end that everybody reads at once, and a removal: each fits somewhere.
    for author in (101, 102, 103):
        site.post(author)
    site.settle()
    site.remove(len(site.texts) - 1)
    site.post(104)
    site.settle()
    mutate(site)
    assert MUTATIONS[mutate] in site.found()
