"""Sentences of a text as the rules see them: words, quotations, what was found in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rooms.moderation.speech.lexicon import LANGUAGES, Hit, Lexicon, grammar, known, lexicon
from rooms.moderation.speech.normal import Word, words

LONGEST = 80
"""Words of a sentence that are looked at together."""
OVERLAP = 20
"""Words that two parts of a longer one have in common."""
_ENDS = frozenset(".!?;:…\n")
_OPEN, _CLOSE = frozenset("«“„‘"), frozenset("»”’")
_SAME = frozenset("\"'")
_COMMAS = frozenset("()—–-") | _ENDS
"""What is no mark of its own within a sentence."""
_MARKS = _COMMAS | _OPEN | _CLOSE | _SAME
_NOT = grammar("not")
_SHORT = {"re": "are", "ll": "will", "ve": "have", "m": "am", "d": "would", "s": "is"}
_PRONOUNS = grammar("pronouns")
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
        if len(kinds) == 1:
            return self.hits.get(kinds[0], [])
        return [hit for kind in kinds for hit in self.hits.get(kind, ())]

    def is_a(self, index: int, *kinds: str) -> bool:
        """Tell whether a word is, or begins, a phrase of one of the kinds."""
        return any(hit.start == index for kind in kinds for hit in self.hits.get(kind, ()))

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.at[start][0], self.at[end - 1][1]


def sentences(source: str) -> list[Sentence]:
    """Return the sentences of a text, for each language that it may be in."""
    found = words(source)
    plain = [word.text for word in found]
    counts = {
        language: sum(map(lexicon(language).common.__contains__, plain)) for language in LANGUAGES
    }
    most = max(counts.values())
    spoken = [language for language in LANGUAGES if counts[language] * 2 >= most]
    return [sentence for language in spoken for sentence in _cut(source, found, lexicon(language))]


def _cut(source: str, found: Sequence[Word], lex: Lexicon) -> list[Sentence]:
    result = [Sentence(lex)]
    quote = ""
    expanded = list(_expand(found, lex))
    for index, (text, start, end) in enumerate(expanded):
        current = result[-1]
        is_mark = text in _MARKS
        if is_mark and text in _ENDS and not quote:
            following = expanded[index + 1][0] if index + 1 < len(expanded) else ""
            quoted = current.words and current.words[-1] in (*_CLOSE, *_SAME)
            if text == ":" and (quoted or following in (*_OPEN, *_SAME)):
                text = ","  # It goes on about what is quoted.
            elif current.words:
                current.ends = text
                result.append(Sentence(lex))
                continue
            else:
                continue
        if is_mark and (text in _OPEN or (text in _SAME and not quote)):
            quote = text
        elif is_mark and (text in _CLOSE or text in _SAME):
            quote = ""
        elif quote:
            current.quoted.add(len(current.words))
        if current.words and source[start].isupper():
            current.capital.add(len(current.words))
        current.words.append("," if text in _COMMAS else text)
        current.at.append((start, end))
    if quote:
        # A quotation mark that is never closed quotes nothing.
        for sentence in result:
            sentence.quoted.clear()
    found_all = [window for sentence in result if sentence.words for window in _windows(sentence)]
    for sentence in found_all:
        sentence.find_all()
    return found_all


def _windows(sentence: Sentence) -> Iterator[Sentence]:
    """Yield a sentence, or overlapping parts of one so long that nobody would speak it.

    The rules look at pairs of places: without a bound a text that never ends a sentence would
    cost the cube of its length.
    """
    length = len(sentence.words)
    if length <= LONGEST:
        yield sentence
        return
    for start in range(0, length - OVERLAP, LONGEST - OVERLAP):
        end = min(start + LONGEST, length)
        yield Sentence(
            sentence.lexicon,
            sentence.words[start:end],
            sentence.at[start:end],
            {index - start for index in sentence.quoted if start <= index < end},
            {index - start for index in sentence.capital if start <= index < end},
            sentence.ends if end == length else "",
        )


def _expand(found: Sequence[Word], lex: Lexicon) -> Iterator[tuple[str, int, int]]:
    """Yield words in the form the lexicon has them, contractions and run-ons taken apart."""
    following = [*found[1:], None]
    is_english = lex.language == "en"
    skip = False
    for (forms, start, end), after in zip(found, following, strict=False):
        if skip:
            skip = False
            continue
        parts = known(forms, lex.language)
        next_to = after.text if after else ""
        if is_english:
            if after and after.start == end + 1 and (two := _contraction(forms[0], next_to)):
                yield two[0], start, end
                yield two[1], start, after.end
                skip = True
                continue
            parts = _RUN_ON.get(parts[0], parts)
        joined = forms[0] + next_to
        if after and joined in lex.important and not {forms[0], next_to} <= lex.vocabulary:
            yield joined, start, after.end
            skip = True
            continue
        for part in parts:
            yield part, start, end


def _contraction(word: str, after: str) -> tuple[str, str] | None:
    """Return the two words that "isn't" or "they're" stands for."""
    if after == "t" and word in _NOT:
        stem = word if word == "can" else word[:-1]
        return ("will" if stem == "wo" else stem), "not"
    if after in _SHORT and word in _PRONOUNS:
        return word, _SHORT[after]
    return None
