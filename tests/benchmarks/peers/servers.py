"""Starting the peers, each as its own documentation shows it, on one processor's process."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.services import free_port, stop_at_exit, throw_away, wait_for_port

HERE = Path(__file__).resolve().parent
CACHE = Path("~/.cache/livedebate-peers").expanduser()
"""Where npm puts socket.io: outside the repository, and kept for the next run."""
NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
_NGINX = """
load_module {module};
worker_processes 1; daemon off; master_process off;
pid {folder}/pid; error_log stderr error;
events {{ worker_connections 16384; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  keepalive_requests 1000000; nchan_shared_memory_size 256M;
  server {{
    listen 127.0.0.1:{port};
    location = /pub {{ nchan_publisher; nchan_channel_id hall; nchan_store_messages off; }}
    location = /sub {{ nchan_subscriber websocket; nchan_channel_id hall;
                       nchan_subscriber_first_message newest; }}
  }}
}}
"""

Name = Literal["nchan", "socket.io", "tutorial"]


class Missing(Exception):
    """This machine has not what a peer needs; says what to install."""


@dataclass(frozen=True)
class Peer:
    """A running peer: where it answers, and its process."""

    name: Name
    url: str
    pid: int


@contextmanager
def running(name: Name) -> Iterator[Peer]:
    """Start a peer for as long as the block runs; raises :class:`Missing`."""
    port = free_port()
    command, environ = {"nchan": _nchan, "socket.io": _socketio, "tutorial": _tutorial}[name](port)
    folder = CACHE if name == "socket.io" else HERE.parents[2]
    process = subprocess.Popen(command, env={**os.environ, **environ}, cwd=folder)
    stop_at_exit(process)
    try:
        wait_for_port(port, process)
        yield Peer(name, f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(15)


def _nchan(port: int) -> tuple[list[str], dict[str, str]]:
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if nginx is None or not NCHAN.exists():
        raise Missing("apt-get install nginx libnginx-mod-nchan")
    folder = throw_away("nchan")
    config = _NGINX.format(module=NCHAN, folder=folder, port=port)
    (folder / "nginx.conf").write_text(config)
    return [nginx, "-e", "stderr", "-c", str(folder / "nginx.conf")], {}


def _socketio(port: int) -> tuple[list[str], dict[str, str]]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Missing("apt-get install nodejs npm")
    if not (CACHE / "node_modules/socket.io").exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        packages = ["socket.io@4", "@socket.io/redis-adapter@8", "redis@5"]
        quiet = ["--no-audit", "--no-fund", "--silent"]
        subprocess.run([npm, "install", *quiet, *packages], cwd=CACHE, check=True)
    script = shutil.copy(HERE / "socketio.js", CACHE / "server.mjs")
    return [node, str(script), str(port), os.environ["REDIS_URL"]], {"NODE_ENV": "production"}


def _tutorial(port: int) -> tuple[list[str], dict[str, str]]:
    application = "tests.benchmarks.peers.tutorial:application"
    command = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port)]
    return [*command, application], {"DJANGO_SETTINGS_MODULE": ""}
