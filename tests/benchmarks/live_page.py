"""What a page does while a room says 100 messages a second.

    uv run python -m tests.benchmarks.live_page --rate 100 --seconds 20

Posted by people at sockets of their own, so screened, committed and fanned out, into a room that
is open in Chromium: as it is, and as on a slow phone. Once with the reader at the end, who follows,
and once further up, who must not be moved; both type all the while. Fails unless each message came
into the page once and in order, or, where the page of who reads further up is full, was counted as
new; the reader stood still, and what was typed is there.
"""

import argparse
import sys
from dataclasses import dataclass
from itertools import product
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING, Any

from tests.benchmarks.pages import full_room
from tests.benchmarks.phone import CPU, SCREEN, browser, session_of
from tests.benchmarks.site import provide
from tests.benchmarks.task import Posting, decode_posted, encode
from tests.servers import ROOT, Server, manage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from rooms.eventlog.models import Room

AUTHORS = 20
DRAFT = "Nothing that is typed is lost, however much the others say. "
UP = 1500
"""Pixels by which the reader has scrolled up."""
FOLLOWED, MOST = 400, 840
"""Lines in the page at most, of who follows and of who reads further up (static/js/scroll.js)."""
HEADER = (
    "| processor | reader | messages/s | tasks over 50 ms | longest | frames over 50 ms | longest "
    "| lines in the page |",
    "|---|---|--:|--:|--:|--:|--:|--:|",
)

WATCH = """
const seen = (window.seen = { live: false, long: [], frames: [], added: [], unseen: 0, moved: 0 });
const note = (type, list) => new PerformanceObserver((entries) => {
  list.push(...entries.getEntries().map(({ duration }) => duration));
}).observe({ type });
note("longtask", seen.long);
note("long-animation-frame", seen.frames);
document.addEventListener("live:status", ({ detail: { state } }) => (seen.live = state === "live"));
"""
# From here on: which lines come into the log, in what order, how many it leaves out, and where the
# reader's line stands.
START = """
async (up) => {
  const log = document.getElementById("log");
  const feed = document.getElementById("main");
  feed.scrollTop = -up;
  // Until what is there now has been laid out.
  for (const _ of "12345") await new Promise(requestAnimationFrame);
  const { top } = feed.getBoundingClientRect();
  const line = [...log.children].find((one) => one.getBoundingClientRect().top > top);
  const place = () => line.getBoundingClientRect().top - feed.getBoundingClientRect().top;
  const began = place();
  const look = () => {
    seen.moved = Math.max(seen.moved, Math.abs(place() - began));
    requestAnimationFrame(look);
  };
  if (up) look();
  new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const { dataset } of addedNodes)
        if (dataset?.seq) seen.added.push(Number(dataset.seq));
  }).observe(log, { childList: true });
  document.addEventListener("live:after", ({ detail }) => (seen.unseen += detail.unseen));
  seen.long.length = seen.frames.length = 0;
}
"""
HAS_ALL = "(said) => seen.added.length + seen.unseen >= said"
FOUND = """
() => ({
  ...seen,
  typed: document.getElementById("text").value,
  button: document.getElementById("new").textContent,
  atEnd: Math.abs(document.getElementById("main").scrollTop) < 60,
  lines: [...document.querySelectorAll("#log > [data-seq]")].map(({ dataset }) => +dataset.seq),
})
"""


