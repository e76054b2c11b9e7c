"""Whether lists, search, map and signing stay as quick with many initiatives as with few.

``uv run python -m tests.benchmarks.initiatives``: two databases on one PostgreSQL, with 1,000
initiatives and 20,000 signatures, and with a hundred times as many; one worker process each, asked
by turns. Milliseconds of a whole request, and the ratio of the medians.
"""

import argparse
import os
import random
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import django

SIZES = {"small": (1_000, 20_000), "large": (100_000, 2_000_000)}
ROUNDS = 60
TARGET = 1.5


def worker() -> None:
    """Do what each line of the input names, and print how long it took."""
    django.setup()
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()
    acts = actions(Client(headers={"Host": "127.0.0.1", "Accept-Language": "fr"}))
    print("ready", flush=True)
    for line in sys.stdin:
        act = acts[line.strip()]
        began = time.perf_counter()
        act()
        print((time.perf_counter() - began) * 1000, flush=True)


def actions(client: object) -> dict[str, Callable[[], None]]:
    """Return what is measured, by name."""
    from django.core.cache import cache

    from rooms.initiatives.models import Initiative
    from rooms.initiatives.signing import Signer, sign_as
    from rooms.people.models import User

    popular = Initiative.objects.order_by("-rank").select_related("room")[0]
    first, last = Initiative.objects.order_by("pk")[0].pk, Initiative.objects.order_by("-pk")[0].pk

    def get(path: str) -> Callable[[], None]:
        def act() -> None:
            response = client.get(path)  # type: ignore[attr-defined]
            assert response.status_code == 200, (path, response.status_code)

        return act

    def uncached(act: Callable[[], None]) -> Callable[[], None]:
        def anew() -> None:
            cache.clear()
            act()

        return anew

    def sign(which: Callable[[], Initiative]) -> Callable[[], None]:
        def act() -> None:
            user = User(email=f"{secrets.token_hex(8)}@example.org")
            user.save()
            sign_as(initiative=which(), user=user, signer=Signer("Sam"))

        return act

    def anyone() -> Initiative:
        pk = random.randint(first, last)
        return Initiative.objects.select_related("room").get(pk=pk)

    return {
        "most signed": get("/initiatives/"),
        "latest": get("/initiatives/?order=recent"),
        "further on": get(f"/initiatives/?after={popular.rank}-{popular.pk}"),
        "by theme": get("/initiatives/?theme=health"),
        "by département": get("/initiatives/?department=91"),
        "by département, latest": get("/initiatives/?department=48&order=recent"),
        "near Paris": get("/initiatives/?order=near&place=Paris&place_code=75056"),
        "near Évry": get("/initiatives/?order=near&place=Évry-Courcouronnes&place_code=91228"),
        "near Mende": get("/initiatives/?order=near&place=Mende&place_code=48095"),
        "near Paris, by theme": get("/initiatives/?order=near&place=Paris&theme=health"),
        "map": get("/initiatives/map"),
        "map, counted anew": uncached(get("/initiatives/map")),
        "search, common words": get("/initiatives/?q=banc"),
        "search, two words": get("/initiatives/?q=budget+arbre"),
        "search, two that rarely meet": get("/initiatives/?q=planter+arbre"),
        "search, rare": get("/initiatives/?q=999"),
        "search, nothing": get("/initiatives/?q=mammouth"),
        "its page": get(f"/initiatives/{popular.room.slug}/"),
        "sign the most signed": sign(lambda: popular),
        "sign any": sign(anyone),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livedebate.settings")
    if options.worker:
        worker()
    else:
        compare(options.rounds)


def compare(rounds: int) -> None:
    """Ask both workers by turns, and print the table."""
    workers = {name: start(name, *size) for name, size in SIZES.items()}
    names = ask_names()
    times: dict[tuple[str, str], list[float]] = {}
    for _round in range(rounds + 5):
        for name in names:
            for size, process in workers.items():
                times.setdefault((name, size), []).append(ask(process, name))
    print(f"{'':30}{'small p50':>10}{'p95':>8}{'large p50':>11}{'p95':>8}{'ratio':>8}")
    for name in names:
        small, large = (times[name, size][5:] for size in SIZES)
        cells = [
            f"{statistics.median(t):>10.1f}{statistics.quantiles(t, n=20)[18]:>8.1f}"
            for t in (small, large)
        ]
        ratio = statistics.median(large) / statistics.median(small)
        print(f"{name:30}{''.join(cells)}{ratio:>8.2f}{'' if ratio <= TARGET else '  over'}")


def ask_names() -> list[str]:
    return [
        *("most signed", "latest", "further on", "by theme"),
        *("by département", "by département, latest"),
        *("near Paris", "near Évry", "near Mende", "near Paris, by theme"),
        *("map", "map, counted anew"),
        *("search, common words", "search, two words"),
        *("search, two that rarely meet", "search, rare", "search, nothing"),
        *("its page", "sign the most signed", "sign any"),
    ]


def start(name: str, initiatives: int, signatures: int) -> "subprocess.Popen[str]":
    """Seed a database of its own and start the worker that uses it."""
    from tests.servers import new_database
    from tests.services import start_postgresql

    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = start_postgresql(fsync=True)
    environ = {
        **os.environ,
        "DATABASE_URL": new_database(f"initiatives_{name}"),
        # Files under their plain names; the workers turn the rest of it off.
        "DEBUG": "1",
        "SECRET_KEY": "x" * 60,
        "ORIGINS": "http://127.0.0.1",
        "HTTPS": "0",
        "LOG_LEVEL": "ERROR",
    }
    began = time.monotonic()
    size = ["--initiatives", str(initiatives), "--signatures", str(signatures)]
    subprocess.run([sys.executable, "-m", "tests.benchmarks.seed", *size], env=environ, check=True)
    print(
        f"{name}: {initiatives:,} initiatives, {signatures:,} signatures, seeded in "
        f"{time.monotonic() - began:.0f} s",
        flush=True,
    )
    command = [sys.executable, "-m", "tests.benchmarks.initiatives", "--worker"]
    process = subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def ask(process: "subprocess.Popen[str]", name: str) -> float:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{name}\n")
    process.stdin.flush()
    return float(process.stdout.readline())


if __name__ == "__main__":
    main()
