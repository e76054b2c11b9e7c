"""Hatred and contempt: "I hate <them>", "<they> are <vermin>", "<dirty> <them>"."""

from collections.abc import Iterator

from rooms.moderation.speech.clauses import Sentence
from rooms.moderation.speech.lexicon import grammar
from rooms.moderation.speech.targets import Target
from rooms.moderation.speech.wording import breaks, negated, words_between

_FILLERS = grammar("fillers")
_ADVERBS = grammar("adverbs")
_RELATIVE = grammar("relative")
_FIRST = grammar("first")
_GENDER = grammar("gender")
_NO = grammar("no")
_TELLING = grammar("telling")
_SIGHT = grammar("sight")
_OTHERS_SPEAKING = grammar("others_speaking")
_VERBS_OF_INSULT = grammar("verbs_of_insult")
_NEGATING = grammar("negating")
_ASKING = grammar("asking")
_NONE_OF = grammar("none_of")
_EVEN = grammar("even")
_BELIEVING = grammar("believing")
_STILL = grammar("still")
_EACH_ONE = grammar("each_one")
_NOT = (["not"], ["never"], ["pas"], ["jamais"], ["neither"], ["ni"])


def hated(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "I hate <them>" and "<they> disgust me"."""
    for hit in s.of("hate"):
        gap = words_between(s, hit.end, target)
        clitic = target.pronoun and target.end == hit.start and s.lexicon.language == "fr"
        near = gap is not None and len(gap) <= 5 and all(word in _SIGHT for word in gap)
        if (clitic or near) and not negated(s, hit.start, hit.end) and _is_speaker(s, hit.start):
            yield "hate", hit.start, target.end
    for hit in s.of("unwanted"):
        if 0 <= target.start - hit.end <= 2 and not (s.words[hit.start] == "not" and s.ends != "?"):
            yield "hate", hit.start, target.end
    for hit in s.of("superior"):
        # Of the group itself, not of what it has: "superior to those of women".
        theirs = s.words[hit.end : hit.end + 1] in (["those"], ["that"], ["ceux"], ["celles"])
        if -1 <= target.start - hit.end <= 0 and not theirs:
            yield "hate", hit.start, target.end
    for hit in s.of("acts"):
        near = 0 <= hit.start - target.end <= 3 and not breaks(s, target.end, hit.start)
        if near and target.leads and not negated(s, hit.start, hit.end):
            yield "hate", target.start, hit.end
    for hit in s.of("repels"):
        near = 0 <= hit.start - target.end <= 3
        if near and not negated(s, hit.start, hit.end):
            yield "hate", target.start, hit.end


def _is_speaker(s: Sentence, start: int) -> bool:
    before = s.words[max(0, start - 4) : start]
    if not before or before[-1] == ",":
        return True
    if {"nobody", "personne"} & set(before):
        return False
    if _OTHERS_SPEAKING & set(before[-2:]):
        return before[-1] == "to" and "i" in before
    return bool(_FIRST & set(before)) or all(word in _ADVERBS for word in before)


def is_called(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "<they> are <vermin>", also as a question."""
    if not target.leads:
        return
    for be in s.of("be"):
        gap = s.words[target.end : be.start] if be.start >= target.end else None
        asked = (
            be.end <= target.start and s.words[be.end : target.start] == [] and _asks(s, be.start)
        )
        if asked:
            begin = target.end
        elif gap is not None and len(gap) <= 5 and all(_may_stand_between(w) for w in gap):
            begin = be.end
        else:
            continue
        if (found := _attribute(s, begin)) is not None:
            yield "hate", target.start, found
    # "<They> all stink": an attribute that is a verb needs no "are".
    for hit in s.of("derogatory"):
        verb = s.words[hit.start] in _VERBS_OF_INSULT
        if verb and 0 <= hit.start - target.end <= 2:
            yield "hate", target.start, hit.end


def _may_stand_between(word: str) -> bool:
    return word not in _RELATIVE and word not in _NEGATING


def _asks(s: Sentence, start: int) -> bool:
    return start == 0 or s.words[start - 1] in _ASKING or s.ends == "?"


def _attribute(s: Sentence, begin: int) -> int | None:
    """Return the end of an insulting attribute that begins here, after fillers alone."""
    strange = False
    for index in range(begin, min(begin + 7, len(s.words))):
        for hit in s.of("dehuman", "derogatory", "slurs"):
            if hit.start == index and not _is_praised(s, hit.end):
                return hit.end
        word = s.words[index]
        if word in _FILLERS or s.is_a(index, "insults", "adjectives") or word in _ADVERBS:
            continue
        if (
            strange
            or word in _TELLING
            or word.endswith(("ed", "ing"))
            or (index == begin and word in _NO)
        ):
            return None
        strange = True
    return None


def _is_praised(s: Sentence, end: int) -> bool:
    """Tell whether an attribute turns out to be about something else: "dirty work"."""
    return s.words[end : end + 2] in (["lovers"], ["owners"]) or s.words[end : end + 1] == [
        "lovers"
    ]


def worthless(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "<they> are not human", "not one of <them> is honest", "<they> have no dignity"."""
    ahead = s.words[target.end : target.end + 9]
    if not target.leads or not ahead:
        return
    if (
        s.ends == "?"
        and s.words[: target.start] in (["are"], ["is"])
        and ahead[0] in ("even", "really", "fully")
    ) and any(hit.start <= target.end + 2 and hit.start >= target.end for hit in s.of("worth")):
        yield "hate", 0, len(s.words)
    doubted = s.ends == "?" and _doubted(s.words[: target.start])
    none = _NONE_OF & set(s.words[max(0, target.start - 2) : target.head])
    for be in s.of("be"):
        if not 0 <= be.start - target.end <= 2:
            continue
        after = s.words[be.end : be.end + 1]
        begin = be.end + (after in _NOT)
        if s.words[be.end : be.end + 2] in (["meme", "pas"], ["really", "not"], ["even", "not"]):
            begin = be.end + 2
        asked = doubted or (s.ends == "?" and _EVEN & set(ahead))
        if begin == be.end and not none and not asked:
            continue
        for hit in s.of("worth"):
            if 0 <= hit.start - begin <= 3 and all(
                w in _FILLERS or w == "be" for w in s.words[begin : hit.start]
            ):
                yield "hate", target.start, hit.end
    for hit in s.of("lacks"):
        if 0 <= hit.start - target.end <= 2:
            yield "hate", target.start, hit.end


def _doubted(before: list[str]) -> bool:
    """Tell whether it is asked who could still believe what follows."""
    return bool(_BELIEVING & set(before) and _STILL & set(before))


def these(s: Sentence) -> Iterator[tuple[str, int, int]]:
    """Yield "these <parasites>", where a group was named before."""
    for hit in s.of("dehuman"):
        if s.words[max(0, hit.start - 1) : hit.start] in (
            ["these"],
            ["those"],
            ["ces"],
            ["such"],
            ["what"],
            ["quels"],
            ["quelles"],
            ["disgusting"],
        ):
            yield "hate", hit.start - 1, hit.end


def asked_about(s: Sentence) -> bool:
    """Tell whether a sentence without a verb answers a question with an insult."""
    content = [i for i, word in enumerate(s.words) if word not in _FILLERS and word != ","]
    return 0 < len(content) <= 3 and s.is_a(content[0], "dehuman", "derogatory", "slurs")


def insulted(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "<dirty> <them>"."""
    if target.pronoun:
        return
    for hit in s.of("insults"):
        if hit.end <= target.head and all(
            s.is_a(i, "all_of", "insults") or s.words[i] in ("of", "d", "de")
            for i in range(hit.end, target.head)
        ):
            if hit.start > 0 and s.words[hit.start - 1] in ("own", "propre"):
                continue
            if target.noun in _GENDER and s.words[hit.start] in (
                "stupid",
                "fuck",
                "fichu",
                "foutu",
                "damn",
            ):
                continue
            if not negated(s, hit.start, hit.end):
                yield "hate", hit.start, target.end
    for hit in s.of("scum"):
        if hit.start == target.end and s.words[hit.start - 1] not in ("for",):
            yield "hate", target.start, hit.end
    for hit in s.of("slurs", "dehuman"):
        of = s.words[hit.end : target.start]
        if (
            0 < len(of) <= 2
            and of[0] in ("of", "de", "d")
            and hit.end < target.start
            and s.lexicon.language == "fr"
        ):
            yield "hate", hit.start, target.end
    for hit in s.of("death_to"):
        gap = words_between(s, hit.end, target)
        if gap is None:
            continue
        every = _FILLERS | _EACH_ONE
        if all(word in every for word in gap) and not negated(s, hit.start, hit.end):
            yield "hate", hit.start, target.end
    for hit in s.of("coming_for"):
        if not negated(s, hit.start, hit.end):
            yield "threat", min(hit.start, target.start), max(hit.end, target.end)
