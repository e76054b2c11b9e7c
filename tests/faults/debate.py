"""The people of one run: they come in, talk while things go wrong, and all arrive at the end."""

import asyncio
import random
import time
from collections.abc import Awaitable
from typing import TypeVar

from tests.faults.history import History
from tests.faults.log import read_log
from tests.faults.people import Moderator, Person
from tests.faults.site import Site

PACE = 2.0
"""Seconds between two messages of one person, on average."""
DECISIONS = 1.0
"""Seconds between two decisions of the moderator, on average."""
TOGETHER = 10
"""People who come in at the same time."""
SETTLED = 60.0
"""Seconds that everything may take to come to rest, once all is healed."""
AT_ONCE = 1.0
"""Seconds within which only the fast path delivers: the heads are compared every two."""
IN_A_ROW, TURNS = 3, 30

P = TypeVar("P", bound=Person)


class Debate:
    """Everybody in one room of a site. What goes wrong for them is in ``wrong``."""

    def __init__(self, site: Site, history: History, rng: random.Random, people: int) -> None:
        def person(kind: type[P], name: str, urls: list[str]) -> P:
            return kind(name, urls, site.slug, history, random.Random(rng.random()))

        self._site = site
        self.wrong: list[str] = []
        self.moderator = person(Moderator, "Olga", site.urls)
        self.people = [person(Person, f"Person {n}", site.urls) for n in range(people)]
        self.late = [
            person(Person, f"Late {n}", [url])
            for n, url in enumerate([site.urls[0], site.urls[-1]])
        ]
        """Two, at workers of their own if there are any, who come when all is healed."""
        self._said = asyncio.Semaphore(0)
        for one in self.people:
            one.when_acknowledged = lambda: self._said.release()

    async def enter(self) -> None:
        """Let everybody come in and read from the beginning."""
        self.moderator.sign_in(self._site.session)
        await self.moderator.start(from_head=False)
        await self._come_in(self.people)

    async def talk(self, over: asyncio.Event) -> None:
        """Let everybody talk until it is over, and have their last answer."""
        talking = [person.talk(PACE, over) for person in self.people]
        await self._all(self.moderator.moderate(DECISIONS, self.people, over), *talking)

    async def until_said(self, more: int) -> None:
        """Wait until so many more messages were acknowledged."""
        self._said = asyncio.Semaphore(0)
        async with asyncio.timeout(SETTLED):
            for _message in range(more):
                await self._said.acquire()

    async def settle(self) -> None:
        """Let some come late, and wait until everybody is at the head of the log."""
        await self._come_in(self.late)
        one, two = self.late
        await self._all(self._hears_at_once(one, two))
        await self._all(self._hears_at_once(two, one))
        log = await asyncio.to_thread(read_log, self._site.database, self._site.slug)
        everybody = [self.moderator, *self.people, *self.late]
        await self._all(*(self._arrives(person, len(log)) for person in everybody))

    async def _hears_at_once(self, speaker: Person, listener: Person) -> None:
        """Wait until what is said at one worker comes to the other by Redis: it does, by itself.

        Several in a row: one may come right before a comparison of the heads, the next not again.
        """
        in_a_row = 0
        for _turn in range(TURNS):
            began = time.monotonic()
            answer = await speaker.say()
            if answer["type"] == "nack" and answer["code"] == "not_found":
                continue  # An answer to a message that was removed.
            if answer["type"] != "ack":
                raise ValueError(f"{speaker.name} is refused: {answer['code']}")
            await self._arrives(listener, answer["seq"])
            in_a_row = in_a_row + 1 if time.monotonic() - began < AT_ONCE else 0
            if in_a_row == IN_A_ROW:
                return
        self.wrong.append(f"{listener.name} does not hear {speaker.name} at once any more")

    async def leave(self) -> None:
        """Let everybody go."""
        everybody = [self.moderator, *self.people, *self.late]
        await asyncio.gather(*(person.stop() for person in everybody))

    async def _come_in(self, people: list[Person]) -> None:
        turn = asyncio.Semaphore(TOGETHER)

        async def come_in(person: Person) -> None:
            async with turn:
                await person.join(person.name)
                await person.start(from_head=False)

        await asyncio.gather(*map(come_in, people))

    async def _arrives(self, person: Person, last: int) -> None:
        if not await person.until(last, SETTLED):
            raise TimeoutError(f"{person.name} stands at {person.seq}, the log at {last}")

    async def _all(self, *work: Awaitable[None]) -> None:
        """Do everything, and note what failed in it."""
        for outcome in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(outcome, Exception):
                self.wrong.append(f"{type(outcome).__name__}: {outcome}")
