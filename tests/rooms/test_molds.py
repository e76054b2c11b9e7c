"""Messages cast in molds are what their template says, to the letter."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from rooms.eventlog.payload import Part
from rooms.eventlog.views import ERASED, EventView, MessageView, PersonView, QuoteView, RoomView
from rooms.messages import molds
from rooms.people.roles import Role

LOG = Part("log")
STRANGE = [
    "<script>alert('1')</script> & \"x\"",
    "https://example.org/?a=1&b=<2>, voir www.example.fr. Et a@b.org (ou pas)",
    "%(name)s {{ name }} {0} \\1 $1",
    "StandIn1Name StandIn2Text 9222000222001",
    "2 févr. 06:07",
    "ligne\nligne\ttab",
    "مرحبا ‏bidi",
]
texts = st.one_of(st.text(min_size=1), st.sampled_from(STRANGE))
moments = st.one_of(
    st.datetimes(datetime(2001, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=2)).map(lambda ago: timezone.now() - ago),
)
people = st.builds(
    PersonView,
    id=st.integers(1, 2**62),
    known_name=st.one_of(st.text(min_size=1), st.just(ERASED), st.sampled_from(STRANGE)),
    role=st.sampled_from(list(Role)).map(str),
)


def posted(
    author: PersonView, at: datetime, text: str, side: str, number: int, language: str
) -> EventView:
    message = MessageView(number, author, at, side, text, "visible", was_published=True)
    room = RoomView(1, "a-room", "debate", language, "open", None, None)
    return EventView(room, number, molds.POSTED, at, {}, author, message, to=author.id)


def from_template(view: EventView) -> str:
    fields = {"view": view, "message": view.message, "room": view.room, "part": LOG}
    return render_to_string(f"rooms/events/{molds.POSTED}.html", fields).strip()


@given(
    author=people,
    at=moments,
    text=texts,
    side=st.sampled_from(["", "for", "against", "neutral"]),
    number=st.integers(1, 2**62),
    languages=st.tuples(st.sampled_from(["fr", "en"]), st.sampled_from(["fr", "en"])),
)
def test_a_cast_is_what_the_template_says(
    author: PersonView, at: datetime, text: str, side: str, number: int, languages: tuple[str, str]
) -> None:
    view = posted(author, at, text, side, number, languages[0])
    with translation.override(languages[1]):
        assert molds.cast(view, LOG) == from_template(view)


def test_what_is_not_plain_is_left_to_the_template() -> None:
    alice = PersonView(1, "Alice", "speaker")
    view = posted(alice, timezone.now(), "Bonjour", "", 7, "fr")
    assert view.message is not None and molds.cast(view, LOG) is not None
    for change in (
        {"status": "removed", "text": None},
        {"status": "held"},
        {"edited": True},
        {"reply_to": QuoteView(3, alice, "Salut")},
    ):
        other = replace(view, message=replace(view.message, **change))
        assert molds.cast(other, LOG) is None


def test_where_more_than_its_own_is_shown_there_is_no_mold(monkeypatch: pytest.MonkeyPatch) -> None:
    def render(_name: str, context: dict[str, MessageView]) -> str:
        message = context["message"]
        return f"<li>{message.text}</li>" + "!" * (message.number % 2)

    monkeypatch.setattr(molds, "render_to_string", render)
    molds.forget()
    view = posted(PersonView(1, "Alice", "speaker"), timezone.now(), "Bonjour", "", 7, "fr")
    assert molds.cast(view, LOG) is None
    molds.forget()
