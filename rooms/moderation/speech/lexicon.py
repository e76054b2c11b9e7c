"""The words of the rules, by language and kind, and finding them in a list of words."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path

from rooms.moderation.speech.normal import plain

LANGUAGES = ("en", "fr")
_OPTION = re.compile(r"\(([^)]*)\)")
_FUZZY = (
    *("groups", "adjectives", "people", "slurs", "hate", "dehuman", "derogatory"),
    *("insults", "harm", "harmed", "kill_person", "scum"),
)
"""Kinds of words that are also recognised with two letters swapped or one left out."""

_NOT_FOUND = ("common", "not_typos", "articled")
"""Kinds that are looked up by the word, and not looked for in a text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of one kind: ``words[start:end]``."""

    kind: str
    start: int
    end: int


class Lexicon:
    """All phrases of one language. ``kinds`` names what a phrase is."""

    def __init__(self, language: str) -> None:
        data = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text())
        self.language = language
        self.kinds = {kind: frozenset(_phrases(text)) for kind, text in data.items()}
        if language == "fr":
            verbs = self.kinds["harm"] | self.kinds["kill_person"]
            self.kinds["will_harm"] = frozenset(_future(verbs))
            self.kinds["may_harm"] = frozenset(_subjunctive(verbs | self.kinds["exclude"]))

    @cached_property
    def _singles(self) -> dict[str, tuple[str, ...]]:
        """Return the kinds of each word that is a phrase by itself."""
        index: dict[str, tuple[str, ...]] = {}
        for phrase, kind in self._found():
            if len(phrase) == 1:
                index[phrase[0]] = (*index.get(phrase[0], ()), kind)
        return index

    @cached_property
    def _longer(self) -> dict[tuple[str, str], list[tuple[tuple[str, ...], str]]]:
        """Return the phrases of several words by their first two, the longest first."""
        index: dict[tuple[str, str], list[tuple[tuple[str, ...], str]]] = {}
        for phrase, kind in sorted(self._found(), key=lambda found: -len(found[0])):
            if len(phrase) > 1:
                index.setdefault((phrase[0], phrase[1]), []).append((phrase, kind))
        return index

    def _found(self) -> Iterator[tuple[tuple[str, ...], str]]:
        for kind, phrases in self.kinds.items():
            if kind not in _NOT_FOUND:
                yield from ((phrase, kind) for phrase in phrases)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Return every word of every phrase."""
        return frozenset(w for phrases in self.kinds.values() for p in phrases for w in p)

    @cached_property
    def typos(self) -> dict[str, str]:
        """Return misspelt words that matter: two letters swapped, or one left out."""
        found: dict[str, str] = {}
        for kind in _FUZZY:
            # A slur counts by itself, the others only together: it has to be unmistakable.
            least = 6 if kind == "slurs" else 4
            for phrase in self.kinds[kind]:
                if len(phrase) == 1 and len(phrase[0]) >= least:
                    found.update((typo, phrase[0]) for typo in _misspelt(phrase[0]))
        real = self.vocabulary | {phrase[0] for phrase in self.kinds["not_typos"]}
        return {typo: word for typo, word in found.items() if typo not in real}

    @cached_property
    def important(self) -> frozenset[str]:
        """Return the words that may be written in two pieces, or without spaces around them."""
        kinds = ("groups", "slurs", "adjectives")
        words = frozenset(p[0] for k in kinds for p in self.kinds[k] if len(p) == 1)
        return (
            frozenset(w for w in words if len(w) >= 5)
            | (words & {"pede", "gays", "roms"})
            | {"people", "personnes", "disabilities", "handicapees"}
        )

    @cached_property
    def common(self) -> frozenset[str]:
        """Return the words by which a text is taken to be of this language."""
        return frozenset(word for (word,) in self.kinds["common"])

    def is_a(self, word: str, *kinds: str) -> bool:
        """Tell whether a single word is of one of the kinds."""
        return any((word,) in self.kinds[kind] for kind in kinds)

    def find(self, words: list[str]) -> Iterator[Hit]:
        """Yield every phrase found in the words; of one kind and place, the longest."""
        singles, longer = self._singles, self._longer
        for start, (word, following) in enumerate(zip(words, [*words[1:], ""], strict=False)):
            seen: list[str] = []
            for phrase, kind in longer.get((word, following), ()):
                end = start + len(phrase)
                if kind not in seen and tuple(words[start:end]) == phrase:
                    seen.append(kind)
                    yield Hit(kind, start, end)
            for kind in singles.get(word, ()):
                if kind not in seen:
                    yield Hit(kind, start, start + 1)


