"""Sentences of a text as the rules see them: words, quotations, what was found in them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rooms.moderation.speech.lexicon import LANGUAGES, Hit, Lexicon, known, lexicon
from rooms.moderation.speech.normal import Word, words

_ENDS = frozenset(".!?;:…\n")
_OPEN, _CLOSE = frozenset("«“„‘"), frozenset("»”’")
_SAME = frozenset("\"'")
_NOT = frozenset(
    "isn aren wasn weren don doesn didn haven hasn hadn can couldn shouldn wouldn won ain mustn needn".split()
)
_SHORT = {"re": "are", "ll": "will", "ve": "have", "m": "am", "d": "would", "s": "is"}
_PRONOUNS = frozenset("i you he she it we they that there who what these those u".split())
_RUN_ON = {
    **{f"{stem}t": (stem if stem == "can" else stem[:-1], "not") for stem in _NOT},
    "cannot": ("can", "not"),
    "theyre": ("they", "are"),
    "youre": ("you", "are"),
    "im": ("i", "am"),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "lets": ("let", "us"),
    "wont": ("will", "not"),
}


@dataclass
class Sentence:
    """``words`` are in normal form; "," and quotation marks are kept as words of their own.

    ``at[i]`` is the (start, end) of a word in the source. ``quoted`` holds the indexes of
    words inside quotation marks. ``ends`` is the mark at its end.
    """

    lexicon: Lexicon
    words: list[str] = field(default_factory=list)
    at: list[tuple[int, int]] = field(default_factory=list)
    quoted: set[int] = field(default_factory=set)
    capital: set[int] = field(default_factory=set)
    ends: str = ""
    hits: dict[str, list[Hit]] = field(default_factory=dict)

    def find_all(self) -> None:
        for hit in self.lexicon.find(self.words):
            self.hits.setdefault(hit.kind, []).append(hit)

    def of(self, *kinds: str) -> list[Hit]:
        """Return what was found of some kinds, in order."""
        return [hit for kind in kinds for hit in self.hits.get(kind, ())]

    def has(self, kind: str, start: int, end: int) -> bool:
        """Tell whether a phrase of a kind begins in ``words[start:end]``."""
        return any(max(start, 0) <= hit.start < end for hit in self.hits.get(kind, ()))

    def is_a(self, index: int, *kinds: str) -> bool:
        """Tell whether a word is, or begins, a phrase of one of the kinds."""
        return any(hit.start == index for hit in self.of(*kinds))

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.at[start][0], self.at[end - 1][1]


def sentences(source: str) -> list[Sentence]:
    """Return the sentences of a text, for each language that it may be in."""
    found = words(source)
    plain = [word.text for word in found]
    counts = {
        language: sum((word,) in lexicon(language).kinds["common"] for word in plain)
        for language in LANGUAGES
    }
    most = max(counts.values())
    spoken = [language for language in LANGUAGES if counts[language] * 2 >= most]
    return [sentence for language in spoken for sentence in _cut(source, found, lexicon(language))]


def _cut(source: str, found: list[Word], lex: Lexicon) -> list[Sentence]:
    result = [Sentence(lex)]
    quote = ""
    for text, start, end in _expand(found, lex):
        current = result[-1]
        if text in _ENDS and not quote:
            if text == ":" and current.words and current.words[-1] in (*_CLOSE, *_SAME):
                text = ","  # It goes on about what was quoted.
            elif current.words:
                current.ends = text
                result.append(Sentence(lex))
                continue
            else:
                continue
        if text in _OPEN or (text in _SAME and not quote):
            quote = text
        elif text in _CLOSE or text in _SAME:
            quote = ""
        elif quote:
            current.quoted.add(len(current.words))
        if current.words and source[start].isupper():
            current.capital.add(len(current.words))
        current.words.append("," if text in "()—–-" or text in _ENDS else text)
        current.at.append((start, end))
    if quote:
        # A quotation mark that is never closed quotes nothing.
        for sentence in result:
            sentence.quoted.clear()
    for sentence in result:
        sentence.find_all()
    return [sentence for sentence in result if sentence.words]


def _expand(found: list[Word], lex: Lexicon) -> Iterable[tuple[str, int, int]]:
    """Yield words in the form the lexicon has them, contractions and run-ons taken apart."""
    skip = False
    lexica = (lex,)
    for index, word in enumerate(found):
        if skip:
            skip = False
            continue
        text = known(word, lexica)
        after = found[index + 1] if index + 1 < len(found) else None
        if lex.language == "en" and after and after.start == word.end + 1:
            if word.text in _NOT and after.text == "t":
                stem = word.text if word.text == "can" else word.text[:-1]
                yield stem if stem != "wo" else "will", word.start, word.end
                yield "not", word.start, after.end
                skip = True
                continue
            if after.text in _SHORT and word.text in _PRONOUNS:
                yield text, word.start, word.end
                yield _SHORT[after.text], after.start, after.end
                skip = True
                continue
        if lex.language == "en" and text in _RUN_ON:
            for part in _RUN_ON[text]:
                yield part, word.start, word.end
            continue
        if text not in lex.vocabulary and after:
            joined = word.text + after.text
            if joined in lex.important:
                yield joined, word.start, after.end
                skip = True
                continue
        if len(text) >= 9 and text not in lex.vocabulary:
            if parts := _split(word.forms[-1], lex) or _split(word.text, lex):
                for part in parts:
                    yield part, word.start, word.end
                continue
        yield text, word.start, word.end


def _split(text: str, lex: Lexicon) -> list[str]:
    """Return the known words that a word without spaces is made of, if one of them matters."""
    best: list[list[str] | None] = [[]] + [None] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - 14), end):
            before, piece = best[start], text[start:end]
            if (
                before is not None
                and (len(piece) > 1 or piece in "iajm")
                and piece in lex.vocabulary
            ):
                candidate = [*before, piece]
                if best[end] is None or len(candidate) < len(best[end] or ()):
                    best[end] = candidate
    parts = best[-1] or []
    return parts if len(parts) > 1 and any(part in lex.important for part in parts) else []
