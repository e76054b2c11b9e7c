"""Pages of the log for those who come back: read once for all, and never older than a removal."""

from functools import partial

import pytest

from consumers import pages
from consumers.pages import Pages, Shelf
from consumers.shown import Shown
from rooms.eventlog.backlog import PAGE
from rooms.eventlog.models import Room
from rooms.eventlog.rendering import Audience
from rooms.messages.decisions import remove_message
from rooms.messages.posting import post_message
from rooms.people.models import Participant
from tests.consumers.test_feed import alice, head, many, post_together, room
from tests.off_loop import off_loop

__all__ = ["alice", "head", "room"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_limits(settings: pytest.FixtureRequest) -> None:
    settings.SCREENERS = []  # type: ignore[attr-defined]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return where pages were read from the log."""
    found: list[int] = []
    real = pages.read_events

    def read(room_id: int, after: int, until: int | None = None) -> list[Shown]:
        found.append(after)
        return real(room_id, after, until)

    monkeypatch.setattr(pages, "read_events", read)
    return found


async def text_of(some: Pages, after: int, until: int) -> str:
    return "".join(frame.text for frame in await some.frames(after, until, "en", Audience()))


async def test_a_full_page_is_read_once_however_much_comes_after_it(
    room: Room, alice: Participant, head: int, reads: list[int]
) -> None:
    seqs = await off_loop(post_together, room, alice, *many(2 * PAGE))
    some = Pages(room.pk, Shelf(1))
    first = await text_of(some, head, seqs[-1])
    assert "Message 99" in first and "Message 100" not in first
    for number in range(3):
        new = partial(post_message, room=room, author=alice, client_id=f"n{number}", text="Plus")
        seq = (await off_loop(new)).seq
        some.remember(await off_loop(pages.read_events, room.pk, seq - 1))
        assert await text_of(some, head, seq) == first
    assert reads.count(head) == 1


async def test_what_was_removed_is_in_no_page_that_was_kept(
    room: Room, alice: Participant, head: int, reads: list[int]
) -> None:
    seqs = await off_loop(post_together, room, alice, *many(2 * PAGE))
    some = Pages(room.pk, Shelf(1))
    assert "Message 7<" in await text_of(some, head, seqs[-1])
    remove = partial(remove_message, room=room, actor=alice, number=seqs[7])
    seq = (await off_loop(remove)).seq
    some.remember(await off_loop(pages.read_events, room.pk, seq - 1))
    assert "Message 7<" not in await text_of(some, head, seq)
    assert reads.count(head) == 2


async def test_a_shelf_holds_so_many_pages_of_all_rooms(
    room: Room, alice: Participant, head: int, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "KEPT", 2)
    seqs = await off_loop(post_together, room, alice, *many(2 * PAGE))
    some = Pages(room.pk, Shelf(1))
    for after in (head, head + 1, head, head + 2, head, head + 1):
        await text_of(some, after, seqs[-1])
    assert reads == [head, head + 1, head + 2, head + 1], "who was asked for last stays"


async def test_the_end_of_the_log_is_read_again_when_it_has_grown(
    room: Room, alice: Participant, head: int
) -> None:
    one, two = await off_loop(post_together, room, alice, "One", "Two")
    some = Pages(room.pk, Shelf(1))
    assert "Two" not in await text_of(some, head, one)
    assert "Two" in await text_of(some, head, two)
