"""What comes at once goes into the page in batches: the same page as one that is opened anew."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import Visit, Visitor

AT_ONCE = 16
"""Events of a batch (static/js/live.js)."""

# A person at a socket of their own, who does one thing after the other: [command, its answer]...
ACT = """
async (acts) => {
  const { slug } = document.getElementById("room").dataset;
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/rooms/${slug}/`);
  const answers = {};
  let greet;
  const hello = new Promise((resolve) => (greet = resolve));
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.type === "hello") greet();
    answers[frame.ref]?.(frame);
  };
  await hello;
  const numbers = [];
  for (const [index, act] of acts.entries()) {
    const ref = `a${index}`;
    if ("of" in act) act.message = numbers[act.of];
    if ("answers" in act) act.reply_to = numbers[act.answers];
    const { of, answers: answered, ...command } = act;
    const id = command.type === "post" ? { id: crypto.randomUUID() } : {};
    const answer = new Promise((resolve) => (answers[ref] = resolve));
    socket.send(JSON.stringify({ ref, ...id, ...command }));
    const { type, number, code } = await answer;
    if (type !== "ack") throw new Error(`${command.type}: ${code}`);
    if (command.type === "post") numbers.push(number);
  }
  socket.close();
}
"""
# Each line as it stands, but for the order of attributes.
LINES = """
() => [...document.querySelectorAll("#log > li")].map((line) => [
  line.id, line.className, JSON.stringify(Object.entries(line.dataset).sort()), line.innerHTML,
])
"""
TOP = "() => document.querySelector('#log > .msg').getBoundingClientRect().top"
COUNT = """
() => {
  window.batches = [];
  document.addEventListener("live:after", ({ detail }) => batches.push(detail.added.length));
}
"""


def a_burst() -> list[dict[str, Any]]:
    """Return what one person does: each thing within the reach of one batch, and across two."""
    words = ("oak", "bus", "tax", "inn", "sea", "map", "owl", "ice", "pen", "jam", "fog", "hut")
    acts: list[dict[str, Any]] = [
        {"type": "post", "text": "Buses run for everybody.", "side": "for"},
        {"type": "post", "text": "Who pays for this?", "answers": 0},
        {"type": "react", "of": 0, "emoji": "👍", "on": True},
        {"type": "edit", "of": 0, "text": "Buses should run for everybody."},
        {"type": "remove", "of": 0},
        {"type": "post", "text": "Employers pay already.", "side": "against", "answers": 1},
        {"type": "edit", "of": 2, "text": "Employers pay for it already."},
        {"type": "react", "of": 2, "emoji": "🤔", "on": True},
        {"type": "react", "of": 2, "emoji": "🤔", "on": False},
        {"type": "react", "of": 1, "emoji": "👏", "on": True},
    ]
    acts += [{"type": "post", "text": f"{word} {word[::-1] * 3} {word * 2}"} for word in words]
    return [*acts, {"type": "remove", "of": 2}, {"type": "edit", "of": 3, "text": "A last word."}]


@dataclass
class Gate:
    """Stands between a page and its server, and keeps back what is pushed until it is asked for."""

    events: list[dict[str, Any]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    is_shut: bool = False
    is_deaf: bool = False
    route: WebSocketRoute | None = None

    def stand_in(self, visitor: Visitor) -> None:
        visitor.page.route_web_socket(re.compile("/ws/"), self._take)

    def _take(self, route: WebSocketRoute) -> None:
        self.route = route
        server = route.connect_to_server()
        server.on_message(lambda text: self._down(str(text)))
        route.on_message(lambda text: self._up(server, str(text)))

    def _down(self, text: str) -> None:
        frame = json.loads(text)
        if self.is_shut and frame["type"] == "push":
            self.events += frame["events"]
        else:
            self.send(text)

    def _up(self, server: WebSocketRoute, text: str) -> None:
        frame = json.loads(text)
        if frame["type"] == "seen":
            self.seen.append(frame["seq"])
        if not self.is_deaf:
            server.send(text)

    def send(self, text: str) -> None:
        assert self.route
        self.route.send(text)

    def push(self, events: list[dict[str, Any]]) -> None:
        self.send(json.dumps({"type": "push", "events": events, "head": self.events[-1]["seq"]}))


def at_once(gate: Gate) -> None:
    gate.push(gate.events)


def one_by_one(gate: Gate) -> None:
    for event in gate.events:
        gate.push([event])


def some_twice(gate: Gate) -> None:
    for index in range(0, len(gate.events), 3):
        gate.push(gate.events[max(0, index - 5) : index + 3])


def cut_off(gate: Gate) -> None:
    """Break the connection when all has come, and hardly anything is applied."""
    at_once(gate)
    assert gate.route
    gate.is_shut = False
    gate.route.close(code=1012)


@pytest.mark.parametrize("release", [at_once, one_by_one, some_twice, cut_off])
def test_a_burst_leaves_the_page_that_one_opened_anew_shows(
    visit: Visit, path: str, alice: Visitor, release: Callable[[Gate], None]
) -> None:
    bob, gate, acts = visit(), Gate(), a_burst()
    gate.stand_in(bob)
    bob.join(path, "Bob")
    expect(bob.page.locator("#here")).to_have_text("3 here")
    gate.is_shut = True
    alice.page.evaluate(ACT, acts)
    while len(gate.events) < len(acts):
        bob.page.wait_for_timeout(50)
    bob.page.evaluate(COUNT)
    release(gate)
    expect(bob.message("A last word.")).to_be_visible()
    head = gate.events[-1]["seq"]
    while head not in gate.seen:
        bob.page.wait_for_timeout(50)
    live = bob.page.evaluate(LINES)
    if release is at_once:
        batches = bob.page.evaluate("() => batches")
        assert len(batches) == -(-len(acts) // AT_ONCE), batches
    assert gate.seen == sorted(gate.seen)
    bob.page.reload()
    assert live == bob.page.evaluate(LINES)
    assert len(live) >= 15


LET_TIME_PASS = """
    window.later = 0;
    const now = performance.now.bind(performance);
    performance.now = () => now() + later;
"""
"""The page's time is ahead by ``later`` from here on, in milliseconds."""


def many(event: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Return what would follow a message if it were said again and again."""
    seq = event["seq"]
    events = []
    for number in range(seq + 1, seq + 1 + count):
        text = json.dumps(event["parts"]).replace(f"m-{seq}", f"m-{number}")
        events.append({**event, "seq": number, "parts": json.loads(text)})
    return events


@pytest.fixture
def crowded(visit: Visit, path: str, alice: Visitor) -> tuple[Visitor, Gate]:
    """Return Bob in a room where 20 lines stand, and the gate before him: what follows is ours."""
    bob, gate = visit(), Gate()
    gate.stand_in(bob)
    bob.join(path, "Bob")
    expect(bob.page.locator("#here")).to_have_text("3 here")
    gate.is_shut = True
    alice.write("Does this go on for ever?")
    while not gate.events:
        bob.page.wait_for_timeout(50)
    gate.is_deaf = True  # The server would wonder about what it has never sent.
    gate.events += many(gate.events[0], 19)
    at_once(gate)
    expect(bob.page.locator("#log > .msg")).to_have_count(20)
    return bob, gate


def test_who_follows_keeps_the_latest_lines(crowded: tuple[Visitor, Gate]) -> None:
    bob, gate = crowded
    bob.page.evaluate(LET_TIME_PASS)
    following = many(gate.events[0], 469)[19:]
    for first in range(0, len(following), 50):
        some = following[first : first + 50]
        gate.push(some)
        expect(bob.page.locator(f"#m-{some[-1]['seq']}")).to_be_in_viewport()
        bob.page.evaluate("later += 60_000")
    assert 360 <= bob.page.locator("#log > .msg").count() <= 400
    expect(bob.page.locator("#earlier a")).to_have_count(1)


def test_who_follows_a_rush_keeps_a_few(crowded: tuple[Visitor, Gate]) -> None:
    bob, gate = crowded
    gate.push(following := many(gate.events[0], 519)[19:])
    expect(bob.page.locator(f"#m-{following[-1]['seq']}")).to_be_in_viewport()
    assert 30 <= bob.page.locator("#log > .msg").count() <= 45
    expect(bob.page.locator("#earlier a")).to_have_count(1)


def test_who_reads_further_up_is_not_moved_and_the_page_does_not_grow_for_ever(
    crowded: tuple[Visitor, Gate],
) -> None:
    bob, gate = crowded
    first = bob.page.locator("#log > .msg").first
    first.scroll_into_view_if_needed()
    before = bob.page.evaluate(TOP)
    gate.push(following := many(gate.events[0], 519)[19:])
    button = bob.page.get_by_role("button", name=f"{len(following)} new")
    expect(button).to_be_visible(timeout=60_000)
    assert bob.page.evaluate(TOP) == pytest.approx(before, abs=1)
    assert 200 < bob.page.locator("#log > .msg").count() < 240
    gate.is_shut = gate.is_deaf = False
    button.click()
    expect(bob.page.locator("#log > .msg")).to_have_count(1)
    expect(button).to_be_hidden()
