"""Reading a recorded debate, and what is said of one that cannot be played."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.replay.recording import BadRecording, Utterance, read_recording, shorten
from consumers.replay.report import percentile


def write(folder: Path, text: str) -> Path:
    path = folder / "debate.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_messages_come_in_order_of_time_with_their_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "author,time,text,more\n"
        'Bob,2017-03-20T20:00:10Z,"Deux\nlignes, « citées »",x\n'
        "Alice,2017-03-20T21:00:05+01:00,Un,x\n"
        "Alice,2017-03-20 20:00:12.500,Trois,x\n",
    )
    assert read_recording(path) == [
        Utterance(0.0, "Alice", "Un"),
        Utterance(5.0, "Bob", "Deux\nlignes, « citées »"),
        Utterance(7.5, "Alice", "Trois"),
    ]


def test_only_long_silences_are_shortened() -> None:
    said = [Utterance(at, "Alice", "…") for at in (0.0, 5.0, 5000.0, 5001.0)]
    assert [one.at for one in shorten(said, 60)] == [0.0, 5.0, 65.0, 66.0]
    assert shorten(said, 6000) == said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "columns time,author,text"),
        ("time,author\n2017-03-20T20:00:10Z,Bob\n", "columns time,author,text"),
        ("time,author,text\n", "no message"),
        ("time,author,text\n2017-03-20T20:00:10Z,Bob,a\nyesterday,Bob,b\n", "line 3: 'yesterday'"),
        ("time,author,text\n2017-03-20T20:00:10Z,,a\n", "line 2: the author is empty"),
        ("time,author,text\n2017-03-20T20:00:10Z,Bob\n", "line 2: a column is missing"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadRecording, match=says):
        read_recording(write(tmp_path, text))


def test_a_missing_or_binary_file_is_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(BadRecording):
        read_recording(tmp_path / "nowhere.csv")
    (tmp_path / "binary.csv").write_bytes(b"time,author,text\n\xff\xfe\x00")
    with pytest.raises(BadRecording):
        read_recording(tmp_path / "binary.csv")


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50), st.integers(1, 100))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(
    values: list[float], percent: int
) -> None:
    ordered = sorted(values)
    found = percentile(ordered, percent)
    assert found in ordered
    assert sum(v <= found for v in ordered) * 100 >= percent * len(ordered)
