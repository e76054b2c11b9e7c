"""The one check command: ``uv run python -m tests.check``; any argument goes to pytest.

Sets up what the tests run against, then format, lint, types, layers, migrations, all tests on
PostgreSQL and Redis, and the domain's tests once more on SQLite. The browser's tests run beside
the others, on a PostgreSQL and a Redis of their own.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from typing import IO

from tests import binaries, services

PYTEST = ["python", "-m", "pytest"]
SECOND_HALF = ["tests/browser", "tests/views", "tests/faults"]
STEPS: list[tuple[list[str], dict[str, str]]] = [
    (["ruff", "format", "--check", "--quiet", "."], {}),
    (["ruff", "check", "--quiet", "."], {}),
    (["mypy", "livedebate", "consumers", "rooms", "tests"], {}),
    (["lint-imports"], {}),
    (["python", "-W", "error", "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    ([*PYTEST, *(sys.argv[1:] or [f"--ignore={part}" for part in SECOND_HALF])], {}),
]
BESIDE: list[tuple[list[str], dict[str, str]]] = [
    ([*PYTEST, "-q", "tests/rooms"], {"LIVEDEBATE_TEST_DB": "sqlite"}),
    ([*PYTEST, *SECOND_HALF], {"DATABASE_URL": "", "REDIS_URL": ""}),
]
"""Run at the same time as the last step, and shown after it."""


def set_up() -> None:
    """Find or start everything, and say what was chosen; the steps get it by the environment."""
    print("=== set up", flush=True)
    services.provide()
    print(*services.chosen(), sep="\n")
    print(f"chromium: {binaries.chromium() or 'downloaded by Playwright'}")
    print(f"nginx: {binaries.nginx()}", flush=True)
    # On a fresh machine the tools stand beside this interpreter, which PATH may not name.
    tools = [os.path.dirname(sys.executable), os.path.dirname(binaries.nginx())]
    os.environ["PATH"] = os.pathsep.join([*tools, os.environ["PATH"]])


def run(command: list[str], environ: dict[str, str], output: IO[str] | None = None) -> bool:
    """Run one step and tell whether it went well."""
    out = output or sys.stdout
    shown = " ".join([*(f"{k}={v}" for k, v in environ.items()), *command])
    print(f"\n=== {shown}", flush=True, file=out)
    began = time.monotonic()
    code = subprocess.run(
        command, env={**os.environ, **environ}, stdout=output, stderr=output
    ).returncode
    result = "ok" if code == 0 else "FAILED"
    print(f"=== {result} in {time.monotonic() - began:.0f} s", flush=True, file=out)
    return code == 0


def run_beside(steps: Sequence[tuple[list[str], dict[str, str]]]) -> Callable[[], list[list[str]]]:
    """Start the steps, one after the other; return what waits for them and gives those failed."""
    failed: list[list[str]] = []
    written: list[str] = []

    def work() -> None:
        with tempfile.TemporaryFile("w+") as output:
            failed.extend(step for step, environ in steps if not run(step, environ, output))
            output.seek(0)
            written.append(output.read())

    thread = threading.Thread(target=work)
    thread.start()

    def wait() -> list[list[str]]:
        thread.join()
        print(*written, flush=True)
        return failed

    return wait


def main() -> int:
    """Run every step, also after one that failed; return how many failed."""
    set_up()
    failed = [command for command, environ in STEPS[:-1] if not run(command, environ)]
    wait = run_beside([] if sys.argv[1:] else BESIDE)
    failed += [command for command, environ in STEPS[-1:] if not run(command, environ)]
    failed += wait()
    print("\n=== " + ("failed: " + ", ".join(map(" ".join, failed)) if failed else "all is well"))
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
