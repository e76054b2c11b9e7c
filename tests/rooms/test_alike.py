"""Looking at few of the messages of a room finds all that are nearly the same."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from rooms.messages.alike import AUTHORS, Alike
from rooms.moderation.screening import Recent
from rooms.moderation.similarity import SIZE, Sketch, near

NOW = datetime(2026, 6, 1, tzinfo=UTC)
sketches = st.frozensets(st.integers(0, 2 * SIZE), max_size=SIZE)


@given(st.lists(sketches, max_size=AUTHORS), sketches)
def test_what_is_near_is_found(sent: Sequence[Sketch], sought: Sketch) -> None:
    alike = Alike()
    for author, one in enumerate(sent):
        alike.add(Recent(NOW, author, 0, one))
    found = {one.author for one in alike.to(sought, author=-1)}
    assert {author for author, one in enumerate(sent) if near(one, sought)} <= found
    assert not {author for author in found if sent[author].isdisjoint(sought)}
    assert 0 not in {one.author for one in alike.to(sought, author=0)}


@given(st.lists(st.tuples(st.integers(0, 3), sketches), max_size=12), st.data())
def test_what_was_forgotten_is_not(sent: Sequence[tuple[int, Sketch]], data: st.DataObject) -> None:
    alike = Alike()
    messages = [Recent(NOW, author, 0, one) for author, one in sent]
    for message in messages:
        alike.add(message)
    gone = data.draw(st.integers(0, len(messages)))
    for message in messages[:gone]:
        alike.forget(message)
    found = {one for message in messages for one in alike.to(message.sketch, author=-1)}
    assert found.isdisjoint(messages[:gone])
    last = {message.author: message for message in messages[gone:]}
    assert {one for one in last.values() if near(one.sketch, one.sketch)} <= found
