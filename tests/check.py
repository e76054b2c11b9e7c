"""The one check command: ``uv run python -m tests.check``; any argument goes to pytest.

Format, lint, types, layers, migrations, then all tests on PostgreSQL and Redis, then the
domain's tests once more on SQLite.
"""

import os
import subprocess
import sys
import time

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


def main() -> int:
    """Run every step, and stop at the first that fails."""
    for command, environ in STEPS:
        shown = " ".join([*(f"{k}={v}" for k, v in environ.items()), *command])
        print(f"\n=== {shown}", flush=True)
        began = time.monotonic()
        # On a fresh machine the tools stand beside this interpreter, which PATH may not name.
        tools = os.path.dirname(sys.executable)
        path = f"{tools}{os.pathsep}{os.environ['PATH']}"
        code = subprocess.run(command, env={**os.environ, "PATH": path, **environ}).returncode
        print(f"=== {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s")
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
