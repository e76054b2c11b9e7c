"""However long a room's log is, what people do in it reads a page of it and no more."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from consumers.pages import read_events
from consumers.visitors import look_again
from rooms.eventlog.append import append_where_free
from rooms.eventlog.models import Room
from rooms.messages.posting import draft_post
from rooms.people.membership import join_room
from rooms.people.models import Participant
from tests.benchmarks.long_rooms import lengthen
from tests.views.conftest import Send, address, make_room, page, person

EVENTS = 30_000
A_PAGE = 2500
"""Rows, of events or of anything else, that a statement may go through where an index helps."""


@pytest.fixture
def room(olga: Client) -> Room:
    """Return a room with a long log, beside another one."""
    for events in (1000, EVENTS):
        room = make_room(olga)
        people = [join_room(room=room, name=f"P {n}", guest_key=f"p{n}") for n in range(20)]
        lengthen(room, people, events)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return room


@pytest.fixture
def acts(room: Room, olga: Client, alice: Client, send: Send) -> dict[str, Callable[[], object]]:
    number = send(alice, "Who pays for the buses?")
    alice_id = person(room, "Alice").pk
    return {
        "post": lambda: send(alice, "And who drives them?"),
        "open the room": lambda: page(alice, address("room", room)),
        "open the desk": lambda: page(olga, address("room", room)),
        "read on, upwards": lambda: page(alice, address("earlier", room) + "?before=15000"),
        "resume": lambda: read_events(room.pk, EVENTS // 2),
        "be looked at": lambda: look_again([(room.pk, str(alice.session.session_key))]),
        "post beside others": lambda: append_where_free(
            [
                (one.pk, draft_post(room=one, author=someone_in(one), client_id="b", text="Oui ?"))
                for one in Room.objects.filter(access="open")
            ]
        ),
        "react": lambda: olga.post(address("react", room, number), {"emoji": "👍"}),
        "remove": lambda: olga.post(address("remove", room, number), {"reason": "spam"}),
        "restore": lambda: olga.post(address("restore", room, number)),
        "mute": lambda: olga.post(
            address("mute", room, alice_id), {"seconds": "300", "reason": "spam"}
        ),
        "people": lambda: page(olga, address("people", room)),
    }


def test_no_statement_goes_through_the_log(acts: dict[str, Callable[[], object]]) -> None:
    long_ones = []
    for name, act in acts.items():
        with CaptureQueriesContext(connection) as captured:
            act()
        for query in captured.captured_queries:
            if query["sql"].startswith(("SELECT", "UPDATE", "DELETE")):
                rows = max(rows_of(query["sql"]), default=0)
                if rows > A_PAGE:
                    long_ones.append((name, rows, query["sql"]))
    assert not long_ones, "\n".join(map(str, long_ones))


def someone_in(room: Room) -> Participant:
    return Participant.objects.filter(room=room).latest("pk")


def rows_of(sql: str) -> Iterator[int]:
    """Explain a statement, and return how many rows each scan goes through."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT explained")
        # Tables of some thousand rows are read whole because that is quicker. Theirs grow.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql.replace('%', '%%')}")
        plan = cursor.fetchone()[0]
        cursor.execute("ROLLBACK TO SAVEPOINT explained")
    yield from _scanned((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])


def _scanned(node: dict[str, Any]) -> Iterator[int]:
    if "Scan" in node["Node Type"]:
        yield (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    for child in node.get("Plans", ()):
        yield from _scanned(child)


def test_such_a_log_is_whole(olga: Client) -> None:
    room = make_room(olga)
    alice = join_room(room=room, name="Alice", guest_key="alice")
    lengthen(room, [alice], 50)
    call_command("checklog", room.slug)
