"""A Redis that everything can be done to."""

import os
import signal
import subprocess

from redis import Redis as Client

from tests.services import free_port, redis_binary, stop_at_exit, throw_away, wait_for_port


class Redis:
    """A Redis of our own: to be killed and started again, frozen, flushed and cut off."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [redis_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            stdout=subprocess.DEVNULL,
            cwd=throw_away("redis"),
        )
        stop_at_exit(self.process)
        wait_for_port(self.port, self.process)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def flush(self) -> None:
        with Client.from_url(self.url) as client:
            client.flushall()

    def kill_clients(self) -> None:
        """End every connection, those that listen and those that ask."""
        with Client.from_url(self.url) as client:
            for kind in ("pubsub", "normal"):
                client.client_kill_filter(_type=kind)
