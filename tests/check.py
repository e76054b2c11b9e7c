"""The one check command: ``uv run python -m tests.check``; any argument goes to pytest.

Sets up what the tests run against, then format, lint, types, layers, migrations, all tests on
PostgreSQL and Redis, and the domain's tests once more on SQLite.
"""

import os
import subprocess
import sys
import time

from tests import binaries, services

PYTEST = ["python", "-m", "pytest"]
STEPS: list[tuple[list[str], dict[str, str]]] = [
    (["ruff", "format", "--check", "--quiet", "."], {}),
    (["ruff", "check", "--quiet", "."], {}),
    (["mypy", "livedebate", "consumers", "rooms", "tests"], {}),
    (["lint-imports"], {}),
    (["python", "-W", "error", "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    ([*PYTEST, *sys.argv[1:]], {}),
    ([*PYTEST, "-q", "tests/rooms"], {"LIVEDEBATE_TEST_DB": "sqlite"}),
]


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


def run(command: list[str], environ: dict[str, str]) -> bool:
    """Run one step and tell whether it went well."""
    shown = " ".join([*(f"{k}={v}" for k, v in environ.items()), *command])
    print(f"\n=== {shown}", flush=True)
    began = time.monotonic()
    code = subprocess.run(command, env={**os.environ, **environ}).returncode
    result = "ok" if code == 0 else "FAILED"
    print(f"=== {result} in {time.monotonic() - began:.0f} s", flush=True)
    return code == 0


def main() -> int:
    """Run every step, also after one that failed; return how many failed."""
    set_up()
    failed = [command for command, environ in STEPS if not run(command, environ)]
    print("\n=== " + ("failed: " + ", ".join(map(" ".join, failed)) if failed else "all is well"))
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