def _phrases(text: str) -> Iterator[tuple[str, ...]]:
    for entry in text.split():
        parts = _OPTION.split(entry)
        choices = [[part] if i % 2 == 0 else ["", part] for i, part in enumerate(parts)]
        for chosen in product(*choices):
            yield tuple(plain("".join(chosen)).split("_"))


def _future(verbs: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield the first persons of the future of French infinitives."""
    for first, *rest in verbs:
        if first.endswith(("er", "ir", "re")):
            stem = first.removesuffix("e") if first.endswith("re") else first
            yield from ((stem + ending, *rest) for ending in ("ai", "a", "ons", "ont"))


def _subjunctive(verbs: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield what follows "qu'on" of French infinitives in -er and -re."""
    for first, *rest in verbs:
        if first.endswith(("er", "re")):
            yield (first[:-2] + "e", *rest)


def _misspelt(word: str) -> Iterable[str]:
    for i in range(1, len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    if len(word) >= 5:
        for i in range(1, len(word) - 1):
            yield word[:i] + word[i + 1 :]


@lru_cache
def _grammar() -> dict[str, frozenset[str]]:
    data = tomllib.loads(Path(__file__).with_name("grammar.toml").read_text())
    return {name: frozenset(text.split()) for name, text in data.items()}


def grammar(name: str) -> frozenset[str]:
    """Return a set of the small words of both languages that the rules look at."""
    return _grammar()[name]


@lru_cache
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language, read once."""
    return Lexicon(language)


@lru_cache(maxsize=4096)
def _masked(form: str) -> str | None:
    """Return the slur that a word with masked letters stands for."""
    pattern = re.compile("".join("." if c in "*#" else re.escape(c) for c in form.strip("._·")))
    for language in LANGUAGES:
        for phrase in lexicon(language).kinds["slurs"]:
            if len(phrase) == 1 and len(phrase[0]) > 2 and pattern.fullmatch(phrase[0]):
                return phrase[0]
    return None


@lru_cache(maxsize=16384)
def known(forms: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Return a word in the form that the lexicon knows, in several where it is run together.

    A word that the lexicon does not know stays as it stands.
    """
    lex = lexicon(language)
    for form in forms:
        if form in lex.vocabulary:
            return (form,)
    masked = _masked(forms[0]) if "*" in forms[0] or "#" in forms[0] else None
    typo = next((lex.typos[form] for form in forms if form in lex.typos), None)
    if masked or typo:
        return (masked or typo or "",)
    if len(forms[-1]) >= 7:
        return _split(forms[-1], lex) or _split(forms[0], lex) or (forms[0],)
    return (forms[0],)


def _split(text: str, lex: Lexicon) -> tuple[str, ...]:
    """Return the known words that a word without spaces is made of, if one of them matters."""
    best: list[tuple[str, ...] | None] = [(), *([None] * len(text))]
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - 14), end):
            before, piece = best[start], text[start:end]
            short = len(piece) == 1 and piece not in "iajm"
            if before is None or short or piece not in lex.vocabulary:
                continue
            old = best[end]
            if old is None or len(before) + 1 < len(old):
                best[end] = (*before, piece)
    parts = best[-1] or ()
    return parts if len(parts) > 1 and any(part in lex.important for part in parts) else ()
