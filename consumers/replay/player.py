"""Plays a recording through real sockets, each author as a participant."""

import asyncio
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import cycle

from consumers.client import Disorder, Ended, RoomClient
from consumers.link import Frame
from consumers.replay.recording import Utterance
from consumers.replay.report import Report

RETRYABLE = frozenset({"slow_down", "retry_later", "policy_moved"})
TOGETHER = 20
"""People who join at the same time."""
PATIENCE = 15.0
"""Seconds after the last message within which everything has to have arrived."""


class Player:
    """One replay. ``urls`` are workers of one site: people are spread over them in turn."""

    def __init__(
        self,
        recording: Sequence[Utterance],
        *,
        urls: Sequence[str],
        slug: str,
        code: str = "",
        speed: float = 1.0,
        viewers: int = 0,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> None:
        self._recording = recording
        self._code = code
        self._speed = speed
        self._progress = progress
        self._run = uuid.uuid4().hex[:12]
        self._arrivals: list[dict[int, float]] = []
        lines: dict[str, list[tuple[int, Utterance]]] = defaultdict(list)
        for index, utterance in enumerate(recording):
            lines[utterance.author].append((index, utterance))
        where = cycle(urls)
        self._authors = {
            self._client(next(where), slug, author): said for author, said in lines.items()
        }
        self._viewers = [self._client(next(where), slug, f"viewer {n + 1}") for n in range(viewers)]
        self.report = Report(len(recording), len(self._everybody))

    @property
    def _everybody(self) -> list[RoomClient]:
        return [*self._authors, *self._viewers]

    def _client(self, url: str, slug: str, name: str) -> RoomClient:
        arrivals: dict[int, float] = {}
        self._arrivals.append(arrivals)

        def hear(event: Frame, at: float) -> None:
            # One that shows nothing was not delivered.
            if event["type"] == "message.posted" and event["parts"]:
                arrivals[event["seq"]] = at

        client = RoomClient(url, slug, hear)
        client.name = name
        return client

    async def play(self) -> Report:
        """Play everything and return the report; raises ``CannotJoin``."""
        try:
            await self._enter()
            began = time.monotonic()
            said = (self._speak(c, lines, began) for c, lines in self._authors.items())
            await asyncio.gather(*said)
            await self._settle()
            self.report.seconds = time.monotonic() - began
        finally:
            self.report.reconnects = sum(client.reconnects for client in self._everybody)
            await asyncio.gather(*(client.stop() for client in self._everybody))
        self._measure()
        return self.report

    async def _enter(self) -> None:
        turn = asyncio.Semaphore(TOGETHER)

        async def enter(client: RoomClient) -> None:
            async with turn:
                await client.join(client.name[:40], self._code)
                await client.start()

        await asyncio.gather(*(enter(client) for client in self._everybody))

    async def _speak(
        self, client: RoomClient, lines: Sequence[tuple[int, Utterance]], began: float
    ) -> None:
        """Say what one author said, in that order, when they said it or as soon as possible."""
        for index, utterance in lines:
            due = began + utterance.at / self._speed
            late = time.monotonic() - due
            if late < 0:
                await asyncio.sleep(-late)
            self.report.late = max(self.report.late, late)
            try:
                await self._say(client, utterance.text, f"{self._run}-{index}")
            except (Disorder, Ended) as fault:
                self.report.faults.append(str(fault))
                return
            self._progress(self.report.sent, self.report.messages)

    async def _say(self, client: RoomClient, text: str, client_id: str) -> None:
        while True:
            sent_at = time.monotonic()
            answer = await client.post(text, client_id)
            if answer["type"] == "ack":
                break
            if answer["code"] not in RETRYABLE:
                self.report.rejected[answer.get("rule") or answer["code"]] += 1
                return
            self.report.slowed += 1
            await asyncio.sleep(answer["retry_after"] or 1.0)
        if answer["status"] == "held":
            self.report.held += 1
        elif answer["seq"] in self.report.posted:
            self.report.faults.append(f"two messages were acknowledged as {answer['seq']}")
        else:
            self.report.posted[answer["seq"]] = sent_at

    async def _settle(self) -> None:
        """Wait until everybody has everything that was published."""
        last = max(self.report.posted, default=0)
        arrived = await asyncio.gather(
            *(client.until(last, PATIENCE) for client in self._everybody), return_exceptions=True
        )
        for client, outcome in zip(self._everybody, arrived, strict=True):
            if isinstance(outcome, BaseException):
                self.report.faults.append(str(outcome))
            elif not outcome:
                fault = f"{client.name!r} stands at {client.seq}, {last} was acknowledged"
                self.report.faults.append(fault)

    def _measure(self) -> None:
        for arrivals in self._arrivals:
            for seq, sent_at in self.report.posted.items():
                if seq in arrivals:
                    self.report.delivered += 1
                    self.report.latencies.append(arrivals[seq] - sent_at)
        if self.report.delivered != self.report.expected:
            missing = self.report.expected - self.report.delivered
            self.report.faults.append(f"{missing} deliveries are missing")
