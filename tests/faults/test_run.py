"""A short run of everything at once, with another seed every day.

Keeps promises 1 to 6, 10, 11, 13 and 16 at once, on two workers of different kinds. For a longer
one, or the same again: ``uv run python -m tests.faults.run --seed N``.
"""

from pathlib import Path

import pytest

from tests.conftest import RATES
from tests.faults.run import run
from tests.faults.seed import seed

SECONDS = 40.0
"""A minute, with coming in and settling."""


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
    assert outcome.faults and outcome.figures.acknowledged
