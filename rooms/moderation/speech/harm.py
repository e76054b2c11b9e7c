"""Harm, exclusion and the denial of rights: wished, called for or announced."""

from collections.abc import Iterator

from rooms.moderation.speech.clauses import Sentence
from rooms.moderation.speech.lexicon import Hit, grammar
from rooms.moderation.speech.targets import Target
from rooms.moderation.speech.wording import breaks, is_idiom, negated, negated_after, words_between

_FIRST = grammar("first")
_HOW_MANY = frozenset(("how", "combien", "if", "si"))
_VOLITION = grammar("volition")
_FUTURE = grammar("future")
_WAYS = grammar("ways")
_RIGHTS = grammar("rights")
_POLICY = grammar("policy")
_EVERY = grammar("every")
_ON_PLACES = grammar("on_places")
_SIGHT = grammar("sight")
_NO_ONE = grammar("no_one")
_RESTRICTING = grammar("restricting")
_BEFORE_COMMAND = grammar("before_command")
_HARM_DENIED = grammar("harm_denied")
_HOPING = grammar("hoping")


def to_be_harmed(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "<they> should be shot", "<they> deserve to die", "I hope <they> die"."""
    hoped = any(
        (
            (s.words[hit.start] in _HOPING and 0 <= target.start - hit.end <= 3)
            and (s.words[hit.start] != "que" or hit.start == 0 or s.words[hit.start - 1] == ",")
        )
        or (s.words[hit.start] in ("high", "time") and 0 <= target.start - hit.start <= 5)
        for hit in s.of("modal")
    )
    modals = [h for h in s.of("modal") if 0 <= h.start - target.end <= 4]
    for modal in modals:
        if s.words[modal.start] in _FUTURE or not target.leads:
            continue
        if (
            negated_after(s, modal)
            or breaks(s, target.end, modal.start)
            or _HOW_MANY & set(s.words[:2])
        ):
            continue
        yield from _fate(s, target, modal.end, restricted=modal.start - target.end > 1)
    if hoped:
        yield from _fate(s, target, target.end, restricted=True)


def _fate(
    s: Sentence, target: Target, begin: int, *, restricted: bool
) -> Iterator[tuple[str, int, int]]:
    for hit in s.of("harmed", "dying", "excluded", "leave"):
        if not 0 <= hit.start - begin <= 4 or "not" in s.words[begin : hit.start]:
            continue
        if hit.kind in ("excluded", "leave") and target.noun in _POLICY:
            every = _EVERY & {
                *s.words[max(0, target.start - 2) : target.end],
                *s.words[target.end : hit.start],
            }
            if (restricted and not every) or not every:
                continue
        yield "hate", target.start, hit.end


def to_harm(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "we should kill <them>", "kill all <of them>", "send <them> back"."""
    for hit in s.of("harm", "exclude", "will_harm", "may_harm"):
        clitic = target.pronoun and target.end == hit.start and s.lexicon.language == "fr"
        gap = words_between(s, hit.end, target)
        after = gap is not None and (
            (len(gap) <= 3 and not breaks(s, hit.end, target.head))
            or (len(gap) <= 8 and all(word in _SIGHT for word in gap))
        )
        if not (after or clitic) or negated(s, hit.start, hit.end) or is_idiom(s):
            continue
        start = target.start if clitic else hit.start
        if target.place and s.words[hit.start] not in _ON_PLACES:
            continue
        if not (is_meant(s, hit, start) or is_urged(s, start) or is_command(s, start)):
            continue
        if hit.kind == "exclude" and target.noun in _POLICY:
            around = s.words[max(0, hit.end) : target.end]
            if not _EVERY & set(around) or (
                len(s.words) - target.end > 4 and _has_restriction(s, target.end)
            ):
                continue
        yield "threat" if target.place else "hate", start, max(target.end, hit.end)
    if target.place:
        return
    if s.words[target.end : target.end + 1] == ["out"] and s.words[
        target.end + 1 : target.end + 2
    ] in ([], [","]):
        yield "hate", target.start, target.end + 1
    for hit in s.of("accept"):
        rather = {"rather", "plutot", "prefere", "prefererais"} & set(s.words[: hit.start])
        than = {"than", "que"} & set(s.words[max(0, hit.start - 3) : hit.start])
        refused = _no_one_should(s, hit.start) or (rather and than)
        if 0 <= target.start - hit.end <= 2 and refused:
            yield "hate", hit.start, target.end
    for hit in s.of("leave"):
        if (
            "came" in s.words[hit.end : hit.end + 5]
            or 0 <= hit.start - target.end <= 4
            or 0 <= target.start - hit.end <= 4
        ) and not negated(s, hit.start, hit.end):
            yield "hate", min(hit.start, target.start), max(hit.end, target.end)


def is_meant(s: Sentence, hit: Hit, start: int) -> bool:
    """Tell whether a French future, or "qu'on …", says what the speaker means to do."""
    before = s.words[max(0, start - 3) : start]
    if hit.kind == "will_harm":
        return bool({"je", "j", "on", "nous"} & set(before))
    if hit.kind == "may_harm":
        return before[-2:] == ["qu", "on"] or before[-1:] == ["qu"]
    gerund = s.lexicon.language == "en" and s.words[hit.start].endswith("ing")
    return gerund and before[-2:] in (["we", "are"], ["i", "am"])


def _no_one_should(s: Sentence, start: int) -> bool:
    before = s.words[max(0, start - 6) : start]
    should = any(0 <= start - modal.end <= 2 for modal in s.of("modal"))
    return should and bool(_NO_ONE & set(before))


def _has_restriction(s: Sentence, end: int) -> bool:
    return bool(_RESTRICTING & set(s.words[end : end + 3]))


def is_urged(s: Sentence, start: int) -> bool:
    """Tell whether what begins here is called for: by "must", or by what the speaker will do."""
    for modal in s.of("modal"):
        if (
            not 0 <= start - modal.end <= 3
            or negated_after(s, modal)
            or negated(s, modal.start, modal.end)
        ):
            continue
        if s.words[modal.start] not in _VOLITION:
            if s.ends != "?" or s.words[modal.start] in _WAYS or s.words[0] in _WAYS:
                return True
            continue
        before = s.words[max(0, modal.start - 3) : modal.end + 2]
        if modal.start == 0 or _FIRST & set(before) or s.words[modal.start - 1] == ",":
            return True
    return False


def is_command(s: Sentence, start: int) -> bool:
    if s.lexicon.language == "en" and s.words[start].endswith(("ing", "ed")):
        return False
    before = s.words[max(0, start - 2) : start]
    return not before or before[-1] in _BEFORE_COMMAND


def denied(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "<they> have no right to …", "no <one of them> deserves to live"."""
    for hit in s.of("denied"):
        if (
            0 <= hit.start - target.end <= 5
            and target.leads
            and not breaks(s, target.end, hit.start)
        ):
            if not _is_harm_ahead(s, hit.end):
                yield "hate", target.start, hit.end
        elif 0 <= target.start - hit.end <= 3 and s.words[hit.end - 1] in ("without", "sans"):
            yield "hate", hit.start, target.end
    before = s.words[max(0, target.start - 3) : target.end]
    if not {"no", "aucun", "aucune"} & set(before) or target.pronoun:
        return
    for modal in s.of("modal"):
        if 0 <= modal.start - target.end <= 4:
            rest = set(s.words[modal.end : modal.end + 7])
            if _RIGHTS & rest and not _is_harm_ahead(s, modal.end):
                yield "hate", target.start, modal.end


def _is_harm_ahead(s: Sentence, end: int) -> bool:
    """Tell whether it is harm that is denied: "no woman deserves to be beaten"."""
    ahead = any(
        end <= hit.start <= end + 4 for hit in s.of("harmed", "harm", "insults", "excluded")
    )
    near = set(s.words[end : end + 4])
    soft = _HARM_DENIED
    this = s.words[end : end + 1] in (["this"], ["that"], ["such"], ["ca"], ["cela"])
    return ahead or this or bool(soft & near)
