"""The only JSON parser and encoder of the socket: what is not exactly a command is refused."""

import json
from enum import StrEnum
from typing import Any

import msgspec

from consumers.protocol import COMMANDS, MAX_FRAME, MAX_READ, Command, Reply
from rooms.eventlog.errors import Code

_UNCOUNTABLE = 2**64
_MAX_DIGITS = 20
_encoder = msgspec.json.Encoder()


class FrameCode(StrEnum):
    """Why a frame is no command, where the domain has no code for it."""

    BAD_FRAME = "bad_frame"
    BAD_JSON = "bad_json"
    UNKNOWN = "unknown"


class BadFrame(Exception):
    """A frame that is no command. ``ref`` is its ref if that could be read."""

    def __init__(self, code: FrameCode | Code, ref: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.ref = ref


def decode(text: str | None) -> Command:
    """Return the command in a text frame, None for a binary one; raises ``BadFrame`` alone."""
    if text is None:
        raise BadFrame(FrameCode.BAD_FRAME)
    size = _size(text)
    if size > MAX_READ:
        raise BadFrame(Code.TOO_LONG)
    frame = _parse(text)
    ref = _ref(frame)
    if size > MAX_FRAME:
        raise BadFrame(Code.TOO_LONG, ref)
    return _convert(frame, ref)


def encode(reply: Reply) -> str:
    """Return a reply as the text of a frame."""
    return _encoder.encode(reply).decode()


def _size(text: str) -> int:
    # A code point takes at most four bytes: encode only what could be too long.
    return len(text) if len(text) > MAX_READ else len(text.encode("utf-8", "surrogatepass"))


def _parse(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_int=_bounded_int, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise BadFrame(FrameCode.BAD_JSON) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("duplicate key")
    return result


def _bounded_int(digits: str) -> int:
    """Read an integer without the quadratic cost of a long one, which is out of bounds anyway."""
    return int(digits) if len(digits) <= _MAX_DIGITS else _UNCOUNTABLE


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _ref(frame: Any) -> str | None:
    ref = frame.get("ref") if isinstance(frame, dict) else None
    if isinstance(ref, str) and 1 <= len(ref) <= 64 and _is_text(ref):
        return ref
    return None


def _is_text(value: str) -> bool:
    """Tell whether a string can be stored and sent on: no NUL, no lone surrogate."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def _convert(frame: Any, ref: str | None) -> Command:
    name = frame.get("type") if isinstance(frame, dict) else None
    if not isinstance(name, str):
        raise BadFrame(Code.BAD_SHAPE, ref)
    if not all(_is_text(part) for part in (*frame, *frame.values()) if isinstance(part, str)):
        raise BadFrame(Code.BAD_CHAR, ref)
    if name not in COMMANDS:
        raise BadFrame(FrameCode.UNKNOWN, ref)
    try:
        return msgspec.convert(frame, COMMANDS[name])
    except msgspec.ValidationError:
        raise BadFrame(Code.BAD_SHAPE, ref) from None
