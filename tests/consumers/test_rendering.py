"""Frames of events: rendered once for all alike, and never showing what one may not see."""

import json
from dataclasses import dataclass
from datetime import timedelta
from itertools import product, starmap
from typing import Any

import pytest
from django.utils import timezone
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame as WireFrame
from websockets.streams import StreamReader

from consumers.pages import read_events
from consumers.pushes import WORTH_IT, Frame
from consumers.rendering import FRAME_BYTES, Rendering
from consumers.shown import Shown, settle
from rooms.eventlog import rendering
from rooms.eventlog.models import Room
from rooms.eventlog.rendering import Audience
from rooms.eventlog.views import EventView
from rooms.lifecycle.schedule import create_room
from rooms.messages.decisions import remove_message
from rooms.messages.posting import post_message
from rooms.moderation.policy import set_words
from rooms.people.membership import join_room
from rooms.people.models import Participant
from tests.furnished import furnish

EVERYBODY = Audience()
MODERATOR = Audience(moderator=True, participant=1)


@pytest.fixture
def room(db: None) -> Room:
    return create_room(title="Rendering", owner_name="Olga", guest_key="olga")


@pytest.fixture
def alice(room: Room) -> Participant:
    return join_room(room=room, name="Alice", guest_key="alice")


def log(room: Room, after: int = 0) -> list[Shown]:
    return read_events(room.pk, after)


def events(run: list[Shown], audience: Audience = EVERYBODY, language: str = "en") -> Any:
    frames = Rendering(run).frames(language, audience)
    return [event for frame in frames for event in json.loads(frame.text)["events"]]


def test_everybody_alike_gets_the_same_frame(
    room: Room, alice: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_message(room=room, author=alice, client_id="1", text="Bonjour")
    rendered: list[int] = []
    real = rendering.render

    def counting(view: EventView, **kwargs: Any) -> Any:
        rendered.append(view.seq)
        return real(view, **kwargs)

    monkeypatch.setattr(rendering, "render", counting)
    run = log(room)
    frames = Rendering(run)
    first = frames.frames("en", Audience(participant=7))
    assert all(frames.frames("en", Audience(participant=n)) is first for n in range(8, 30))
    assert len(rendered) == len(run)


@dataclass
class Somebody:
    audience: Audience
    is_moderator: bool
    language: str = "en"


@pytest.mark.parametrize("addressee", [None, 7])
def test_a_reader_gets_the_frames_of_their_audience(
    room: Room, alice: Participant, addressee: int | None
) -> None:
    post_message(room=room, author=alice, client_id="1", text="Bonjour")
    run = log(room)
    run[0].addressee = addressee
    page = Rendering(run)
    for audience in starmap(Audience, product([False, True], [None, 7, 8])):
        somebody = Somebody(audience, audience.moderator)
        assert page.frames_of(somebody) is page.frames("en", audience)


def test_languages_are_rendered_apart(room: Room, alice: Participant) -> None:
    post_message(room=room, author=alice, client_id="1", text="Bonjour")
    in_english, in_french = events(log(room)), events(log(room), language="fr")
    assert 'lang="fr"' in str(in_english)
    assert 'lang="fr"' not in str(in_french)
    assert [event["seq"] for event in in_english] == [event["seq"] for event in in_french]


def test_an_event_looks_the_same_whenever_it_is_rendered(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers whose clocks differ show the same, and a page that is kept past midnight is right."""
    furnish()

    def shown() -> list[Any]:
        return [
            events(log(room), audience, language)
            for room in Room.objects.all()
            for audience in (EVERYBODY, MODERATOR)
            for language in ("en", "fr")
        ]

    today, real = shown(), timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=400))
    assert shown() == today


def test_a_held_message_is_for_moderators_and_its_author(room: Room, alice: Participant) -> None:
    bob = join_room(room=room, name="Bob", guest_key="bob")
    olga = Participant.objects.get(room=room, name="Olga")
    set_words(room=room, actor=olga, words=["gros mot"])
    room.refresh_from_db()
    post_message(room=room, author=alice, client_id="1", text="un gros mot")
    parts = {
        name: [part["into"] for part in events(log(room), audience)[-1]["parts"]]
        for name, audience in {
            "everybody": EVERYBODY,
            "bob": Audience(participant=bob.pk),
            "alice": Audience(participant=alice.pk),
            "moderator": Audience(moderator=True, participant=olga.pk),
        }.items()
    }
    assert parts == {"everybody": [], "bob": [], "alice": ["own-holds"], "moderator": ["held"]}


def test_an_event_that_cannot_be_shown_still_moves_the_sequence(
    room: Room, alice: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_message(room=room, author=alice, client_id="1", text="Bonjour")

    def broken(view: EventView, **_kwargs: Any) -> Any:
        raise KeyError("no such template")

    monkeypatch.setattr(rendering, "render", broken)
    shown = events(log(room))
    assert [event["seq"] for event in shown] == list(range(1, len(shown) + 1))
    assert shown[-1]["parts"] == []


def test_many_events_make_several_frames(room: Room, alice: Participant) -> None:
    for number in range(4):
        post_message(room=room, author=alice, client_id=f"{number}", text=f"{number}" * 2000)
    run = [shown for _ in range(20) for shown in log(room)]
    frames = Rendering(run).frames("en", EVERYBODY)
    assert len(frames) > 1
    assert all(frame.extent[1] < FRAME_BYTES + 16 * 1024 for frame in frames)
    assert sum(len(json.loads(frame.text)["events"]) for frame in frames) == len(run)
    assert frames[-1].extent[0] == run[-1].seq


def test_a_text_removed_while_it_waits_is_not_sent(room: Room, alice: Participant) -> None:
    posted = post_message(room=room, author=alice, client_id="1", text="very private")
    before = log(room)
    reply = post_message(
        room=room, author=alice, client_id="2", text="Look", reply_to=posted.number
    )
    quoting = log(room, reply.seq - 1)
    remove_message(room=room, actor=alice, number=posted.number)
    removal = log(room, reply.seq)
    assert "very private" in str(events([*before, *quoting, *removal]))
    settled = settle([*before, *quoting, *removal])
    assert "very private" not in str(events(settled))
    assert [shown.seq for shown in settled] == list(range(1, reply.seq + 2))


def parsed(raw: bytes, *extensions: PerMessageDeflate) -> str:
    """Return the text of a frame as a client reads it from the network."""
    reader = StreamReader()
    reader.feed_data(raw)
    reading = WireFrame.parse(
        reader.read_exact, mask=False, max_size=2**24, extensions=list(extensions)
    )
    with pytest.raises(StopIteration) as end:
        next(reading)
    assert not reader.buffer, "one frame and nothing else"
    return bytes(end.value.value.data).decode()


@pytest.mark.parametrize("length", [1, 124, 125, 126, 511, 512, 65_535, 65_536, 200_000])
def test_what_goes_over_the_network_is_the_text(length: int) -> None:
    text = "é" * (length // 2) + "x" * (length % 2)
    frame = Frame(text)
    inflate = PerMessageDeflate(True, True, 15, 15)
    assert parsed(frame.plain) == text
    assert parsed(frame.deflated, inflate) == text
    assert parsed(frame.plain, inflate) == text, "may come between those that are compressed"
    assert frame.deflated is frame.deflated, "made once"
    assert (frame.deflated is frame.plain) == (len(text) < WORTH_IT)
