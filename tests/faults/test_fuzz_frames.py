"""The search for frames: what it states is so for all it begins with, and it notices."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers import frames
from consumers.frames import BadFrame, FrameCode
from consumers.protocol import COMMANDS, Seen
from tests.faults.fuzz_frames import check, compose, frame_of, seeds


def test_all_it_begins_with_is_withstood() -> None:
    for seed in seeds():
        check(seed)


@given(st.binary(max_size=300))
def test_any_bytes_are_withstood(data: bytes) -> None:
    check(data)
    check(b"\0" + data)


def test_it_finds_its_way_to_every_command() -> None:
    names = {json.loads(frame_of(bytes([0, number])))["type"] for number in range(len(COMMANDS))}
    assert names == set(COMMANDS)
    assert frames.decode(compose(bytes([0]))).__class__ in COMMANDS.values()


def raises(error: Exception) -> Any:
    def decode(_text: str) -> Any:
        raise error

    return decode


@pytest.mark.parametrize(
    "decode",
    [
        pytest.param(raises(RecursionError()), id="escapes"),
        pytest.param(raises(BadFrame(FrameCode.UNKNOWN, "r" * 65)), id="a ref too long"),
        pytest.param(raises(BadFrame(FrameCode.UNKNOWN, "\ud800")), id="a ref that is no text"),
        pytest.param(lambda _text: Seen(seq=2), id="another number"),
        pytest.param(
            lambda text: msgspec.convert(json.loads(text), Seen, strict=False),
            id="a number as text",
        ),
    ],
)
def test_what_a_decoder_does_wrong_is_noticed(monkeypatch: pytest.MonkeyPatch, decode: Any) -> None:
    monkeypatch.setattr(frames, "decode", decode)
    with pytest.raises((AssertionError, RecursionError, UnicodeEncodeError)):
        check(b'{"type":"seen","seq":"1"}')
