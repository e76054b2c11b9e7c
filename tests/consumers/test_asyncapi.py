"""The document and the code say the same: frames, errors and close codes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, validators

import consumers
from consumers import protocol
from consumers.close_codes import CloseCode
from consumers.frames import BadFrame, FrameCode, decode, encode
from rooms.eventlog.errors import Code

DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(consumers.__file__).parent / "asyncapi.yaml").read_text()
)
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]

# JSON Schema takes 5.0 for an integer; the socket does not.
_types = Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _checker, value: isinstance(value, int) and not isinstance(value, bool)
)
Strict = validators.extend(Draft202012Validator, type_checker=_types)  # type: ignore[no-untyped-call]


def allowed(name: str, frame: Any) -> bool:
    schema = {**MESSAGES[name]["payload"], "components": DOCUMENT["components"]}
    return bool(Strict(schema).is_valid(frame))


def decodes(frame: Any) -> bool:
    try:
        decode(json.dumps(frame))
    except BadFrame:
        return False
    return True


def messages_of(operation: str) -> set[str]:
    refs = DOCUMENT["operations"][operation]["messages"]
    return {ref["$ref"].rsplit("/", 1)[1] for ref in refs}


def refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            yield from refs(value)
    elif isinstance(node, list):
        for value in node:
            yield from refs(value)


def test_every_reference_leads_somewhere() -> None:
    for ref in refs(DOCUMENT):
        node = DOCUMENT
        for step in ref.removeprefix("#/").split("/"):
            node = node[step]


def test_every_frame_is_documented() -> None:
    assert messages_of("commands") == set(protocol.COMMANDS)
    assert messages_of("replies") == set(protocol.REPLIES)
    assert set(MESSAGES) == set(protocol.COMMANDS) | set(protocol.REPLIES)
    assert set(DOCUMENT["channels"]["room"]["messages"]) == set(MESSAGES)


def test_every_error_code_is_documented() -> None:
    documented = {entry["const"] for entry in DOCUMENT["components"]["schemas"]["error"]["oneOf"]}
    assert documented == {str(code) for code in (*FrameCode, *Code)}


def test_every_close_code_is_documented() -> None:
    documented = dict(DOCUMENT["channels"]["room"]["x-close-codes"])
    assert documented.pop("other")["reconnect"]
    assert set(documented) == set(CloseCode)
    for code, entry in documented.items():
        assert entry["reconnect"] is not CloseCode(code).is_terminal


@pytest.mark.parametrize("name", protocol.COMMANDS)
def test_examples_decode(name: str) -> None:
    for example in MESSAGES[name]["examples"]:
        assert allowed(name, example["payload"])
        assert decodes(example["payload"])


@pytest.mark.parametrize("name", [*protocol.COMMANDS, *protocol.REPLIES])
def test_structs_and_schemas_have_the_same_fields(name: str) -> None:
    cls = {**protocol.COMMANDS, **protocol.REPLIES}[name]
    fields = {field.name: field.required for field in msgspec.structs.fields(cls)}
    schema = MESSAGES[name]["payload"]
    assert set(schema["properties"]) == {"type", *fields}
    if name in protocol.COMMANDS:
        required = {"type", *(key for key, is_required in fields.items() if is_required)}
        assert set(schema["required"]) == required


ODD: list[Any] = [None, True, -1, 0, 5.0, 2**63 - 1, 2**63, "", "5", "for", "\0", "x" * 65, [], {}]
odd_values: st.SearchStrategy[Any] = (
    st.sampled_from(ODD)
    | st.integers()
    | st.text(max_size=70)
    | st.lists(st.integers(), max_size=2)
)


@pytest.mark.parametrize("name", protocol.COMMANDS)
def test_decoder_and_document_agree_on_each_odd_field(name: str) -> None:
    for key in {*MESSAGES[name]["payload"]["properties"], "extra"} - {"type"}:
        for odd in ODD:
            frame = {**MESSAGES[name]["examples"][0]["payload"], key: odd}
            assert decodes(frame) == allowed(name, frame), frame


@given(data=st.data(), name=st.sampled_from(sorted(protocol.COMMANDS)))
def test_decoder_and_document_agree_on_changed_frames(data: st.DataObject, name: str) -> None:
    frame = dict(data.draw(st.sampled_from(MESSAGES[name]["examples"]))["payload"])
    keys = sorted({*MESSAGES[name]["payload"]["properties"], "extra"} - {"type"})
    for key in data.draw(st.lists(st.sampled_from(keys), max_size=3)):
        if key in frame and data.draw(st.booleans()):
            del frame[key]
        else:
            frame[key] = data.draw(odd_values)
    assert decodes(frame) == allowed(name, frame)


counts = st.integers(0, 2**63 - 1)
texts = st.text(max_size=30)
times = st.datetimes(timezones=st.just(UTC))
maybe_times = st.none() | times
roles = st.sampled_from(["owner", "moderator", "participant", "observer"])
people = st.none() | st.builds(
    protocol.You,
    id=counts,
    name=texts,
    role=roles,
    muted_until=maybe_times,
    banned=st.booleans(),
    can=st.lists(texts, max_size=3),
)
rooms = st.builds(
    protocol.RoomState,
    slug=texts,
    kind=st.sampled_from(["debate", "action"]),
    status=st.sampled_from(["scheduled", "open", "closed"]),
    opens_at=maybe_times,
    closes_at=maybe_times,
)
parts = st.builds(
    protocol.PushedPart,
    into=texts,
    swap=st.sampled_from(["beforeend", "outerHTML", "innerHTML", "delete"]),
    html=texts,
)
events = st.builds(protocol.PushedEvent, seq=counts, type=texts, parts=st.lists(parts, max_size=3))
raw_events = events.map(lambda event: msgspec.Raw(msgspec.json.encode(event)))
names = st.text("abc123", min_size=1, max_size=64)
codes = st.sampled_from([*FrameCode, *Code])
replies = st.one_of(
    st.builds(protocol.Hello, epoch=texts, head=counts, now=times, you=people, room=rooms),
    st.builds(protocol.Push, events=st.lists(raw_events, min_size=1, max_size=3), head=counts),
    st.builds(protocol.Ready, head=counts),
    st.builds(
        protocol.Ack,
        ref=names,
        seq=counts,
        status=st.sampled_from(["posted", "held", "done"]),
        number=st.none() | counts,
        rule=texts,
        reason=texts,
    ),
    st.builds(
        protocol.Nack,
        ref=st.none() | names,
        code=codes,
        message=texts,
        retry_after=st.none() | st.floats(0, 1e6),
        rule=texts,
        span=st.none() | st.tuples(counts, counts),
        status=texts,
        decided_by=texts,
    ),
    st.builds(protocol.Resync, epoch=texts, head=counts),
    st.builds(protocol.YouChanged, you=people),
    st.builds(protocol.Presence, here=counts),
    st.builds(protocol.Pong, ref=names, head=counts, now=times),
)


@given(replies)
def test_encoded_replies_are_as_documented(reply: protocol.Reply) -> None:
    frame = json.loads(encode(reply))
    assert allowed(frame["type"], frame)


def test_times_are_sent_with_their_zone() -> None:
    pong = protocol.Pong(ref="p", head=1, now=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert json.loads(encode(pong))["now"] == "2026-01-02T03:04:05Z"
