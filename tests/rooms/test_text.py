"""What is stored is what was typed, less what harms readers."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.eventlog.errors import Code, Refused
from rooms.text import _MARKS, BIDI_CONTROLS, MAX_MARKS, clean, fold


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 🏳️‍🌈 ❤️",
        "Ça, c’est « dit » !",
        "हिन्दी में",
        "العربية",
        "a\n\nb\tc",
        "<script>alert(1)</script>",
        "Z" + "\u0301" * MAX_MARKS,
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert clean(text, limit=2000) == text


@pytest.mark.parametrize(
    ("raw", "kept"),
    [("  a \r\n b  ", "a \n b"), ("abc\u202edef", "abcdef"), ("\u2067x\u2069", "x")],
)
def test_harm_is_taken_out(raw: str, kept: str) -> None:
    assert clean(raw, limit=2000) == kept


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", Code.EMPTY),
        (" \n\t ", Code.EMPTY),
        ("\u200b\u200d\ufeff\u2060\u00ad\u3164\u2800", Code.EMPTY),
        ("\u202e\u202c", Code.EMPTY),
        ("a\x00b", Code.BAD_CHAR),
        ("a\x1bb", Code.BAD_CHAR),
        ("\ud800", Code.BAD_CHAR),
        ("Z" + "\u0301" * (MAX_MARKS + 1), Code.BAD_CHAR),
        ("x" * 2001, Code.TOO_LONG),
    ],
)
def test_what_cannot_be_stored_is_refused(raw: str, code: Code) -> None:
    with pytest.raises(Refused) as caught:
        clean(raw, limit=2000)
    assert caught.value.code is code


def test_every_mark_is_known() -> None:
    assert set(filter(unicodedata.combining, map(chr, range(sys.maxunicode + 1)))) == _MARKS


@given(st.text())
def test_cleaning_is_stable_and_free_of_overrides(raw: str) -> None:
    try:
        text = clean(raw, limit=2000)
    except Refused:
        return
    assert clean(text, limit=2000) == text
    assert not BIDI_CONTROLS & set(text)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_folding_maps_each_character_back_into_the_source(source: str) -> None:
    folded = fold(source)
    assert len(folded.text) == len(folded.offsets)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert all(0 <= offset < len(source) for offset in folded.offsets)
