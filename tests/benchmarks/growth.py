"""Whether a room stays as quick when its log grows: 1,000, 100,000 and 1,000,000 events.

``uv run python -m tests.benchmarks.growth``: three rooms in one PostgreSQL, asked by turns.
Milliseconds of the whole call or request, and the ratio of each median to the short room's.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING

from tests.benchmarks.site import provide

if TYPE_CHECKING:
    from rooms.eventlog.models import Room

EVENTS = (1_000, 100_000, 1_000_000)
ROUNDS = 60
WARM = 5
TARGET = 1.2

Act = Callable[[], object]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    # Static files under their plain names; what DEBUG costs is turned off again.
    for line in provide(DEBUG="1"):
        print(line, file=sys.stderr)
    from django.test.utils import setup_test_environment

    setup_test_environment()
    from tests.benchmarks.long_rooms import analyse  # Models: only after django.setup().

    rooms = [_acts(events) for events in EVENTS]
    analyse()
    times = _measure(rooms, options.rounds)
    print("\n".join(_table(times)))


def _acts(events: int) -> dict[str, Act]:
    """Return what is measured in a new room with that many events."""
    from consumers.pages import read_events
    from rooms.eventlog.models import Room
    from rooms.lifecycle.schedule import create_room
    from rooms.messages.decisions import remove_message, restore_message
    from rooms.messages.posting import post_message
    from rooms.moderation.sanctions import mute_participant, unmute_participant
    from rooms.people.membership import join_room
    from rooms.people.models import Participant
    from tests.benchmarks.long_rooms import lengthen
    from tests.benchmarks.words import proposal

    room = create_room(title="A full hall", language="en", owner_name="Olga", guest_key="olga")
    olga = Participant.objects.get(room=room)
    people = [join_room(room=room, name=f"P {n}", guest_key=f"p{n}") for n in range(50)]
    lengthen(room, people, events)
    head = Room.objects.get(pk=room.pk).head
    numbers = count(time.time_ns())

    def post() -> int:
        number = next(numbers)
        return post_message(
            room=Room.objects.get(pk=room.pk),
            author=people[number % len(people)],
            client_id=f"g{number}",
            text=proposal(number),
        ).number

    last = post()

    def remove() -> None:
        remove_message(room=room, actor=olga, number=last, reason="spam")
        restore_message(room=room, actor=olga, number=last)

    def mute() -> None:
        one = people[0].pk
        mute_participant(room=room, actor=olga, participant_id=one, seconds=60, reason="spam")
        unmute_participant(room=room, actor=olga, participant_id=one)

    return {
        "post": post,
        "open the room": _get(room, "p1", "room"),
        "read on, upwards": _get(room, "p1", "earlier", f"?before={head - 400}"),
        "resume, 100 events behind": lambda: read_events(room.pk, head - 100),
        "resume from the middle": lambda: read_events(room.pk, head // 2),
        "open the room as a moderator": _get(room, "olga", "room"),
        "remove and restore": remove,
        "mute and unmute": mute,
    }


def _get(room: "Room", guest: str, name: str, query: str = "") -> Act:
    """Return what asks for a page of a room as a guest, with nothing in the cache."""
    from django.core.cache import cache
    from django.test import Client
    from django.urls import reverse

    from tests.sockets import new_session

    client = Client(headers={"Host": "127.0.0.1", "Accept-Language": "en"})
    client.cookies["sessionid"] = new_session(guest)
    address = reverse(f"rooms:{name}", args=[room.slug]) + query

    def act() -> None:
        cache.clear()
        answer = client.get(address)
        assert answer.status_code == 200 and b'class="msg' in answer.content, address

    return act


def _measure(rooms: Sequence[Mapping[str, Act]], rounds: int) -> dict[str, list[list[float]]]:
    """Return by act and room how many milliseconds each time took."""
    times: dict[str, list[list[float]]] = {name: [[] for _ in rooms] for name in rooms[0]}
    for _round in range(rounds + WARM):
        for name, of_rooms in times.items():
            for act, took in zip((acts[name] for acts in rooms), of_rooms, strict=True):
                began = time.perf_counter()
                act()
                took.append((time.perf_counter() - began) * 1000)
    return {name: [took[WARM:] for took in of_rooms] for name, of_rooms in times.items()}


def _table(times: Mapping[str, list[list[float]]]) -> Iterator[str]:
    yield (
        "| milliseconds, p50 (p95) | " + " | ".join(f"{n:,} events" for n in EVENTS) + " | ratios |"
    )
    yield "|---|" + "--:|" * (len(EVENTS) + 1)
    for name, of_rooms in times.items():
        medians = [statistics.median(took) for took in of_rooms]
        slow = [statistics.quantiles(took, n=20)[18] for took in of_rooms]
        cells = [f"{p50:.1f} ({p95:.1f})" for p50, p95 in zip(medians, slow, strict=True)]
        ratios = [p50 / medians[0] for p50 in medians[1:]]
        over = "" if max(ratios) <= TARGET else ", over"
        shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        yield f"| {name} | {' | '.join(cells)} | {shown}{over} |"


if __name__ == "__main__":
    main()