@dataclass(frozen=True)
class Run:
    """One open room under load: what the page saw of the events after one and up to another."""

    cpu: int
    is_up: bool
    after: int
    head: int
    rate: float
    typed: str
    page: dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=100.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    for line in provide():
        print(line, file=sys.stderr)
    manage("collectstatic", "--noinput", "--clear", "--verbosity=0", environ={})
    from tests.sockets import join  # Models: only after django.setup().

    room = full_room(holds=False)
    people = [join(room, f"Author {n}").session for n in range(AUTHORS)]
    reader = join(room, "Alice").session
    with Server("uvicorn", {}) as server, browser() as chromium:
        seats = [(room.slug, session) for session in people]
        posting = Posting(server.url, server.process.pid, seats, options.seconds, options.rate)
        cases = product((1, CPU), (False, True))
        runs = [_run(chromium, posting, reader, cpu, is_up) for cpu, is_up in cases]
    if "Traceback" in server.output():
        raise SystemExit(server.output())
    print("\n".join(HEADER))
    for run in runs:
        _check(run, room)
        print(_row(run))


def _run(chromium: "Browser", posting: Posting, reader: str, cpu: int, is_up: bool) -> Run:
    slug = posting.seats[0][0]
    context = chromium.new_context(**SCREEN)
    context.add_cookies([{"name": "sessionid", "value": reader, "url": posting.url}])
    page = context.new_page()
    page.add_init_script(WATCH)
    session_of(page, cpu=cpu)
    page.goto(f"{posting.url}/rooms/{slug}/")
    page.wait_for_function("() => seen.live")
    after = int(page.evaluate("room.dataset.head"))
    page.evaluate(START, UP if is_up else 0)
    page.locator("#text").focus()
    rate, typed = _post_and_type(page, posting)
    said = round(posting.rate * posting.seconds)  # Each was accepted, and is one event.
    page.wait_for_function(HAS_ALL, arg=said, polling=250, timeout=60_000)
    found = page.evaluate(FOUND)
    context.close()
    return Run(cpu, is_up, after, after + said, rate, typed, found)


def _post_and_type(page: "Page", posting: Posting) -> tuple[float, str]:
    """Post from another process, and type meanwhile; return the rate, and what was typed."""
    command = [sys.executable, "-m", "tests.benchmarks.posters"]
    with Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE) as posters:
        assert posters.stdin and posters.stdout
        posters.stdin.write(encode(posting))
        posters.stdin.close()
        typed = ""
        while posters.poll() is None:
            typed += DRAFT[len(typed) % len(DRAFT)]
            page.keyboard.type(typed[-1])
            page.wait_for_timeout(150)
        return decode_posted(posters.stdout.read()).rate, typed


def _check(run: Run, room: "Room") -> None:
    """Hold what the page saw against the log; raises ``AssertionError``."""
    from rooms.messages.models import Message

    numbers = Message.objects.filter(room=room).values_list("published_seq", flat=True)
    ordered = sorted(seq for seq in numbers if seq is not None)
    added, unseen, lines = (run.page[name] for name in ("added", "unseen", "lines"))
    said = [seq for seq in ordered if run.after < seq <= run.head]
    assert added == said[: len(added)], "doubled or out of order"
    assert len(added) + unseen == len(said), "lost"
    assert lines == [seq for seq in ordered if lines[0] <= seq <= lines[-1]], "other lines"
    assert lines[-1] == added[-1], "the last one is not there"
    assert run.page["typed"] == run.typed, "what was typed is lost"
    assert run.page["atEnd"] is not run.is_up, "the reader is elsewhere"
    assert run.page["moved"] <= 1, f"the reader was moved by {run.page['moved']} pixels"
    assert len(lines) <= (MOST if run.is_up else FOLLOWED), len(lines)
    assert run.is_up or not unseen, "left out for who follows"
    assert not run.is_up or run.page["button"] == f"{len(said)} new", run.page["button"]


def _row(run: Run) -> str:
    long, frames = run.page["long"], run.page["frames"]
    cells = (
        "as it is" if run.cpu == 1 else f"{run.cpu} times slower",
        "further up" if run.is_up else "at the end",
        f"{run.rate:.0f}",
        f"{len(long)}",
        f"{max(long, default=0):.0f} ms",
        f"{len(frames)}",
        f"{max(frames, default=0):.0f} ms",
        f"{len(run.page['lines'])}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
