"""A parody flood, the case that killed the system of 2010, against one moderator.

Two hundred people send twenty messages a second between them. One moderator, with the commands
of the desk alone, brings them under control in less than a minute, while everybody else goes
on talking, and the ledger shows all of it.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress

import aiohttp
import pytest

from rooms.eventlog.models import Room
from rooms.ledger.models import LedgerEntry
from rooms.ledger.verify import first_fault
from rooms.lifecycle.schedule import create_room
from rooms.messages.models import Message
from rooms.people.models import Participant
from tests.off_loop import off_loop
from tests.servers import Server
from tests.sockets import Client, Person, connected, join, new_session

pytestmark = pytest.mark.django_db(transaction=True)
PARODISTS, RATE = 200, 20
BEFORE, AFTER = 40, 80
"""Parodies sent before the moderator begins, and once all is under control."""
SLOGANS = [
    "Votez pour le parti de la moustache et du fromage gratuit, dimanche prochain !",
    "Le fromage gratuit pour tous et la moustache obligatoire dès dimanche prochain",
]


@pytest.fixture
def room() -> Room:
    return create_room(title="Parodie", owner_name="Olga", guest_key="olga")


@pytest.fixture
def olga(room: Room) -> Person:
    return Person(Participant.objects.get(room=room, name="Olga"), new_session("olga"))


@pytest.fixture(scope="module")
def worker(environ: dict[str, str]) -> Iterator[Server]:
    with Server("uvicorn", environ) as server:
        yield server


SAID = [
    "À quelle heure passe le dernier bus, le samedi soir ?",
    "Mon fils attend vingt minutes devant le collège, tous les matins.",
    "Qui a vu le budget de la ligne 4 ? Je ne le trouve pas.",
    "Les chauffeurs disent qu'il manque douze conducteurs depuis mars.",
    "Et si l'on commençait par les abribus ? Il n'y en a pas un seul.",
]


ANSWERS = [
    "À vingt-deux heures trente, et après il faut marcher.",
    "Page 14 du compte administratif, tout en bas.",
    "Les abribus coûtent moins cher que ce rapport-là.",
]
TOKEN = r'name="csrfmiddlewaretoken" value="(\w+)"'


class Desk:
    """The commands that a moderator's page sends by forms."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session, self._base = session, base

    async def start(self) -> None:
        async with self._session.get(f"{self._base}/") as page:
            assert page.status == 200
            (self._token,) = set(re.findall(TOKEN, await page.text()))

    async def do(self, path: str, **values: object) -> None:
        form = {"csrfmiddlewaretoken": self._token, **{k: str(v) for k, v in values.items()}}
        headers = {"HX-Request": "true", "Referer": self._base}
        url = f"{self._base}/{path}"
        async with self._session.post(url, data=form, headers=headers) as answer:
            assert answer.status in (204, 409), (path, answer.status, await answer.text())


class Flood:
    """Twenty messages a second from all parodists in turn, until told to stop."""

    def __init__(self, clients: list[Client]) -> None:
        self._clients, self._stop, self._sending = clients, asyncio.Event(), asyncio.Condition()
        self.sent = 0

    async def run(self) -> None:
        while not self._stop.is_set():
            client = self._clients[self.sent % len(self._clients)]
            text = f"{SLOGANS[self.sent % 2]} {'!' * (self.sent % 7)}"
            await client.send(type="post", ref=f"f{self.sent}", id=f"p{self.sent}", text=text)
            async with self._sending:
                self.sent += 1
                self._sending.notify_all()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), 1 / RATE)

    async def until(self, sent: int) -> None:
        async with self._sending:
            await self._sending.wait_for(lambda: self.sent >= sent)

    def stop(self) -> None:
        self._stop.set()


def ledger(room: Room) -> Counter[str]:
    """Return how many decisions of each kind the ledger shows."""
    return Counter(LedgerEntry.objects.filter(room=room).values_list("type", flat=True))


def shares(room: Room) -> tuple[int, int]:
    """Return how many parodies and how many other messages everybody can read."""
    visible = Message.objects.filter(room=room, status=Message.Status.VISIBLE)
    parodies = visible.filter(author__name__startswith="Parody").count()
    return parodies, visible.count() - parodies


async def test_one_moderator_brings_a_flood_under_control(
    worker: Server, room: Room, olga: Person
) -> None:
    parodists = [await off_loop(join, room, f"Parody {n}") for n in range(PARODISTS)]
    neighbours = [await off_loop(join, room, f"Neighbour {n}") for n in range(5)]
    base = f"{worker.url}/rooms/{room.slug}"
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        everybody = [
            await enter(connected(worker, room.slug, person, acknowledges=False))
            for person in parodists
        ]
        talking = [await enter(connected(worker, room.slug, person)) for person in neighbours]
        session = await enter(
            aiohttp.ClientSession(cookies=olga.cookies, cookie_jar=aiohttp.CookieJar(unsafe=True))
        )
        flood = Flood(everybody)
        flooding = asyncio.create_task(flood.run())
        await flood.until(BEFORE)
        # The neighbours talk all the while.
        first = [
            await one.post(text, id=text[:40]) for one, text in zip(talking, SAID, strict=True)
        ]
        assert {answer.get("status") for answer in first} == {"posted"}, first

        began = time.monotonic()
        desk = Desk(session, base)
        await desk.start()
        await desk.do("modes/is_locked", value=1, reason="spam")
        await desk.do("modes/hold_newcomers", value=1, reason="spam")
        for _round in range(len(ANSWERS)):
            waiting = await off_loop(first_parody, room)
            while waiting is not None:
                await desk.do(f"messages/{waiting}/wave", decision="remove", reason="spam")
                waiting = await off_loop(first_parody, room)
            second = await talking[_round].post(ANSWERS[_round], id=f"r{_round}")
            assert second.get("status") == "posted", second
        elapsed = time.monotonic() - began
        await flood.until(flood.sent + AFTER)
        flood.stop()
        await flooding
    parodies, others = await off_loop(shares, room)
    assert elapsed < 60
    assert parodies == 0
    assert others == len(talking) + len(ANSWERS)
    assert await off_loop(first_fault, room) is None
    decided = await off_loop(ledger, room)
    assert decided["mode.changed"] == 2 and decided["message.removed"] >= 2
    assert decided["message.held"] >= AFTER


def first_parody(room: Room) -> int | None:
    """Return a parody that everybody reads, if there is one."""
    visible = Message.objects.filter(room=room, status=Message.Status.VISIBLE)
    rows = visible.filter(author__name__startswith="Parody").order_by("number")
    return rows.values_list("number", flat=True).first()
