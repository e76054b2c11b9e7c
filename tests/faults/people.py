"""The people of a run: participants who talk, whatever happens, and one who moderates."""

import asyncio
import random
import re
import string
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b

from yarl import URL

from consumers.client import RoomClient
from consumers.link import Frame, Link
from tests.faults.history import (
    Ack,
    Change,
    Close,
    Connect,
    Hello,
    History,
    Nack,
    Receive,
    Resume,
    Resync,
    Seen,
    Send,
)

RETRYABLE = frozenset({"slow_down", "retry_later", "policy_moved"})
REPLIES = 0.2
"""The share of messages that answer another."""
MARK = re.compile(r"\bzq[a-z]{8}\b")
ELEMENT = re.compile(r'\bid="([^"]+)"')
QUOTE = re.compile(r'<a class="quote".*?</a>', re.DOTALL)
SAID = """
    bus school market budget bench river garden evening ticket library street winter bridge tree
    council question driver morning station bicycle village teacher window summer plan lamp corner
    number kitchen roof playground hospital neighbour weather paper music ground report Sunday
    shelter stairs water traffic autumn answer forest doctor baker
"""
WORDS = SAID.split()


class Person(RoomClient):
    """A participant who writes down what they do and see, and comes back to any worker."""

    def __init__(
        self, name: str, urls: Sequence[str], slug: str, history: History, rng: random.Random
    ) -> None:
        super().__init__(urls[0], slug)
        self.name = name
        self.participant = 0
        self.when_acknowledged: Callable[[], None] = lambda: None
        self.messages: list[int] = []
        """Messages that were seen, by their numbers."""
        self._urls = urls
        self._history = history
        self._rng = rng

    async def talk(self, pace: float, until: asyncio.Event) -> None:
        """Say something every so many seconds, on average."""
        while not await passes(self._rng.expovariate(1 / pace), until):
            await self.say()

    async def say(self) -> Frame:
        """Say something that nobody has said before; return the answer."""
        mark = "zq" + "".join(self._rng.choices(string.ascii_lowercase, k=8))
        text = " ".join([*self._rng.sample(WORDS, 12), mark])
        recent = self.messages[-20:] if self._rng.random() < REPLIES else []
        reply_to = self._rng.choice(recent) if recent else None
        return await self.do("post", mark, text=text, reply_to=reply_to)

    async def do(self, command: str, id: str, about: int = 0, **fields: object) -> Frame:
        """Have a command carried out; return its answer, which may be a refusal."""
        self._history.add(self._send(command, id, about))
        frame = {"type": command, **fields} | ({"id": id} if command == "post" else {})
        while True:
            answer = await self.insist(frame)
            if answer["type"] == "ack":
                self._note_ack(id, answer)
                return answer
            at = time.monotonic()
            self._history.add(Nack(at=at, client=self.name, id=id, code=answer["code"]))
            if answer["code"] not in RETRYABLE:
                return answer
            await asyncio.sleep(answer["retry_after"] or 1.0)

    def _send(self, command: str, id: str, about: int) -> Send:
        at = time.monotonic()
        return Send(at=at, client=self.name, command=command, id=id, about=about)

    def _note_ack(self, id: str, answer: Frame) -> None:
        seq, status = answer["seq"], answer["status"]
        at = time.monotonic()
        self.when_acknowledged()
        self._history.add(Ack(at=at, client=self.name, id=id, seq=seq, status=status))

    async def _connect(self, from_head: bool) -> int | None:
        self._origin = self._rng.choice(self._urls)
        self._history.add(Connect(at=time.monotonic(), client=self.name, url=self._origin))
        code = None
        try:
            code = await super()._connect(from_head)
        finally:
            self._history.add(Close(at=time.monotonic(), client=self.name, code=code))
        return code

    async def _take(self, frame: Frame, link: Link, from_head: bool) -> None:
        at, name = time.monotonic(), self.name
        match frame["type"]:
            case "hello":
                epoch, head = frame["epoch"], frame["head"]
                self._history.add(Hello(at=at, client=name, epoch=epoch, head=head))
                # Before it is sent: what others learn of meanwhile was not known by then.
                self._history.add(Resume(at=at, client=name, after=self.seq))
                self.participant = frame["you"]["id"]
            case "push":
                events = tuple(map(seen, frame["events"]))
                self._history.add(Receive(at=at, client=name, events=events))
                self.messages += [e.seq for e in events if e.type == "message.posted"]
            case "resync":
                self._history.add(Resync(at=at, client=name, head=frame["head"]))
        await super()._take(frame, link, from_head)


class Moderator(Person):
    """One who removes and restores messages, and takes voices and gives them back."""

    def sign_in(self, session: str) -> None:
        """Use the session of somebody who is in the room already."""
        self._http.cookie_jar.update_cookies({"sessionid": session}, URL(self._urls[0]))

    async def moderate(self, pace: float, people: Sequence[Person], until: asyncio.Event) -> None:
        """Decide something every so many seconds, on average."""
        removed: list[int] = []
        muted: list[int] = []
        number = 0
        while not await passes(self._rng.expovariate(1 / pace), until):
            number += 1
            choice = self._rng.random()
            if choice < 0.5 and self.messages:
                target = self._rng.choice(self.messages[-50:])
                await self._decide("remove", number, target, message=target, reason="spam")
                removed.append(target)
            elif choice < 0.6 and removed:
                target = removed.pop(self._rng.randrange(len(removed)))
                await self._decide("restore", number, target, message=target)
            elif choice < 0.8 and muted:
                target = muted.pop(0)
                await self._decide("unmute", number, target, participant=target)
            elif len(muted) < 3:
                target = self._rng.choice(people).participant
                length = {"seconds": 3600, "reason": "spam"}
                await self._decide("mute", number, target, participant=target, **length)
                muted.append(target)

    async def _decide(self, command: str, number: int, about: int, **fields: object) -> None:
        await self.do(command, f"d{number}", about, **fields)


async def passes(seconds: float, until: asyncio.Event) -> bool:
    """Let time pass; return whether it is over."""
    try:
        await asyncio.wait_for(until.wait(), seconds)
    except TimeoutError:
        return False
    return True


def seen(event: Frame) -> Seen:
    """Return an event as it is written down."""
    changes = [change(p["into"], p["swap"], p["html"]) for p in event["parts"]]
    return Seen(event["seq"], event["type"], tuple(changes))


@lru_cache(maxsize=4096)
def change(into: str, swap: str, html: str) -> Change:
    """Return a part as it is written down; all are shown the same, so most are known."""
    element = ELEMENT.search(html)
    digest = blake2b(QUOTE.sub("", html).encode(), digest_size=6).hexdigest()
    return Change(into, swap, element[1] if element else "", digest, tuple(MARK.findall(html)))
