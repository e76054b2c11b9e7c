"""Whom a sentence is about: protected groups, and the pronouns that stand for them."""

from dataclasses import dataclass
from itertools import pairwise

from rooms.moderation.speech.clauses import Sentence
from rooms.moderation.speech.lexicon import grammar

_BLOCKING = grammar("blocking")
_DETERMINERS = grammar("determiners")
_PERSON_VERBS = grammar("person_verbs")


@dataclass(frozen=True, slots=True)
class Target:
    """A group, ``words[start:end]`` with what goes before the noun, which begins at ``head``.

    ``leads``: it may be the subject. ``weak``: some of a group, or a word of another sense too:
    nothing is said of all of them, but "they" may be, later on. ``place``: where they gather.
    """

    start: int
    end: int
    noun: str
    leads: bool
    head: int = -1
    pronoun: bool = False
    weak: bool = False
    place: bool = False


def is_about_persons(verb: str) -> bool:
    """Tell whether a violent verb is said of persons alone."""
    return verb in _PERSON_VERBS


def targets_of(s: Sentence, carry: Target | None) -> list[Target]:
    """Return the groups that a sentence is about, pronouns for one named before included."""
    groups = _groups(s)
    first = min((target.end for target in groups), default=len(s.words))
    named = list(groups)
    _add_pronouns(s, named, carry, first)
    if _is_told(s, groups):
        named += [_pronoun(h.start, h.end, "you") for h in s.of("you") if h.start > first]
    if carry or named:
        named += _pointed_at(s, carry, (carry or named[0]).noun, first)
    named += [
        Target(h.start, h.end, s.words[h.start], False, h.start, place=True) for h in s.of("places")
    ]
    return named


def _groups(s: Sentence) -> list[Target]:
    """Return the groups that a sentence names: by a noun, or an adjective with one for people."""
    found: dict[int, Target] = {}
    for hit in s.of("groups"):
        noun = s.words[hit.start]
        if (
            hit.end - hit.start == 1
            and s.lexicon.kinds.get("articled")
            and s.lexicon.is_a(noun, "articled")
        ) and not any(word in _DETERMINERS for word in s.words[max(0, hit.start - 2) : hit.start]):
            continue
        _note(s, found, hit.start, hit.end, noun)
    for hit in s.of("adjectives"):
        for people in s.of("people"):
            if people.start == hit.end and s.lexicon.language == "en":
                _note(s, found, hit.start, people.end, s.words[hit.start])
            elif 0 <= hit.start - people.end <= 1 and s.lexicon.language == "fr":
                _note(s, found, people.start, hit.end, s.words[hit.start])
    return list(found.values())


def _add_pronouns(s: Sentence, named: list[Target], carry: Target | None, first: int) -> None:
    """Add the pronouns that stand for a group; ``first`` is where the first one ends."""
    for hit in s.of("pronouns"):
        spoken_of = carry or next((t for t in named if t.end <= hit.start), None)
        after_other = any(first < other.start < hit.start for other in s.of("others"))
        is_named = any(t.start <= hit.start < t.end for t in named)
        if spoken_of is None or after_other or is_named:
            continue
        is_word = s.lexicon.language == "fr" and hit.end - hit.start == 1
        may_be_article = is_word and s.words[hit.start] in ("les", "leur", "leurs")
        if not (may_be_article and _is_article(s, hit.end)):
            named.append(_pronoun(hit.start, hit.end, spoken_of.noun, _leads(s, hit.start)))


def _pointed_at(s: Sentence, carry: Target | None, noun: str, first: int) -> list[Target]:
    """Return where French points at a group: "ce sont …", "c'est tous …"."""
    pointed = []
    for index, pair in enumerate(pairwise(s.words)):
        is_said = pair == ("ce", "sont") or (
            pair == ("c", "est")
            and s.words[index + 2 : index + 3] in (["des"], ["tous"], ["que"], ["de"])
        )
        if is_said and (carry or index > first):
            pointed.append(_pronoun(index, index + 1, noun))
    return pointed


def _pronoun(start: int, end: int, noun: str, leads: bool = True) -> Target:
    return Target(start, end, noun, leads, start, pronoun=True)


def _is_article(s: Sentence, index: int) -> bool:
    """Tell whether "les" before ``index`` is an article: no verb that the rules know is near."""
    verbs = ("harm", "exclude", "kill_person", "hate", "modal", "will_harm", "may_harm")
    if s.is_a(index, *verbs) or s.words[index : index + 1] in (["voir"], ["mettre"], ["envoyer"]):
        return False
    ordered = index > 1 and s.is_a(index - 2, *verbs) and s.words[index - 2].endswith(("ons", "ez"))
    return not (ordered and not s.is_a(index, "groups", "people", "roles", "others"))


def _note(s: Sentence, found: dict[int, Target], start: int, end: int, noun: str) -> None:
    before = start
    while before > 0 and (
        s.is_a(before - 1, "all_of", "insults", "adjectives")
        or (
            before > 1 and s.words[before - 1] in ("of", "d", "de") and s.is_a(before - 2, "all_of")
        )
    ):
        before -= 1
    weak = any(s.is_a(i, "some") for i in range(max(0, before - 1), start))
    old = found.get(end) or next((t for t in found.values() if t.start <= start < t.end), None)
    if old is not None and old.end - old.start >= end - before:
        return
    if old is not None:
        found.pop(old.end, None)
    found[end] = Target(before, end, noun, _leads(s, before), start, weak=weak)


def _leads(s: Sentence, start: int) -> bool:
    """Tell whether a group may be the subject: nothing before it takes it for an object."""
    index = start - 1
    while index >= 0 and s.words[index] in (
        "all",
        "the",
        "these",
        "those",
        "les",
        "des",
        "ces",
        "tous",
        "toutes",
        "l",
        "of",
    ):
        if s.words[index] == "of" and (
            index == 0 or s.words[index - 1] not in ("all", "most", "many", "lot", "none", "one")
        ):
            return False
        index -= 1
    return index < 0 or s.words[index] not in _BLOCKING


def _is_told(s: Sentence, named: list[Target]) -> bool:
    """Tell whether somebody is addressed as one of a group: "you are a …"."""
    addressed = {
        ("you", "are"),
        ("tu", "es"),
        ("vous", "etes"),
        ("t", "es"),
        ("being", "a"),
        ("etre", "un"),
    }
    pairs = set(pairwise(s.words))
    return bool(named) and bool(addressed & pairs)
