"""The moderation hook: each screener, the pipeline, and its failing closed."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from consumers.threads import PATIENCE
from rooms.eventlog.errors import Code
from rooms.eventlog.models import Room
from rooms.moderation import screening
from rooms.moderation.policy import set_words
from rooms.moderation.sanctions import mute_participant, unmute_participant
from rooms.moderation.screeners.words import Phrases, Words
from rooms.moderation.screening import ALLOW, Outcome, RoomRules, Rule, Submission, Verdict, screen
from rooms.people.models import Participant
from tests.rooms.conftest import Post
from tests.rooms.test_messages import refusal, texts

NOW = timezone.now()


class Raises:
    def screen(self, submission: Submission) -> Verdict:
        raise RuntimeError("broken")


class Hangs:
    released = threading.Event()

    def screen(self, submission: Submission) -> Verdict:
        self.released.wait(30)
        return ALLOW


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    Hangs.released.clear()
    monkeypatch.setattr(screening, "TIMEOUT", 0.05)
    yield
    Hangs.released.set()


def test_a_screener_that_raises_holds(settings: Settings) -> None:
    settings.SCREENERS = [f"{__name__}.Raises"]
    verdict = screen(Submission("Bonjour", NOW))
    assert (verdict.outcome, verdict.rule) == (Outcome.HOLD, Rule.UNAVAILABLE)


def test_a_screener_that_hangs_holds(settings: Settings, hanging: None) -> None:
    settings.SCREENERS = [f"{__name__}.Hangs"]
    assert screen(Submission("Bonjour", NOW)).outcome is Outcome.HOLD


def test_a_screener_that_is_not_there_holds(settings: Settings) -> None:
    settings.SCREENERS = ["rooms.nowhere.Screener"]
    assert screen(Submission("Bonjour", NOW)).outcome is Outcome.HOLD


def test_lawful_words_pass() -> None:
    for text in ("Ce gouvernement est une honte.", "Macron démission !", "This law is a disgrace"):
        assert screen(Submission(text, NOW)) is ALLOW


@pytest.mark.parametrize(
    "text",
    ["un gros mot", "un GROS  mot.", "un ｇｒｏｓ mot", "un gr\u200bos\u00ad mot", "𝐠𝐫𝐨𝐬 𝐦𝐨𝐭"],
)
def test_a_room_word_is_found_in_disguise(text: str) -> None:
    verdict = Words().screen(Submission(text, NOW, rules=RoomRules(words=("gros mot",))))
    assert (verdict.outcome, verdict.rule) == (Outcome.HOLD, Rule.WORDS)
    assert verdict.span is not None
    assert text[verdict.span[0] : verdict.span[1]].casefold().endswith(("mot", "𝐦𝐨𝐭"))


@pytest.mark.parametrize("text", ["gros motif", "agros mot", "gros", "mot gros", ""])
def test_only_whole_words_match(text: str) -> None:
    assert Phrases(["gros mot"]).find(text) is None


def test_a_composed_letter_matches_a_decomposed_one() -> None:
    assert Phrases(["ne\u0301gocie\u0301"]).find("c'est négocié ici") == (6, 13)
    assert Phrases(["négocié"]).find("c'est ne\u0301gocie\u0301 ici") == (6, 14)


def test_the_site_list_holds_a_slur() -> None:
    assert screen(Submission("espèce de sale juif", NOW)).outcome is Outcome.HOLD


def test_too_many_messages_are_told_how_long_to_wait(alice: Participant, post: Post) -> None:
    for number in range(5):
        post(alice, f"message {number}")
    answer = refusal(post, alice, "message 5")
    assert answer.code is Code.SLOW_DOWN and answer.detail["rule"] == Rule.RATE
    assert answer.retry_after is not None and 0 < answer.retry_after <= 10


def test_the_same_text_twice_is_rejected_and_a_short_one_is_not(
    alice: Participant, bob: Participant, post: Post
) -> None:
    post(alice, "Je suis tout à fait pour !")
    answer = refusal(post, alice, "Je suis  tout à fait POUR !".replace("  ", " "))
    assert answer.code is Code.REJECTED and answer.detail["rule"] == Rule.DUPLICATE
    post(bob, "Je suis tout à fait pour !")
    post(alice, "oui")
    post(alice, "oui")


def test_what_is_wrong_is_refused_before_it_is_judged(alice: Participant, post: Post) -> None:
    assert refusal(post, alice, "x" * 2001).code is Code.TOO_LONG
    assert refusal(post, alice, " \u200b\ufeff\u2060 ").code is Code.EMPTY


def test_a_mute_takes_the_voice_and_unmute_gives_it_back(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    mute_participant(room=room, actor=max_, participant_id=alice.pk, seconds=300, reason="spam")
    answer = refusal(post, alice, "Bonjour")
    assert answer.code is Code.MUTED
    assert answer.retry_after == pytest.approx(300, abs=20)
    unmute_participant(room=room, actor=max_, participant_id=alice.pk)
    post(alice, "Bonjour")
    stale = refusal(unmute_participant, room=room, actor=max_, participant_id=alice.pk)
    assert stale.code is Code.STALE


def test_a_mute_ends_by_itself(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    mute_participant(room=room, actor=max_, participant_id=alice.pk, seconds=60)
    Participant.objects.filter(pk=alice.pk).update(
        muted_until=timezone.now() - timedelta(seconds=1)
    )
    post(alice, "Bonjour")


@pytest.mark.parametrize("seconds", [0, -1, 31 * 24 * 3600])
def test_a_mute_has_bounds(room: Room, max_: Participant, alice: Participant, seconds: int) -> None:
    mute = {"room": room, "actor": max_, "participant_id": alice.pk, "seconds": seconds}
    assert refusal(mute_participant, **mute).code is Code.BAD_SHAPE


def test_nobody_mutes_upwards_or_sideways_or_elsewhere(
    room: Room, olga: Participant, max_: Participant, alice: Participant, bob: Participant
) -> None:
    mute = {"room": room, "seconds": 60}
    for actor, target in ((max_, olga), (max_, max_), (alice, bob), (olga, olga)):
        answer = refusal(mute_participant, **mute, actor=actor, participant_id=target.pk)
        assert answer.code is Code.FORBIDDEN
    assert (
        refusal(mute_participant, **mute, actor=olga, participant_id=10**9).code is Code.FORBIDDEN
    )


def test_a_rooms_words_are_checked_and_versioned(
    room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    assert refusal(set_words, room=room, actor=max_, words=["..."]).code is Code.EMPTY
    assert refusal(set_words, room=room, actor=max_, words=["x" * 81]).code is Code.TOO_LONG
    assert refusal(set_words, room=room, actor=alice, words=["x"]).code is Code.FORBIDDEN
    set_words(room=room, actor=max_, words=["gros mot", "  "])
    assert refusal(set_words, room=room, actor=max_, words=["x"]).code is Code.STALE
    room.refresh_from_db()
    assert post(alice, "un gros mot").status == "held"
    set_words(room=room, actor=max_, words=[])
    room.refresh_from_db()
    assert post(alice, "un autre gros mot").status == "posted"
    assert texts(room) == ["un autre gros mot"]


class HangsAtSome:
    def screen(self, submission: Submission) -> Verdict:
        if "hang" in submission.text:
            Hangs.released.wait(30)
        if "raise" in submission.text:
            raise RuntimeError("broken")
        return ALLOW


def test_of_many_only_those_without_a_verdict_are_held(settings: Settings, hanging: None) -> None:
    settings.SCREENERS = [f"{__name__}.HangsAtSome"]
    texts = ("one", "raise", "three", "hang", "five")
    verdicts = screening.screen_all([Submission(text, NOW) for text in texts])
    assert [verdict is ALLOW for verdict in verdicts] == [True, False, True, False, False]
    assert screening.screen_all([]) == []


def test_one_that_takes_long_has_those_of_its_own_room_held(
    settings: Settings, hanging: None
) -> None:
    settings.SCREENERS = [f"{__name__}.HangsAtSome"]
    texts = [Submission(text, NOW) for text in ("one", "hang", "three", "four")]
    verdicts = screening.screen_all(texts, "abab".__getitem__)
    assert [verdict is ALLOW for verdict in verdicts] == [True, False, True, False]


def test_a_hold_is_told_before_a_socket_stops_waiting() -> None:
    assert screening.TIMEOUT < PATIENCE
