"""Real server processes for tests and benchmarks: Daphne or uvicorn, one worker each."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, Self

import psycopg

from tests.services import WAIT, free_port, stop_at_exit, throw_away

ROOT = Path(__file__).resolve().parent.parent
Kind = Literal["daphne", "uvicorn"]

COMMANDS: dict[Kind, list[str]] = {
    "daphne": ["daphne", "-b", "127.0.0.1", "-p", "{port}", "{application}"],
    "uvicorn": [
        *("uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--lifespan", "off"),
        *(
            "--http",
            "livedebate.servers.uvicorn:Pages",
            "--ws",
            "livedebate.servers.uvicorn:Sockets",
            "--no-access-log",
            "--no-proxy-headers",
        ),
        *("--timeout-graceful-shutdown", "7"),
        "{application}",
    ],
}


@dataclass
class Server:
    """One worker. ``url`` is where it answers, and the only origin it takes sockets from."""

    kind: Kind
    environ: Mapping[str, str]
    port: int = field(default_factory=free_port)
    log: Path = field(default_factory=lambda: throw_away("server") / "log")
    application: str = "livedebate.asgi:application"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        """Return the server's command line."""
        places = {"port": self.port, "application": self.application}
        return [part.format(**places) for part in COMMANDS[self.kind]]

    def start(self) -> Self:
        """Start the process and wait until it answers."""
        environ = {"ORIGINS": self.url, **self.environ}
        self.process = start_module(self.command(), environ, self.log)
        self._wait()
        return self

    def stop(self) -> int:
        """Ask the process to end, and return its exit code."""
        self.process.terminate()
        return self.process.wait(15)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def output(self) -> str:
        """Return what the process wrote to its log."""
        return self.log.read_text()

    def check(self) -> None:
        """Raise ``AssertionError`` if an error came that nothing in the process expected."""
        output = self.output()
        assert "Traceback" not in output, output[-8000:]

    def manage(self, *arguments: str) -> str:
        """Run a management command in this server's environment; return what it prints."""
        return manage(*arguments, environ={"ORIGINS": self.url, **self.environ})

    def _wait(self) -> None:
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"{self.kind} did not start:\n{self.output()}")


@dataclass
class HastyServer(Server):
    """One that waits a twentieth as long (``tests.hasty``)."""

    def command(self) -> list[str]:
        return ["tests.hasty", *super().command()]


def start_module(
    command: list[str], environ: Mapping[str, str], log: Path
) -> "subprocess.Popen[bytes]":
    """Start a module with arguments, as a process that ends with the run; errors go to a log."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            env={**os.environ, **environ},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=output,
        )
    stop_at_exit(process)
    return process


def manage(*arguments: str, environ: Mapping[str, str]) -> str:
    """Run a management command; return what it prints."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, **environ},
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def new_database(name: str) -> str:
    """Create a migrated database of its own beside the tests' one; return its URL."""
    return _create_database(name, _migrated_database(os.environ["DATABASE_URL"]))


def embedded_environ() -> dict[str, str]:
    """Return the environment of the embedded default: a new SQLite file, no Redis."""
    path = shutil.copy(_migrated_file(), throw_away("embedded"))
    return {"DATABASE_URL": f"sqlite:///{path}", "REDIS_URL": ""}


@cache
def _migrated_database(base: str) -> str:
    """Return the name of a database on a PostgreSQL that others are copies of: migrated once."""
    name = f"migrated_{os.getpid()}"
    url = _create_database(name, "template1")
    manage("migrate", "--verbosity=0", environ={"DATABASE_URL": url})
    return name


@cache
def _migrated_file() -> Path:
    """Return the SQLite file that others are copies of."""
    path = throw_away("migrated") / "db.sqlite3"
    environ = {"DATABASE_URL": f"sqlite:///{path}", "REDIS_URL": ""}
    manage("migrate", "--verbosity=0", environ=environ)
    return path


def _create_database(name: str, template: str) -> str:
    base = os.environ["DATABASE_URL"]
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return base.rsplit("/", 1)[0] + f"/{name}"


def production_environ(name: str) -> dict[str, str]:
    """Return an environment on PostgreSQL, with a database of its own, and on Redis."""
    return {"DATABASE_URL": new_database(name), "REDIS_URL": os.environ["REDIS_URL"]}
