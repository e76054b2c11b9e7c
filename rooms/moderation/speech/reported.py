"""Who is speaking: words that are quoted or denounced are not the speaker's own."""

from rooms.moderation.speech.clauses import Sentence
from rooms.moderation.speech.lexicon import grammar

_MARKS = grammar("marks")
_WEAK_DENOUNCING = grammar("weak_denouncing")
_LINKING = grammar("linking")
_NEAR_DENOUNCING = grammar("near_denouncing")


def is_reported(s: Sentence, start: int, end: int) -> bool:
    """Tell whether somebody else's words are given here, to speak of them or to denounce them."""
    inside = range(start, min(end, len(s.words)))
    outside = [i for i, w in enumerate(s.words) if i not in s.quoted and w not in _MARKS]
    if all(i in s.quoted for i in inside):
        agreed = len(outside) <= 6 and any(s.is_a(i, "agree") for i in outside)
        return len(outside) >= 2 and not agreed
    if any(_speaks(s, hit.start, hit.end, start) for hit in s.of("say")):
        return True
    return any(_denounces(s, hit.start, hit.end, start, end) for hit in s.of("denounce"))


def _speaks(s: Sentence, say: int, say_end: int, start: int) -> bool:
    """Tell whether a word of speech before the finding makes it another's."""
    if say_end > start + 1 or say >= start:
        return False
    before = s.words[max(0, say - 3) : say]
    if {"i", "we", "je", "j", "on", "let", "me", "moi"} & set(before[-2:]) and not {
        "not",
        "never",
        "pas",
        "jamais",
        "won",
    } & {*before, *s.words[say_end : say_end + 1]}:
        return False
    return bool(
        s.words[say] in ("heard", "hear", "tell", "entendu") or "," not in s.words[say_end:start]
    )


def _denounces(s: Sentence, at: int, at_end: int, start: int, end: int) -> bool:
    if start <= at < end:
        return False
    if {"not", "no", "pas", "sans", "never"} & set(s.words[max(0, at - 3) : at]) and s.words[
        at
    ] not in ("acceptable", "not", "never", "n"):
        return False
    strong = s.words[at] not in _WEAK_DENOUNCING
    if at >= end:
        linked = _LINKING & set(s.words[end:at]) and "," not in s.words[end:at]
        gerund = s.words[start].endswith("ing") or (
            start > 0 and s.words[start - 1].endswith("ing")
        )
        infinitive = s.lexicon.language == "fr" and s.words[start].endswith(("er", "ir", "re"))
        return bool(linked) and (
            gerund or infinitive or (start == 0 and strong and not s.is_a(start, "groups"))
        )
    return strong or (at_end + 4 >= start and s.words[at] in _NEAR_DENOUNCING)
