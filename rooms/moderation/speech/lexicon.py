"""The words of the rules, by language and kind, and finding them in a list of words."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path

from rooms.moderation.speech.normal import Word, plain

LANGUAGES = ("en", "fr")
_OPTION = re.compile(r"\(([^)]*)\)")
_FUZZY = ("groups", "slurs", "hate", "adjectives")
"""Kinds of words that are also recognised with two letters swapped or one left out."""


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
    def _by_first(self) -> dict[str, list[tuple[tuple[str, ...], str]]]:
        index: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for kind, phrases in self.kinds.items():
            for phrase in phrases:
                index.setdefault(phrase[0], []).append((phrase, kind))
        return index

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Return every word of every phrase."""
        return frozenset(w for phrases in self.kinds.values() for p in phrases for w in p)

    @cached_property
    def typos(self) -> dict[str, str]:
        """Return misspelt words that matter: two letters swapped, or one left out."""
        found: dict[str, str] = {}
        for kind in _FUZZY:
            for phrase in self.kinds[kind]:
                if len(phrase) == 1 and len(phrase[0]) >= 5:
                    found.update((typo, phrase[0]) for typo in _misspelt(phrase[0]))
        real = self.vocabulary | {"niger", "ruses", "migrates", "immigrates"}
        return {typo: word for typo, word in found.items() if typo not in real}

    @cached_property
    def important(self) -> frozenset[str]:
        """Return the words that may be written in two pieces, or without spaces around them."""
        kinds = ("groups", "slurs", "adjectives")
        return frozenset(
            p[0] for k in kinds for p in self.kinds[k] if len(p) == 1 and len(p[0]) >= 5
        )

    def is_a(self, word: str, *kinds: str) -> bool:
        """Tell whether a single word is of one of the kinds."""
        return any((word,) in self.kinds[kind] for kind in kinds)

    def find(self, words: list[str]) -> Iterator[Hit]:
        """Yield every phrase found in the words; of one kind and place, the longest."""
        for start, word in enumerate(words):
            best: dict[str, int] = {}
            for phrase, kind in self._by_first.get(word, ()):
                end = start + len(phrase)
                if best.get(kind, 0) < end and (
                    len(phrase) == 1 or tuple(words[start:end]) == phrase
                ):
                    best[kind] = end
            for kind, end in best.items():
                yield Hit(kind, start, end)


def _phrases(text: str) -> Iterator[tuple[str, ...]]:
    for entry in text.split():
        parts = _OPTION.split(entry)
        choices = [[part] if i % 2 == 0 else ["", part] for i, part in enumerate(parts)]
        for chosen in product(*choices):
            yield tuple("".join(map(plain, "".join(chosen).casefold())).split("_"))


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
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    if len(word) >= 6:
        for i in range(1, len(word) - 1):
            yield word[:i] + word[i + 1 :]


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


def known(word: Word, lexica: tuple[Lexicon, ...]) -> str:
    """Return the reading of a word that the lexica know; else the word as it stands."""
    for form in word.forms:
        if any(form in lexicon.vocabulary for lexicon in lexica):
            return form
    if "*" in word.text or "#" in word.text:
        if masked := _masked(word.text):
            return masked
    for form in word.forms:
        for lexicon in lexica:
            if typo := lexicon.typos.get(form):
                return typo
    return word.text
