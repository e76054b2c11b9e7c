"""What the benchmarks' figures rest on."""

import itertools
import time
from typing import get_args
from xml.etree import ElementTree

from tests.benchmarks.peers.dialects import DIALECTS, LENGTH, numbers_in, text_of
from tests.benchmarks.peers.plot import bars
from tests.benchmarks.peers.servers import Name
from tests.benchmarks.timetable import steady, timetable


def test_every_peer_is_spoken_to() -> None:
    assert set(DIALECTS) == set(get_args(Name))


def test_what_is_said_is_found_again_in_any_frame() -> None:
    assert {len(text_of(number).encode()) for number in (1, 99_999)} == {LENGTH}
    assert numbers_in(f'42["said","{text_of(7)}"]{text_of(12)}') == [7, 12]


async def test_a_timetable_does_not_move_when_something_is_late() -> None:
    dues = []
    async for _index, due in timetable(1000, 0.02):
        dues.append(due)
        if len(dues) == 5:
            time.sleep(0.01)  # noqa: ASYNC251 -- it is what holds everything up
    steps = [round(later - due, 6) for due, later in itertools.pairwise(dues)]
    assert len(dues) == 20
    assert set(steps) == {0.001}


def test_waits_are_summed_up() -> None:
    found = steady(10, [0.3, 0.1, 0.2])
    assert (found.p50, found.max) == (0.2, 0.3)


def test_bars_are_as_long_as_what_they_show() -> None:
    svg = ElementTree.fromstring(bars({"200 connections": {"ours": 50.0, "theirs": 100.0}}))
    ours, theirs = (float(one.attrib["width"]) for one in svg.iter() if one.tag.endswith("rect"))
    assert theirs == 2 * ours
