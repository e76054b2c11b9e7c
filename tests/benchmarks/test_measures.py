"""What the benchmarks' figures rest on."""

import itertools
import time
import zlib
from typing import get_args
from xml.etree import ElementTree

from tests.benchmarks.member import Arrivals
from tests.benchmarks.peers.dialects import DIALECTS, LENGTH, numbers_in, text_of
from tests.benchmarks.peers.plot import bars
from tests.benchmarks.peers.servers import Name
from tests.benchmarks.socket import Socket
from tests.benchmarks.timetable import steady, timetable


def test_every_peer_is_spoken_to() -> None:
    assert set(DIALECTS) == set(get_args(Name))


def test_what_is_said_is_found_again_in_any_frame() -> None:
    assert {len(text_of(number).encode()) for number in (1, 99_999)} == {LENGTH}
    assert numbers_in(f'42["said","{text_of(7)}"]{text_of(12)}'.encode()) == [7, 12]


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


async def test_frames_are_taken_however_they_are_cut() -> None:
    texts = [b"x" * length for length in (0, 1, 125, 126, 300, 65_535, 65_536, 70_000)]
    deflate = zlib.compressobj(wbits=-15)
    packed = (deflate.compress(b"packed") + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]
    stream = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
    for first, body in [*((0x81, text) for text in texts), (0xC1, packed), (0x8A, b"")]:
        size = bytes([len(body)]) if len(body) < 126 else b"\x7e" + len(body).to_bytes(8)[-2:]
        if len(body) > 65_535:
            size = b"\x7f" + len(body).to_bytes(8)
        stream += bytes([first]) + size + body
    for piece in (1, 3, 1000, len(stream)):
        heard: list[bytes] = []
        socket = Socket(heard.append)
        for at in range(0, len(stream), piece):
            socket.data_received(stream[at : at + piece])
        assert heard == [*texts, b"packed"]


def test_arrivals_are_counted_run_by_run() -> None:
    arrivals = Arrivals()
    for first, last in ((1, 3), (1, 3), (2, 2), (5, 5)):
        arrivals.note(first, last)
    found = arrivals.of([1, 2, 4])
    assert [found[number].count for number in (1, 2, 4)] == [2, 3, 0]
    assert found[1].first <= found[1].latest < found[4].first
