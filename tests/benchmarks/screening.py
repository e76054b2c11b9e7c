"""How long screening takes: ``uv run python -m tests.benchmarks.screening``.

A message of 500 characters, French and English by turns, against 10,000 phrases: each screener
alone, then all that are built in, then with the hand-over to a thread that bounds their time.
Milliseconds.
"""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import django

ROUNDS = 2000
PHRASES = 10_000

FRENCH = (
    "Ce gouvernement promet depuis dix ans des logements que personne ne voit venir. Les femmes "
    "qui travaillent de nuit attendent un bus qui n'existe plus, les étrangers font la queue deux "
    "jours devant la préfecture, et l'on nous répond que tout va bien. Je n'accepte pas cela ; "
    "j'ai voté pour ce maire, et je le regrette. Qu'il vienne s'expliquer ici, devant nous. "
)
ENGLISH = (
    "This council has broken every promise it made on housing, and everybody knows it. Women who "
    "clean the hospital at night wait for a bus that was cut in spring, and immigrants who pay "
    "their taxes are told to come back next year. I do not accept that. I voted for this mayor, "
    "and I was wrong; let him come here and answer, in front of all of us, number by number. "
)


@dataclass(frozen=True)
class Timing:
    p50: float
    p99: float


def measure(call: Callable[[int], object]) -> Timing:
    """Return the median and the 99th percentile of many calls, in milliseconds."""
    for number in range(50):
        call(number)
    times = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        call(number)
        times.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(times, n=100)
    return Timing(cuts[49], cuts[98])


def texts() -> list[str]:
    """Return texts of 500 characters, no two alike."""
    long = [f"{FRENCH}{FRENCH}", f"{ENGLISH}{ENGLISH}"]
    return [f"{number} {long[number % 2]}"[:500] for number in range(500)]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livedebate.settings")
    django.setup()
    from django.utils import timezone

    from rooms.moderation.screening import RoomRules, Submission, judge, pipeline, screen

    now = timezone.now()
    rules = RoomRules(words=tuple(f"expression {n} du salon {n % 97}" for n in range(PHRASES)))
    submissions = [Submission(text, now - timedelta(), rules=rules) for text in texts()]
    print(f"{'screener':<16}{'p50 ms':>9}{'p99 ms':>9}")
    for screener in pipeline():
        timing = measure(lambda n, one=screener: one.screen(submissions[n % 500]))  # type: ignore[misc]
        print(f"{type(screener).__name__:<16}{timing.p50:>9.3f}{timing.p99:>9.3f}")
    for name, call in (("all", judge), ("all, bounded", screen)):
        timing = measure(lambda n, call=call: call(submissions[n % 500]))  # type: ignore[misc]
        print(f"{name:<16}{timing.p50:>9.3f}{timing.p99:>9.3f}")


if __name__ == "__main__":
    main()
