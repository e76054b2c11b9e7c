"""Threats to persons, those in power too."""

from collections.abc import Iterator

from rooms.moderation.speech.clauses import Sentence
from rooms.moderation.speech.harm import is_command, is_meant, is_urged
from rooms.moderation.speech.lexicon import grammar
from rooms.moderation.speech.targets import is_about_persons
from rooms.moderation.speech.wording import is_idiom, negated, negated_after

_FIRST = grammar("first")
_VOLITION = grammar("volition")
_FUTURE = grammar("future")
_SECOND_PERSON = grammar("second_person")
_DEADLY = grammar("deadly")
_THIRD_PERSON = grammar("third_person")
_POSSESSIVES = grammar("possessives")
_CLITICS = grammar("clitics")
_TITLES = grammar("titles")
_LIGHT_HARM = grammar("light_harm")
_NOT_DEAD = (["wrong"], ["right"], ["tired"], ["to"], ["set"], ["serious"], ["on"], ["de"], ["d"])


def threats(s: Sentence) -> Iterator[tuple[str, int, int]]:
    for hit in s.of("coming_for"):
        after = s.words[hit.end : hit.end + 1]
        if (
            hit.end - hit.start >= 3
            and not negated(s, hit.start, hit.end)
            and after not in _NOT_DEAD
        ):
            yield "threat", hit.start, hit.end
    for hit in s.of("kill_person", "will_harm"):
        if negated(s, hit.start, hit.end) or is_idiom(s):
            continue
        person = _person_at(s, hit.start, hit.end)
        if person is None:
            continue
        first = min(hit.start, person[0])
        to_you = _SECOND_PERSON & set(s.words[first : max(hit.end, person[1])])
        if (
            is_urged(s, first)
            or is_meant(s, hit, first)
            or (to_you and _is_announced(s, first))
            or (
                person[2]
                and is_command(s, hit.start)
                and s.words[hit.start] not in ("burn", "smash", "beat", "skin")
            )
        ):
            yield "threat", min(hit.start, person[0]), max(hit.end, person[1])
    for role in s.of("roles"):
        yield from _role_to_be_harmed(s, role.start, role.end)
    for hit in s.of("death_to"):
        for role in s.of("roles"):
            if 0 <= role.start - hit.end <= 2 and s.words[hit.start] in _DEADLY and not is_idiom(s):
                yield "threat", hit.start, role.end


def _is_announced(s: Sentence, start: int) -> bool:
    """Tell whether the speaker said before what they will do: "I will come and …"."""
    for modal in s.of("modal"):
        before = s.words[max(0, modal.start - 2) : modal.start]
        near = modal.end <= start <= modal.end + 12
        if near and s.words[modal.start] in _VOLITION and _FIRST & set(before):
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
    if is_idiom(s):
        return
    for modal in s.of("modal"):
        if (
            0 <= modal.start - end <= 2
            and s.words[modal.start] not in _FUTURE
            and not negated_after(s, modal)
        ):
            for hit in s.of("harmed", "dying"):
                light = s.words[hit.start] in _LIGHT_HARM
                if (
                    0 <= hit.start - modal.end <= 3
                    and not light
                    and "not" not in s.words[modal.end : hit.start]
                ):
                    yield "threat", start, hit.end
