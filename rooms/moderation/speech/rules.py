"""Rules against unlawful speech: a target and what is said about it, never a bare word.

Each rule looks at one sentence: who is spoken of, what is said, and whether it is the
speaker who says so. Harsh words about those in power, doctrines, laws and things pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rooms.moderation.speech.clauses import Sentence, sentences
from rooms.moderation.speech.lexicon import Hit, grammar
from rooms.moderation.speech.targets import Target, is_about_persons, targets_of

_FILLERS = grammar("fillers")
_ADVERBS = grammar("adverbs")
_RELATIVE = grammar("relative")
_FIRST = grammar("first")
_HOW_MANY = frozenset(("how", "combien", "if", "si"))
_VOLITION = grammar("volition")
_FUTURE = grammar("future")
_RIGHTS = grammar("rights")
_POLICY = grammar("policy")
_EVERY = grammar("every")
_GENDER = grammar("gender")
_NO = grammar("no")
_TELLING = grammar("telling")
_ON_PLACES = grammar("on_places")
_SIGHT = grammar("sight")
_OUR_OWN = grammar("our_own")
_SAID_OF_OTHERS = grammar("said_of_others")
_ADDRESSING = grammar("addressing")
_ADDRESSING_WEAKLY = grammar("addressing_weakly")
_OTHERS_SPEAKING = grammar("others_speaking")
_VERBS_OF_INSULT = grammar("verbs_of_insult")
_NEGATING = grammar("negating")
_ASKING = grammar("asking")
_NONE_OF = grammar("none_of")
_EVEN = grammar("even")
_EACH_ONE = grammar("each_one")
_NO_ONE = grammar("no_one")
_RESTRICTING = grammar("restricting")
_BEFORE_COMMAND = grammar("before_command")
_HARM_DENIED = grammar("harm_denied")
_SECOND_PERSON = grammar("second_person")
_DEADLY = grammar("deadly")
_THIRD_PERSON = grammar("third_person")
_POSSESSIVES = grammar("possessives")
_CLITICS = grammar("clitics")
_TITLES = grammar("titles")
_LIGHT_HARM = grammar("light_harm")
_NEGATIONS = grammar("negations")
_MARKS = grammar("marks")
_WEAK_DENOUNCING = grammar("weak_denouncing")
_LINKING = grammar("linking")
_NEAR_DENOUNCING = grammar("near_denouncing")
_NOT = (["not"], ["never"], ["pas"], ["jamais"], ["neither"], ["ni"])
_SELF = grammar("self")
_HOPING = grammar("hoping")
_NOT_DEAD = (["wrong"], ["right"], ["tired"], ["to"], ["set"], ["serious"], ["on"], ["de"], ["d"])


@dataclass(frozen=True, slots=True)
class Finding:
    """``rule`` is "hate" or "threat"; ``span`` is (start, end) in code points of the text."""

    rule: str
    span: tuple[int, int]


def find_unlawful(text: str) -> Finding | None:
    """Return the first thing in a text that looks unlawful; None for what may be said."""
    carry: Target | None = None
    since = 0
    asked = ""
    for sentence in sentences(text):
        targets = targets_of(sentence, carry)
        for rule, start, end in _judge(sentence, targets, carry, bool(asked)):
            if not is_reported(sentence, start, end):
                return Finding(rule, sentence.span(start, min(end, len(sentence.words))))
        named = [target for target in targets if not (target.pronoun or target.place)]
        if named:
            carry, since = named[-1], 0
        elif sentence.hits.get("others") or since >= 2:
            carry = None
        else:
            since += 1
        last_other = max((hit.start for hit in sentence.of("others")), default=-1)
        if carry and named and last_other > named[-1].end:
            carry = None
        asked = sentence.ends if named and len(sentence.words) <= 8 else ""
    return None


def _judge(
    s: Sentence, targets: list[Target], carry: Target | None, asked: bool
) -> Iterator[tuple[str, int, int]]:
    yield from _slurs(s)
    for target in targets:
        if target.weak or target.place:
            yield from _to_harm(s, target)
            continue
        yield from _hated(s, target)
        yield from _worthless(s, target)
        yield from _is_called(s, target)
        yield from _insulted(s, target)
        yield from _to_be_harmed(s, target)
        yield from _to_harm(s, target)
        yield from _denied(s, target)
    if asked and carry and asked_about(s):
        yield "hate", 0, len(s.words)
    if targets or carry:
        yield from _these(s)
    yield from _threats(s)


def asked_about(s: Sentence) -> bool:
    """Tell whether a sentence without a verb answers a question with an insult."""
    content = [i for i, word in enumerate(s.words) if word not in _FILLERS and word != ","]
    return 0 < len(content) <= 3 and s.is_a(content[0], "dehuman", "derogatory", "slurs")


# --- slurs -------------------------------------------------------------------------------


def _slurs(s: Sentence) -> Iterator[tuple[str, int, int]]:
    soft = {(hit.start, hit.end) for hit in s.of("soft_slurs")}
    for hit in s.of("slurs", "soft_slurs"):
        place = hit.start, hit.end
        if _is_safe(s, hit.start, hit.end) or _is_reclaimed(s, hit.start):
            continue
        if place not in soft or _is_address(s, hit.start):
            yield "hate", hit.start, hit.end


def _is_safe(s: Sentence, start: int, end: int) -> bool:
    return any(hit.start <= start < hit.end for hit in s.of("safe_slur_context")) or any(
        hit.start <= start + 1 and hit.end >= end and hit.end - hit.start > 1
        for hit in s.of("safe_slur_context")
        if hit.start >= start - 1
    )


def _is_reclaimed(s: Sentence, start: int) -> bool:
    """Tell whether people speak of themselves by a word that others use as a slur."""
    if {"proud", "fier", "fiere", "fiers", "pride"} & set(s.words) and not {
        "you",
        "they",
        "tu",
        "ils",
        "vous",
    } & set(s.words):
        return True
    near = s.words[max(0, start - 6) : start]
    for index, pair in enumerate(zip(near, near[1:], strict=False)):
        if pair in (("i", "am"), ("we", "are"), ("je", "suis"), ("nous", "les")) and all(
            word in _SELF for word in near[index + 2 :]
        ):
            return True
    near = near[-4:]
    if {"as", "en", "tant"} & set(near) and {"i", "je", "m", "me", "we"} & set(near):
        return True
    own = any(word in _OUR_OWN for word in near[-2:])
    return own and not _SAID_OF_OTHERS & set(near)


def _is_address(s: Sentence, start: int) -> bool:
    """Tell whether a word that may be harmless is said to or of somebody."""
    before = s.words[max(0, start - 3) : start]
    said = _ADDRESSING
    weak = _ADDRESSING_WEAKLY
    strong = said & set(before)
    return bool(strong - weak) or (bool(strong) and s.ends == "!")


# --- hatred and contempt -------------------------------------------------------------------


def _hated(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "I hate <them>" and "<they> disgust me"."""
    for hit in s.of("hate"):
        gap = _gap(s, hit.end, target)
        clitic = target.pronoun and target.end == hit.start and s.lexicon.language == "fr"
        if clitic or (gap is not None and len(gap) <= 5 and all(w in _SIGHT for w in gap)):
            if not _negated(s, hit.start, hit.end) and _is_speaker(s, hit.start):
                yield "hate", hit.start, target.end
    for hit in s.of("unwanted"):
        if 0 <= target.start - hit.end <= 2 and not (s.words[hit.start] == "not" and s.ends != "?"):
            yield "hate", hit.start, target.end
    for hit in s.of("repels"):
        near = 0 <= hit.start - target.end <= 3
        if near and not _negated(s, hit.start, hit.end):
            yield "hate", target.start, hit.end


