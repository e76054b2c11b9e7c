"""Short runs of everything at once, and of the database alone, with another seed every day.

They keep promises 1 to 5, 11, 13 and 16 at once, on two workers of different kinds. For a longer
one, or the same again: ``uv run python -m tests.faults.run --seed N``.
"""

from pathlib import Path

import pytest

from tests.conftest import RATES
from tests.faults.run import run
from tests.faults.seed import seed

SECONDS = 60.0
DECIDED = {"message.removed", "message.restored", "participant.muted", "participant.unmuted"}


async def test_every_promise_is_kept_whatever_goes_wrong(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    chosen = seed()
    outcome = await run(
        seconds=SECONDS, seed=chosen, kinds=["daphne", "uvicorn"], path=tmp_path / "history.jsonl"
    )
    lines = [
        f"faults with seed {chosen}: {', '.join(one.name for one in outcome.faults)}",
        *outcome.lines(),
    ]
    request.config.stash.setdefault(RATES, []).extend(lines)
    assert outcome.wrong == []
    assert outcome.faults and outcome.figures.acknowledged and outcome.turns
    assert outcome.logged.keys() >= DECIDED


async def test_every_promise_is_kept_on_the_embedded_default(tmp_path: Path) -> None:
    """One worker on SQLite: killed, stopped, its clock wrong, kept from writing."""
    outcome = await run(
        seconds=30.0,
        seed=seed(),
        kinds=["uvicorn"],
        path=tmp_path / "history.jsonl",
        people=20,
        store="sqlite",
    )
    assert outcome.wrong == []
    assert outcome.faults and outcome.figures.acknowledged and outcome.turns


async def test_what_was_acknowledged_outlives_the_database(tmp_path: Path) -> None:
    """It is ended in the middle of everything, and starts again from its log."""
    outcome = await run(
        seconds=10.0,
        seed=seed(),
        kinds=["uvicorn", "daphne"],
        path=tmp_path / "history.jsonl",
        people=12,
        only="PostgreSQL: immediate stop",
    )
    assert outcome.wrong == []
    assert outcome.faults and outcome.figures.acknowledged
