"""The decoder: every kind of bad frame gets its own answer, and only exact commands pass."""

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.frames import BadFrame, decode, encode
from consumers.protocol import COMMANDS, MAX_FRAME, MAX_READ, Nack, Post, Push, Resume, Seen

POST = {"type": "post", "ref": "r1", "id": "m1", "text": "Bonjour"}


def refusal(frame: str | None) -> tuple[str, str | None]:
    with pytest.raises(BadFrame) as caught:
        decode(frame)
    return caught.value.code, caught.value.ref


def test_a_command_is_decoded() -> None:
    command = decode(json.dumps({**POST, "side": "for", "reply_to": 7}))
    assert command == Post(ref="r1", id="m1", text="Bonjour", side="for", reply_to=7)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        pytest.param(None, "bad_frame", id="binary"),
        pytest.param("", "bad_json", id="empty"),
        pytest.param("hello", "bad_json", id="word"),
        pytest.param('{"type":"seen","seq":1', "bad_json", id="cut"),
        pytest.param('{"type":"seen","seq":1}x', "bad_json", id="trailing"),
        pytest.param("[1]", "bad_shape", id="array"),
        pytest.param("null", "bad_shape", id="null"),
        pytest.param('"x"', "bad_shape", id="string"),
        pytest.param("{}", "bad_shape", id="no-type"),
        pytest.param('{"type":7}', "bad_shape", id="type-not-text"),
        pytest.param('{"type":{"type":"seen"}}', "bad_shape", id="type-an-object"),
        pytest.param("[" * 100_000, "too_long", id="100k-brackets"),
        pytest.param("[" * 8_000, "bad_json", id="8k-brackets"),
        pytest.param("[" * 4_000 + "]" * 4_000, "bad_json", id="deep-nesting"),
        pytest.param('{"type":"seen","seq":NaN}', "bad_json", id="nan"),
        pytest.param('{"type":"seen","seq":-Infinity}', "bad_json", id="infinity"),
        pytest.param('{"type":"seen","seq":1e999}', "bad_shape", id="1e999"),
        pytest.param('{"type":"seen","seq":%s}' % ("9" * 5_000), "bad_shape", id="5000-digits"),
        pytest.param('{"type":"seen","seq":9223372036854775808}', "bad_shape", id="2^63"),
        pytest.param('{"type":"seen","seq":1,"seq":2}', "bad_json", id="duplicate-key"),
        pytest.param('{"type":"seen","seq":1,"extra":2}', "bad_shape", id="extra-key"),
        pytest.param('{"type":"seen"}', "bad_shape", id="missing-key"),
        pytest.param('{"type":"__init__"}', "unknown", id="dunder"),
        pytest.param('{"type":"hello"}', "unknown", id="a-reply"),
        pytest.param('{"type":"see\\u0000n","seq":1}', "bad_char", id="nul-in-type"),
        pytest.param('{"type":"seen","seq":1,"a\\ud800":2}', "bad_char", id="surrogate-key"),
        pytest.param("\ufeff" + '{"type":"seen","seq":1}', "bad_json", id="byte-order-mark"),
    ],
)
def test_bad_frames(frame: str | None, code: str) -> None:
    assert refusal(frame) == (code, None)


@pytest.mark.parametrize(
    "after", ["-1", '"5"', "5.0", "true", "null", "[]", "9223372036854775808", "1e3"]
)
def test_a_cursor_is_a_natural_number(after: str) -> None:
    frame = '{"type":"resume","epoch":"e","after":' + after + "}"
    assert refusal(frame) == ("bad_shape", None)


def test_the_largest_cursor_is_decoded() -> None:
    largest = 2**63 - 1
    decoded = decode(json.dumps({"type": "resume", "epoch": "e", "after": largest}))
    assert decoded == Resume(epoch="e", after=largest)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"text": "a\0b"}, "bad_char", id="nul-in-text"),
        pytest.param({"text": "a\ud800b"}, "bad_char", id="lone-surrogate"),
        pytest.param({"id": "\0"}, "bad_char", id="nul-in-id"),
        pytest.param({"id": ""}, "bad_shape", id="empty-id"),
        pytest.param({"id": None}, "bad_shape", id="no-id"),
        pytest.param({"id": 7}, "bad_shape", id="id-a-number"),
        pytest.param({"text": 7}, "bad_shape", id="text-a-number"),
        pytest.param({"text": ["x"]}, "bad_shape", id="text-a-list"),
        pytest.param({"side": "left"}, "bad_shape", id="unknown-side"),
        pytest.param({"reply_to": -1}, "bad_shape", id="reply-to-negative"),
        pytest.param({"reply_to": 1.5}, "bad_shape", id="reply-to-fraction"),
        pytest.param({"admin": True}, "bad_shape", id="extra-key"),
        pytest.param({"type": "rm -rf"}, "unknown", id="unknown"),
        pytest.param({"text": "x" * MAX_FRAME}, "too_long", id="over-8-kib"),
    ],
)
def test_a_refusal_names_the_ref_where_it_can_be_read(change: dict[str, Any], code: str) -> None:
    assert refusal(json.dumps({**POST, **change})) == (code, "r1")


