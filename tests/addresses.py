"""Every address of the site, out of the URL conf: what walks them all forgets no new one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver, reverse

OURS = "rooms:"
"""How the names of our own pages begin; the others are those of allauth."""
_ANYTHING = {"uidb36": "1", "key": "x-y", "which": "mine", "mode": "is_paused"}


@dataclass(frozen=True)
class Address:
    """A named address. ``keys`` are what its path takes, each with the name of its converter."""

    name: str
    keys: tuple[tuple[str, str], ...]

    def path(self, **given: object) -> str:
        """Return a path; what is not given leads nowhere."""
        filled = {key: _ANYTHING.get(key, 1 if kind == "Int" else "x") for key, kind in self.keys}
        wanted = {key: value for key, value in given.items() if key in filled}
        return reverse(self.name, kwargs={**filled, **wanted})


@cache
def addresses() -> tuple[Address, ...]:
    """Return every address once, in the order in which they are looked up."""
    found: dict[str, Address] = {}
    for one in _walk(get_resolver().url_patterns, "", ()):
        found.setdefault(one.name, one)
    return tuple(found.values())


def ours() -> tuple[Address, ...]:
    """Return the addresses of our own pages."""
    return tuple(one for one in addresses() if one.name.startswith(OURS))


def _walk(
    patterns: Sequence[URLPattern | URLResolver], space: str, keys: tuple[tuple[str, str], ...]
) -> Iterator[Address]:
    for one in patterns:
        taken = (*keys, *_keys(one))
        if isinstance(one, URLResolver):
            inside = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one.url_patterns, inside, taken)
        else:
            assert one.name, f"{one.pattern} has no name"
            yield Address(f"{space}{one.name}", taken)


def _keys(one: URLPattern | URLResolver) -> list[tuple[str, str]]:
    named = dict(one.pattern.converters)
    groups = [*named, *(key for key in one.pattern.regex.groupindex if key not in named)]
    return [(key, type(named.get(key)).__name__.removesuffix("Converter")) for key in groups]
