"""Searches for a frame that the decoder does not withstand, led by what its code does with each.

    uv run --with atheris python -m tests.faults.fuzz_frames --seconds 600

Begins with every command and with what a parser may stumble over, and goes on from there. Ends
with an error, and with the frame in a file, at the first frame that breaks what ``check`` states.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from consumers.protocol import Command

MAX_LENGTH = 4096
ODD: list[Any] = [
    *(None, True, -1, 0, 2**31, 2**63 - 1, 2**63, 2**64, 1.5, 1e308, "", "\0", "a\ud800", "😀" * 9),
    *("x" * 65, [], [[[[]]]], {}, {"type": "ping"}),
]
"""What may stand where something else is expected."""
TOKENS = [
    "\\u0000",
    "\\ud800",
    "\\udc00",
    "1e999",
    "NaN",
    "-Infinity",
    "[[[[",
    "{}",
    '"":',
    "\ufeff",
]


def check(data: bytes) -> None:
    """State what holds for every frame: one exact command, or one refusal that can be sent."""
    from consumers.frames import BadFrame, decode

    text = frame_of(data)
    try:
        command = decode(text)
    except BadFrame as bad:
        _check_refusal(bad.ref, bad.code)
    else:
        _check_command(command, text)


def frame_of(data: bytes) -> str:
    """Return the text that bytes stand for: after a NUL a command is put together out of them.

    No search that sees nothing of the parsers, which are in C, would find its way to those.
    """
    return compose(data[1:]) if data[:1] == b"\0" else data.decode("utf-8", "replace")


def compose(data: bytes) -> str:
    """Return a command whose name, fields and values the bytes choose."""
    from consumers.protocol import COMMANDS

    choices = iter(data)
    names = sorted(COMMANDS)
    name = names[next(choices, 0) % len(names)]
    frame: dict[str, Any] = {"type": name}
    for field in msgspec.structs.fields(COMMANDS[name]):
        match next(choices, 0) % 8:
            case 0 | 1 | 2 | 3:
                frame[field.encode_name] = _example(field.type)
            case 4:
                frame[field.encode_name] = ODD[next(choices, 0) % len(ODD)]
            case 5:
                digits = bytes(islice(choices, 9))
                frame[field.encode_name] = int.from_bytes(digits, signed=True)
            case 6:
                length = next(choices, 0)
                frame[field.encode_name] = bytes(islice(choices, length)).decode("utf-16", "ignore")
    return json.dumps(frame, ensure_ascii=next(choices, 0) % 2 == 0) + bytes(choices).decode(
        "latin-1"
    )


def _check_refusal(ref: str | None, code: str) -> None:
    from consumers.frames import encode
    from consumers.protocol import Nack

    assert ref is None or 1 <= len(ref) <= 64
    encode(Nack(ref=ref, code=code, message="No.", retry_after=None)).encode()


def _check_command(command: "Command", text: str) -> None:
    """It says no less and no more than the frame, fits, and can be stored."""
    from consumers.frames import decode
    from consumers.protocol import MAX_FRAME

    assert len(text.encode()) <= MAX_FRAME
    said: dict[str, Any] = json.loads(text)
    means = msgspec.to_builtins(command)
    assert {name: json.dumps(means[name]) for name in said} == {
        name: json.dumps(value) for name, value in said.items()
    }
    assert not any("\0" in value for value in means.values() if isinstance(value, str))
    assert all(abs(value) < 2**63 for value in means.values() if isinstance(value, int))
    assert decode(json.dumps(means, ensure_ascii=False)) == command


def seeds() -> Iterator[bytes]:
    """Give every command as it should be, and with each of its fields as it should not."""
    from consumers.protocol import COMMANDS

    for number, (name, struct) in enumerate(sorted(COMMANDS.items())):
        yield bytes([0, number])
        fields = {
            field.encode_name: _example(field.type) for field in msgspec.structs.fields(struct)
        }
        yield json.dumps({"type": name, **fields}).encode()
        for field in ("type", *fields):
            for odd in ODD:
                yield json.dumps({"type": name, **fields, field: odd}).encode()
    yield from (token.encode() for token in TOKENS)
    yield b"[" * 4000 + b"]" * 4000
    yield b'{"a":' * 500 + b"1" + b"}" * 500


def _example(kind: Any) -> Any:
    """Return a value of a field's type."""
    shown = str(kind)
    if kind is bool or "Literal" in shown:
        return kind is bool or ""
    return 1 if "int" in shown else "x"


def main() -> None:
    import atheris
    import django

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livedebate.settings")
    with atheris.instrument_imports(include=["consumers.frames", "json.decoder"]):
        django.setup()
        import consumers.frames  # noqa: F401
    folder = Path(tempfile.mkdtemp(prefix="livedebate-frames-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds()):
        (corpus / f"{number}").write_bytes(seed)
    words = folder / "words"
    words.write_text("\n".join(f'"{_escaped(word)}"' for word in _words()) + "\n")
    arguments = [
        *(f"-max_total_time={options.seconds}", f"-seed={options.seed}", f"-dict={words}"),
        *(f"-max_len={MAX_LENGTH}", f"-artifact_prefix={folder}/", "-timeout=5"),
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *arguments, str(corpus)], atheris.instrument_func(check))
    atheris.Fuzz()


def _words() -> Iterator[str]:
    from consumers.protocol import COMMANDS

    yield from TOKENS
    for name, struct in COMMANDS.items():
        yield from (json.dumps(word) for word in ("type", "ref", name, *struct.__struct_fields__))


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