def _gap(s: Sentence, end: int, target: Target) -> list[str] | None:
    """Return the words between a place and a group after it; None if it is not after it."""
    begin = max(end, target.start)
    return s.words[end:begin] if target.head >= end else None


def _is_speaker(s: Sentence, start: int) -> bool:
    before = s.words[max(0, start - 4) : start]
    if not before or before[-1] == ",":
        return True
    if {"nobody", "personne"} & set(before):
        return False
    if _OTHERS_SPEAKING & set(before[-2:]):
        return before[-1] == "to" and "i" in before
    return bool(_FIRST & set(before)) or all(word in _ADVERBS for word in before)


def _is_called(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
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


def _worthless(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "<they> are not human", "not one of <them> is honest", "<they> have no dignity"."""
    ahead = s.words[target.end : target.end + 9]
    if not target.leads or not ahead:
        return
    if (
        s.ends == "?"
        and s.words[: target.start] in (["are"], ["is"])
        and ahead[0] in ("even", "really", "fully")
    ):
        if any(hit.start <= target.end + 2 and hit.start >= target.end for hit in s.of("worth")):
            yield "hate", 0, len(s.words)
    none = _NONE_OF & set(s.words[max(0, target.start - 2) : target.head])
    for be in s.of("be"):
        if not 0 <= be.start - target.end <= 2:
            continue
        after = s.words[be.end : be.end + 1]
        begin = be.end + (after in _NOT)
        if s.words[be.end : be.end + 2] in (["meme", "pas"], ["really", "not"], ["even", "not"]):
            begin = be.end + 2
        asked = s.ends == "?" and _EVEN & set(ahead)
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


def _these(s: Sentence) -> Iterator[tuple[str, int, int]]:
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


def _is_praised(s: Sentence, end: int) -> bool:
    """Tell whether an attribute turns out to be about something else: "dirty work"."""
    return s.words[end : end + 2] in (["lovers"], ["owners"]) or s.words[end : end + 1] == [
        "lovers"
    ]


def _insulted(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
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
            if not _negated(s, hit.start, hit.end):
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
        gap = _gap(s, hit.end, target)
        if gap is None:
            continue
        every = _FILLERS | _EACH_ONE
        if all(word in every for word in gap) and not _negated(s, hit.start, hit.end):
            yield "hate", hit.start, target.end
    for hit in s.of("coming_for"):
        if not _negated(s, hit.start, hit.end):
            yield "threat", min(hit.start, target.start), max(hit.end, target.end)


# --- harm, exclusion, rights --------------------------------------------------------------


def _to_be_harmed(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "<they> should be shot", "<they> deserve to die", "I hope <they> die"."""
    hoped = any(
        (s.words[hit.start] in _HOPING and 0 <= target.start - hit.end <= 3)
        or (s.words[hit.start] in ("high", "time") and 0 <= target.start - hit.start <= 5)
        for hit in s.of("modal")
    )
    modals = [h for h in s.of("modal") if 0 <= h.start - target.end <= 4]
    for modal in modals:
        if s.words[modal.start] in _FUTURE or not target.leads:
            continue
        if (
            _negated_after(s, modal)
            or _breaks(s, target.end, modal.start)
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


def _to_harm(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "we should kill <them>", "kill all <of them>", "send <them> back"."""
    for hit in s.of("harm", "exclude", "will_harm", "may_harm"):
        clitic = target.pronoun and target.end == hit.start and s.lexicon.language == "fr"
        gap = _gap(s, hit.end, target)
        after = gap is not None and (
            (len(gap) <= 3 and not _breaks(s, hit.end, target.head))
            or (len(gap) <= 8 and all(word in _SIGHT for word in gap))
        )
        if not (after or clitic) or _negated(s, hit.start, hit.end) or _is_idiom(s):
            continue
        start = target.start if clitic else hit.start
        if target.place and s.words[hit.start] not in _ON_PLACES:
            continue
        if not (_is_meant(s, hit, start) or _is_urged(s, start) or _is_command(s, start)):
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
        if 0 <= target.start - hit.end <= 2 and _no_one_should(s, hit.start):
            yield "hate", hit.start, target.end
    for hit in s.of("leave"):
        if (
            "came" in s.words[hit.end : hit.end + 5]
            or 0 <= hit.start - target.end <= 4
            or 0 <= target.start - hit.end <= 4
        ):
            if not _negated(s, hit.start, hit.end):
                yield "hate", min(hit.start, target.start), max(hit.end, target.end)


def _is_meant(s: Sentence, hit: Hit, start: int) -> bool:
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


def _is_urged(s: Sentence, start: int) -> bool:
    """Tell whether what begins here is called for: by "must", or by what the speaker will do."""
    for modal in s.of("modal"):
        if (
            not 0 <= start - modal.end <= 3
            or _negated_after(s, modal)
            or _negated(s, modal.start, modal.end)
        ):
            continue
        if s.words[modal.start] not in _VOLITION:
            return s.ends != "?" or s.words[0] in ("why", "pourquoi")
        before = s.words[max(0, modal.start - 3) : modal.end + 2]
        if modal.start == 0 or _FIRST & set(before) or s.words[modal.start - 1] == ",":
            return True
    return False


def _is_command(s: Sentence, start: int) -> bool:
    if s.lexicon.language == "en" and s.words[start].endswith(("ing", "ed")):
        return False
    before = s.words[max(0, start - 2) : start]
    return not before or before[-1] in _BEFORE_COMMAND


def _denied(s: Sentence, target: Target) -> Iterator[tuple[str, int, int]]:
    """Yield "<they> have no right to …", "no <one of them> deserves to live"."""
    for hit in s.of("denied"):
        if (
            0 <= hit.start - target.end <= 5
            and target.leads
            and not _breaks(s, target.end, hit.start)
        ):
            if not _is_harm_ahead(s, hit.end):
                yield "hate", target.start, hit.end
        elif 0 <= target.start - hit.end <= 3 and "without" in s.words[hit.start : hit.end] + [
            "sans"
        ]:
            if {"without", "sans"} & set(s.words[hit.start : hit.end]):
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


# --- threats to persons --------------------------------------------------------------------


def _threats(s: Sentence) -> Iterator[tuple[str, int, int]]:
    for hit in s.of("coming_for"):
        after = s.words[hit.end : hit.end + 1]
        if (
            hit.end - hit.start >= 3
            and not _negated(s, hit.start, hit.end)
            and after not in _NOT_DEAD
        ):
            yield "threat", hit.start, hit.end
    for hit in s.of("kill_person", "will_harm"):
        if _negated(s, hit.start, hit.end) or _is_idiom(s):
            continue
        person = _person_at(s, hit.start, hit.end)
        if person is None:
            continue
        first = min(hit.start, person[0])
        to_you = _SECOND_PERSON & set(s.words[first : max(hit.end, person[1])])
        if (
            _is_urged(s, first)
            or _is_meant(s, hit, first)
            or (to_you and _is_announced(s, first))
            or (
                person[2]
                and _is_command(s, hit.start)
                and s.words[hit.start] not in ("burn", "smash", "beat", "skin")
            )
        ):
            yield "threat", min(hit.start, person[0]), max(hit.end, person[1])
    for role in s.of("roles"):
        yield from _role_to_be_harmed(s, role.start, role.end)
    for hit in s.of("death_to"):
        for role in s.of("roles"):
            if (
                0 <= role.start - hit.end <= 2
                and s.words[hit.start] in _DEADLY
                and not _is_idiom(s)
            ):
                yield "threat", hit.start, role.end


def _is_announced(s: Sentence, start: int) -> bool:
    """Tell whether the speaker said earlier in the sentence what they will do: "I will come and …"."""
    for modal in s.of("modal"):
        if modal.end <= start <= modal.end + 12 and s.words[modal.start] in _VOLITION:
            if _FIRST & set(s.words[max(0, modal.start - 2) : modal.start]):
                return not _THIRD_PERSON & set(s.words[modal.end : start])
    return False


def _person_at(s: Sentence, start: int, end: int) -> tuple[int, int, bool] | None:
    """Return (start, end, is named) of the person whom a violent verb is about."""
    lex, before = s.lexicon, start - 1
    for index in range(start, end):
        if s.words[index] in _POSSESSIVES:
            return start, end, False
    if lex.language == "fr" and before >= 0 and s.words[before] in _CLITICS:
        return before, start, False
    for index in range(end, min(end + 3, len(s.words))):
        for hit in s.of("roles", "them", "you"):
            if hit.start == index:
                plain = (
                    hit.kind == "roles"
                    or lex.language == "en"
                    or hit.end - hit.start > 1
                    or s.words[index] in ("toi", "eux")
                )
                if plain:
                    return hit.start, hit.end, hit.kind == "roles"
        if index in s.capital and is_about_persons(s.words[start]):
            return index, index + 1, True
        if not s.is_a(index, "all_of", "insults") and s.words[index] not in _TITLES:
            return None
    return None


def _role_to_be_harmed(s: Sentence, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    if _is_idiom(s):
        return
    for modal in s.of("modal"):
        if (
            0 <= modal.start - end <= 2
            and s.words[modal.start] not in _FUTURE
            and not _negated_after(s, modal)
        ):
            for hit in s.of("harmed", "dying"):
                light = s.words[hit.start] in _LIGHT_HARM
                if (
                    0 <= hit.start - modal.end <= 3
                    and not light
                    and "not" not in s.words[modal.end : hit.start]
                ):
                    yield "threat", start, hit.end


def _is_idiom(s: Sentence) -> bool:
    return bool(s.of("idioms"))


# --- negation, and who is speaking -----------------------------------------------------------


def _negated(s: Sentence, start: int, end: int) -> bool:
    before = s.words[max(0, start - 3) : start]
    after = s.words[end : end + 1]
    words = _NEGATIONS
    if words & set(before) or after in (["pas"], ["jamais"], ["plus"], ["point"]):
        return True
    return bool({"ne", "n", "pas", "jamais"} & set(before[-2:]))


def _negated_after(s: Sentence, modal: object) -> bool:
    end = modal.end  # type: ignore[attr-defined]
    return bool({"not", "never", "pas", "jamais"} & set(s.words[end : end + 2]))


def _breaks(s: Sentence, start: int, end: int) -> bool:
    return bool({",", *_RELATIVE} & set(s.words[start:end]))


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
    if s.words[say] in ("heard", "hear", "tell", "entendu") or "," not in s.words[say_end:start]:
        return True
    return False


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