@pytest.mark.parametrize("ref", ["", "r" * 65, 7, None, ["r"], "r\0", "\udfff"])
def test_a_bad_ref_is_not_repeated(ref: Any) -> None:
    code, named = refusal(json.dumps({**POST, "ref": ref}))
    assert code in ("bad_shape", "bad_char")
    assert named is None


def test_the_limit_is_counted_in_bytes() -> None:
    fits = json.dumps({**POST, "text": ""}, ensure_ascii=False)
    room = MAX_FRAME - len(fits)
    decode(fits.replace('"text": ""', '"text": "%s"' % ("é" * (room // 2))))
    too_long = fits.replace('"text": ""', '"text": "%s"' % ("é" * (room // 2 + 1)))
    assert refusal(too_long) == ("too_long", "r1")


def test_a_frame_that_is_far_too_long_is_not_read() -> None:
    assert refusal(json.dumps({**POST, "text": "x" * MAX_READ})) == ("too_long", None)


def test_surrogate_pairs_are_text() -> None:
    command = decode('{"type":"post","ref":"r","id":"i","text":"\\ud83d\\udc4d"}')
    assert isinstance(command, Post)
    assert command.text == "👍"


def test_encoded_events_are_joined_as_they_are() -> None:
    frame = encode(Push(events=[msgspec.Raw(b'{"seq":1}'), msgspec.Raw(b'{"seq":2}')], head=2))
    assert json.loads(frame) == {"type": "push", "events": [{"seq": 1}, {"seq": 2}], "head": 2}


def test_a_nack_always_has_its_ref_and_retry_after() -> None:
    frame = encode(Nack(ref=None, code="bad_json", message="No.", retry_after=None))
    assert json.loads(frame) == {
        "type": "nack",
        "ref": None,
        "code": "bad_json",
        "message": "No.",
        "retry_after": None,
    }


texts = st.text(st.characters(exclude_categories=()), max_size=20)
"""Any code points: lone surrogates and NULs too."""
numbers = st.one_of(
    st.integers().map(str),
    st.integers(1, 5_000).map(lambda digits: "9" * digits),
    st.floats().map(json.dumps),
    st.sampled_from(["1e999", "-0", "-1", "1.0", "01", "+1", "9223372036854775808", "1e3"]),
)
strings = st.builds(json.dumps, texts, ensure_ascii=st.booleans())
scalars = numbers | strings | st.sampled_from(["null", "true", "false", "", "nul"])
names = st.sampled_from(sorted(COMMANDS))
fields = st.sampled_from(sorted({f for cls in COMMANDS.values() for f in cls.__struct_fields__}))


def array(parts: list[str]) -> str:
    return f"[{','.join(parts)}]"


def object_of(pairs: list[tuple[str, str]]) -> str:
    """Return an object in which a key may come twice."""
    return f"{{{','.join(f'{key}:{value}' for key, value in pairs)}}}"


def nested(depth: int, one: str, inner: str) -> str:
    return one * depth + inner + {"[": "]", '{"a":': "}"}[one] * depth


values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(array),
        st.lists(st.tuples(strings, inner), max_size=4).map(object_of),
        st.builds(nested, st.integers(1, 3_000), st.sampled_from(["[", '{"a":']), inner),
    ),
    max_leaves=8,
)
keys = fields.map(json.dumps) | st.just('"type"') | strings
commands = st.builds(
    lambda name, pairs: object_of([('"type"', json.dumps(name)), *pairs]),
    names,
    st.lists(st.tuples(keys, values), max_size=6),
)


@given(values | commands)
def test_nothing_but_a_refusal_ever_escapes(text: str) -> None:
    with contextlib.suppress(BadFrame):
        decode(text)


@pytest.mark.parametrize("name", sorted(COMMANDS))
@given(data=st.data())
def test_a_command_passes_with_no_value_that_it_should_not_have(
    name: str, data: st.DataObject
) -> None:
    """All its fields are there, each as it may be or as it happens: only the former pass."""
    right = st.sampled_from([1, "x", "", True])
    odd = right | st.one_of(
        st.integers(), st.floats(), st.booleans(), st.none(), texts, st.lists(texts)
    )
    frame: dict[str, Any] = {"type": name}
    for field in msgspec.structs.fields(COMMANDS[name]):
        frame[field.name] = data.draw(odd, label=field.name)
    try:
        command = decode(json.dumps(frame))
    except BadFrame:
        return
    means = msgspec.to_builtins(command)
    assert {key: (type(value), value) for key, value in means.items()} == {
        key: (type(value), value) for key, value in frame.items() if key in means
    }
    said = "".join(value for value in means.values() if isinstance(value, str))
    assert "\0" not in said and said.encode().decode() == said


@given(names, st.data())
def test_a_key_that_comes_twice_is_always_refused(name: str, data: st.DataObject) -> None:
    pairs = [('"type"', json.dumps(name)), ('"ref"', '"r"')]
    key, value = data.draw(st.sampled_from(pairs))
    pairs.insert(data.draw(st.integers(0, 2)), (key, data.draw(st.just(value) | strings)))
    assert refusal(object_of(pairs)) == ("bad_json", None)


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_text_breaks_the_decoder(text: str) -> None:
    with contextlib.suppress(BadFrame):
        decode(text)


def test_seen_is_decoded() -> None:
    assert decode('{"type":"seen","seq":12}') == Seen(seq=12)
