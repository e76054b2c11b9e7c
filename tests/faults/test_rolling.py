"""Two workers restarted by turns while twenty people talk: nobody loses anything."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.debate import Debate
from tests.faults.history import Close, History, read_history
from tests.faults.run import judge
from tests.faults.seed import seed
from tests.faults.site import Site, running
from tests.servers import Kind

PEOPLE = 20
ROUNDS = 2
EXIT = 10.0
NOTICE = {"STOP_NOTICE": "1"}
SAID = 30
"""Messages that are acknowledged between two restarts."""


async def restart_by_turns(site: Site, debate: Debate, over: asyncio.Event) -> None:
    """Restart every worker, twice, each while the other serves; then let the talking end."""
    for _round in range(ROUNDS):
        for worker in site.workers:
            await debate.until_said(SAID)
            await asyncio.to_thread(worker.stop)
            await debate.until_said(SAID)
            await asyncio.to_thread(worker.start)
    await debate.until_said(SAID)
    over.set()


@pytest.mark.parametrize("kind", ["daphne", "uvicorn"])
async def test_a_rolling_restart_costs_nothing(kind: Kind, tmp_path: Path) -> None:
    path, over = tmp_path / "history.jsonl", asyncio.Event()
    history = History(path)
    async with running([kind, kind], NOTICE) as site:
        debate = Debate(site, history, random.Random(seed()), PEOPLE)
        try:
            await debate.enter()
            await asyncio.gather(debate.talk(over), restart_by_turns(site, debate, over))
            await debate.settle()
        finally:
            await debate.leave()
            history.close()
        assert debate.wrong + await asyncio.to_thread(judge, site, path) == []
        exits = [took for worker in site.workers for took in worker.exits]
    assert len(exits) == 2 * ROUNDS and max(exits) < EXIT
    codes = [record.code for record in read_history(path) if isinstance(record, Close)]
    assert codes.count(1012) >= PEOPLE, codes
