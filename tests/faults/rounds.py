"""Every promise's tests again and again: ``uv run python -m tests.faults.rounds --rounds 20``.

Which they are says docs/reliability.md. Each round is a process of its own, with a PostgreSQL and
a Redis of its own, and with another seed for what is drawn by chance: the faults of the mixed run,
who talks when beside a fault, what Hypothesis tries, the order of sets. The others meet another
order of threads and packets each time. Those of the domain are run once more on SQLite. Fails if
any test did; what it printed is kept.
"""

import argparse
import asyncio
import os
import re
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

from tests.faults.seed import VARIABLE
from tests.servers import ROOT

_ROW = re.compile(r"^\| (\d+) \| (`tests/.*) \|$", re.M)
_TEST = re.compile(r"`(tests/[\w/]+\.py::\w+)`")


@dataclass(frozen=True)
class Round:
    """What came of one round: tests by the name that the document gives them."""

    seed: int
    seconds: float
    passed: Counter[str]
    failed: Counter[str]


def named_in_the_document() -> dict[int, list[str]]:
    """Return the tests of each promise, by its number."""
    return {int(number): _TEST.findall(tests) for number, tests in _ROW.findall(_document())}


def of_several() -> list[str]:
    """Return the tests of several promises at once, which the document names elsewhere."""
    by_number = {test for tests in named_in_the_document().values() for test in tests}
    return [test for test in dict.fromkeys(_TEST.findall(_document())) if test not in by_number]


def _document() -> str:
    return (ROOT / "docs/reliability.md").read_text()


async def main() -> int:
    """Run the rounds, some at a time; print each, then a table; return 1 if a test failed."""
    options = _options()
    promises = {"several": of_several()}
    promises |= {f"{number}": named for number, named in named_in_the_document().items()}
    for name in promises.keys() - set(options.only or promises):
        del promises[name]
    tests = list(dict.fromkeys(test for named in promises.values() for test in named))
    folder = Path(mkdtemp(prefix="livedebate-rounds-"))
    turns = asyncio.Semaphore(options.beside)

    async def go(seed: int) -> Round:
        async with turns:
            done = await _round(seed, tests, folder)
        wrong = ", ".join(sorted(done.failed)) or "all passed"
        print(f"seed {seed}: {done.passed.total()} in {done.seconds:.0f} s, {wrong}", flush=True)
        return done

    seeds = range(options.seed, options.seed + options.rounds)
    rounds = await asyncio.gather(*map(go, seeds))
    print("\n".join(_table(promises, rounds)))
    failed = sum(one.failed.total() for one in rounds)
    print(f"what was printed is in {folder}" if failed else "every promise was kept in every round")
    return min(failed, 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="of the first round")
    parser.add_argument("--beside", type=int, default=1, help="rounds at the same time")
    parser.add_argument("--only", nargs="*", help="numbers of promises, or several")
    return parser.parse_args()


async def _round(seed: int, tests: list[str], folder: Path) -> Round:
    began = time.monotonic()
    done = Round(seed, 0.0, Counter(), Counter())
    await _run(done, tests, folder / f"{seed}", {"DATABASE_URL": ""})
    if domain := [test for test in tests if test.startswith("tests/rooms/")]:
        await _run(done, domain, folder / f"{seed}-sqlite", {"LIVEDEBATE_TEST_DB": "sqlite"})
    return replace(done, seconds=time.monotonic() - began)


async def _run(done: Round, tests: list[str], name: Path, database: dict[str, str]) -> None:
    """Run tests on a database, and count what came of them."""
    report, printed = name.with_suffix(".xml"), name.with_suffix(".log")
    seeds = {"PYTHONHASHSEED": f"{done.seed}", VARIABLE: f"{done.seed}"}
    options = ["-q", "-p", "no:cacheprovider", f"--hypothesis-seed={done.seed}"]
    with printed.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pytest", *options, f"--junitxml={report}", *tests),
            env={**os.environ, "REDIS_URL": "", **database, **seeds},
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
        await process.wait()
    passed, failed = _read(report) if report.exists() else (Counter[str](), Counter[str]())
    if process.returncode not in (0, 1) or not set(tests) <= {*passed, *failed}:
        raise SystemExit(f"seed {done.seed}: not every test was run\n{printed.read_text()}")
    done.passed.update(passed)
    done.failed.update(failed)


def _read(report: Path) -> tuple[Counter[str], Counter[str]]:
    """Return how often each test passed and failed, over all its parameters."""
    passed, failed = Counter[str](), Counter[str]()
    for case in ElementTree.parse(report).iter("testcase"):
        file = case.attrib["classname"].replace(".", "/") + ".py"
        name = f"{file}::{case.attrib['name'].partition('[')[0]}"
        (failed if len(case) else passed)[name] += 1
    return passed, failed


def _table(promises: dict[str, list[str]], rounds: list[Round]) -> Iterator[str]:
    yield "| Promise | Tests, with their variants | Runs | Failed |"
    yield "|--:|--:|--:|--:|"
    for number, tests in promises.items():
        passed = sum(one.passed[test] for one in rounds for test in tests)
        failed = sum(one.failed[test] for one in rounds for test in tests)
        runs = passed + failed
        yield f"| {number} | {runs // max(1, len(rounds))} | {runs:,} | {failed} |"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
