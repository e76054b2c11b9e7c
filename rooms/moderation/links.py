"""Links in texts: where they are and to which hosts, with or without a scheme.

Hosts are compared in one form: folded Unicode, with punycode decoded and without the last dot.
A host stands for its subdomains too.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from rooms.text import fold

MAX_HOST = 253
"""Characters of a host, as in RFC 1035."""

# Our own fixed patterns, each linear in the text.
_WITH_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,15}:[/\\]{2,}([^\s/\\?#<>\"]+)")
_BARE = re.compile(
    r"(?<![\w@.-])((?:[^\W_](?:[\w-]{0,62})[.。])+[^\W\d_][\w-]{1,62})(?![\w@-])(:\d+)?([/\\?#])?"
)
_MAYBE = re.compile(r"[\w-][.。][^\W\d_]|[/\\]")
"""What every link has: most texts are done with at once."""
_REST = re.compile(r"\S*")
_NAME = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]")

_ENDINGS = frozenset(Path(__file__).with_name("endings.txt").read_text().split())
"""Top-level domains that are neither words of French or English nor endings of file names: with
them a name is a link as it stands, while "la ville.la mairie" and "script.py" are none."""


@dataclass(frozen=True)
class Link:
    """A link in a text: its host, and the span of the text that names it, in code points."""

    host: str
    span: tuple[int, int]


def links_in(text: str, known: Collection[str] = ()) -> list[Link]:
    """Return the links in a text, in order.

    What has a scheme, a path or ``www.`` is a link, and so are names under a top-level domain
    that is no word in French or English. A name that is ``known``, or under one that is, is a
    link wherever it stands, also within another. An e-mail address is none.
    """
    folded = fold(text)
    if not _MAYBE.search(folded.text):
        return []
    found = list(_with_scheme(folded.text))
    paths = [_path(folded.text, end) for _host, _start, end in found]
    for match in _BARE.finditer(folded.text):
        start, end = match.start(), match.end(1)
        host = one_form(match[1])
        if any(start < last and first < end for _host, first, last in found):
            continue
        is_part = any(first <= start < last for first, last in paths)
        is_link = not is_part and (match[3] or _is_plain(host))
        if is_link or is_under(host, known):
            found.append((host, start, end))
        if is_link and match[3]:
            paths.append(_path(folded.text, end))
    ordered = sorted(found, key=lambda link: link[1])
    return [Link(host, folded.span(start, end)) for host, start, end in ordered]


def one_form(host: str) -> str:
    """Return a host in the form in which hosts are compared."""
    labels = fold(unquote(host)).text.replace("。", ".").strip(".").split(".")
    return ".".join(_readable(label) for label in labels)


def parse_host(raw: str) -> str:
    """Return the host that somebody typed, alone or as a whole address; "" where it is none.

    ``www.`` and ``*.`` are left off: a host stands for its subdomains.
    """
    typed = fold(raw.strip()).text
    with_scheme = _WITH_SCHEME.match(typed)
    authority = with_scheme[1] if with_scheme else re.split(r"[/?#]", typed, maxsplit=1)[0]
    host = one_form(_host_of(authority)).removeprefix("*.").removeprefix("www.")
    is_host = _NAME.fullmatch(host) or _ADDRESS.fullmatch(host)
    return host if is_host and len(host) <= MAX_HOST else ""


def is_under(host: str, hosts: Collection[str]) -> bool:
    """Tell whether a host is one of ``hosts``, or a subdomain of one."""
    if host in hosts:
        return True
    labels = host.split(".")
    return any(".".join(labels[start:]) in hosts for start in range(1, len(labels)))


def _with_scheme(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _WITH_SCHEME.finditer(text):
        authority = match[1].rstrip(".,;:!?)]}»”’'") if "[" not in match[1] else match[1]
        if authority:
            yield one_form(_host_of(authority)), match.start(), match.start(1) + len(authority)


def _path(text: str, end: int) -> tuple[int, int]:
    """Return where the path of a link stands whose host ends at ``end``."""
    return end, _REST.match(text, end).end()  # type: ignore[union-attr]


def _host_of(authority: str) -> str:
    """Return the host of "user@host:port". What stands before the last @ is no host."""
    host = authority.rpartition("@")[2]
    return host if host.startswith("[") and host.endswith("]") else re.sub(r":\d*$", "", host)


def _is_plain(host: str) -> bool:
    """Tell whether a name alone, as it stands in a sentence, is a link."""
    return host.startswith("www.") or host.rpartition(".")[2] in _ENDINGS


def _readable(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return fold(label.removeprefix("xn--").encode().decode("punycode")).text
    except (UnicodeError, ValueError, OverflowError):
        return label
