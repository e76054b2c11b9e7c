"""How soon pages are there on a slow phone, and what they weigh.

    uv run python -m tests.benchmarks.pages --loads 7

Everything is real: production settings, compressed static files, PostgreSQL, Redis, uvicorn without
a proxy, a Chromium whose processor and network are held back as Lighthouse does it. Medians of
first loads, with nothing in the cache, and of second ones. Interactive: what was typed would be
sent at once (the socket is live, where a page has one), and no task of over 50 ms follows for
500 ms.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from tests.benchmarks.phone import SCREEN, Load, browser, load
from tests.benchmarks.site import provide
from tests.servers import Server, manage

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from rooms.eventlog.models import Room

MESSAGES = 300
PEOPLE = 30
HELD = 8
HEADER = (
    "| page | load | first byte | first paint | DOM parsed | interactive | over the wire "
    "| requests |",
    "|---|---|--:|--:|--:|--:|--:|--:|",
)


@dataclass(frozen=True)
class View:
    """A page as somebody sees it, who has a session or is new here."""

    name: str
    path: str
    session: str = ""
    has_socket: bool = True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loads", type=int, default=7)
    options = parser.parse_args()
    for line in provide():
        print(line, file=sys.stderr)
    manage("collectstatic", "--noinput", "--clear", "--verbosity=0", environ={})
    views = _views()
    rows = list(HEADER)
    with Server("uvicorn", {}) as server, browser() as chromium:
        _loads(chromium, server.url, views[1])  # The worker has shown a page before.
        # By turns: whatever else the machine does concerns all pages alike.
        rounds = [
            [_loads(chromium, server.url, view) for view in views] for _ in range(options.loads)
        ]
    if "Traceback" in server.output():
        raise SystemExit(server.output())
    for view, loads in zip(views, zip(*rounds, strict=True), strict=True):
        first, second = zip(*loads, strict=True)
        rows += [_row(view.name, "first", first), _row(view.name, "second", second)]
    print("\n".join(rows))


def _loads(chromium: "Browser", site: str, view: View) -> tuple[Load, Load]:
    """Load a page in a new browser, and once more."""
    context = chromium.new_context(**SCREEN)
    if view.session:
        context.add_cookies([{"name": "sessionid", "value": view.session, "url": site}])
    found = [load(context, site + view.path, has_socket=view.has_socket) for _ in range(2)]
    context.close()
    return found[0], found[1]


def _views() -> list[View]:
    """Fill the site, and return what is looked at."""
    from rooms.demo.content import make_rooms  # Models: only after django.setup().
    from rooms.eventlog.models import Room
    from rooms.people.membership import join_room
    from tests.sockets import new_session

    (action,) = (room for room in make_rooms() if room.kind == Room.Kind.ACTION)
    debate = full_room()
    for room in (action, debate):
        join_room(room=room, name="Alice", guest_key="alice", code=room.code)
    alice = new_session("alice")
    return [
        View("home", "/", has_socket=False),
        View("room, visitor", _path(debate)),
        View("room, participant", _path(debate), alice),
        View("room, moderator’s desk", f"{_path(debate)}#desk", new_session("olga")),
        View("action room, participant", _path(action), alice),
    ]


def _path(room: "Room") -> str:
    from django.urls import reverse

    return reverse("rooms:room", args=[room.slug])


def full_room(*, holds: bool = True) -> "Room":
    """Return a room with 300 messages on both sides, of which some answer others, and held ones."""
    from rooms.lifecycle.schedule import create_room
    from rooms.messages.posting import post_message
    from rooms.messages.reactions import react
    from rooms.moderation.policy import set_words
    from rooms.people.membership import join_room
    from rooms.people.models import Participant
    from tests.benchmarks.words import proposal

    room = create_room(title="Free buses?", language="en", owner_name="Olga", guest_key="olga")
    olga = Participant.objects.get(room=room)
    people = [join_room(room=room, name=f"Person {n}", guest_key=f"p{n}") for n in range(PEOPLE)]
    answered = None
    for n in range(MESSAGES + HELD * holds):
        author = people[n % PEOPLE]
        if n == MESSAGES:
            set_words(room=room, actor=olga, words=["proposal"])
            room.refresh_from_db()
        text = proposal(n) if n < MESSAGES else f"My proposal: {proposal(n)}"
        receipt = post_message(
            room=room,
            author=author,
            client_id=f"f{n}",
            text=text,
            side=("for", "against", "neutral", "")[n % 4],
            reply_to=answered if n % 5 == 0 else None,
        )
        assert receipt.status == ("posted" if n < MESSAGES else "held"), receipt
        if n % 6 == 0 and n < MESSAGES:
            answered = receipt.number
            react(room=room, actor=people[(n + 1) % PEOPLE], number=answered, emoji="👍", on=True)
    room.refresh_from_db()
    return room


def _row(page: str, name: str, loads: Sequence[Load]) -> str:
    first_byte, painted, parsed, interactive, transferred, requests = (
        statistics.median(getattr(one, field.name) for one in loads) for field in fields(Load)
    )
    cells = [
        *(f"{ms / 1000:.2f} s" for ms in (first_byte, painted, parsed, interactive)),
        f"{transferred / 1000:.1f} kB",
        f"{requests:.0f}",
    ]
    return f"| {page} | {name} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
