"""What docker-compose.yml runs, run here by its own commands: two workers behind nginx."""

import json
import re
import shlex
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import aiohttp
import pytest
import yaml

from tests.binaries import nginx
from tests.servers import Server, production_environ
from tests.services import free_port, stop_at_exit, throw_away, wait_for_port

NGINX = """
daemon off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    {site}
}}
"""


def site(ports: list[int], listen: int) -> str:
    """Return the shipped proxy configuration with this machine's addresses in it."""
    text = Path("docs/deploy/nginx.conf").read_text()
    servers = "".join(f"server 127.0.0.1:{port};" for port in ports)
    text, found = re.subn(r"server web:8000[^;]*;", servers, text)
    assert found == 1
    text, found = re.subn(r"listen 8080;", f"listen 127.0.0.1:{listen};", text)
    assert found == 1
    return text


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    """Two uvicorn workers, started as the image starts them, behind the shipped nginx.conf."""
    port = free_port()
    environ = {
        **production_environ("production_shape"),
        "DEBUG": "0",
        "HTTPS": "0",
        "SECRET_KEY": "k" * 50,
        "ORIGINS": f"http://127.0.0.1:{port}",
    }
    workers = [Server("uvicorn", environ) for _ in range(2)]
    workers[0].manage("collectstatic", "--noinput", "--verbosity=0")
    for worker in workers:
        worker.start()
    start_nginx([worker.port for worker in workers], port)
    yield f"http://127.0.0.1:{port}"
    for worker in workers:
        worker.stop()


def start_nginx(ports: list[int], listen: int) -> None:
    """Start nginx with the shipped configuration in front of workers on these ports."""
    folder = throw_away("nginx")
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, site=site(ports, listen)))
    process = subprocess.Popen([nginx(), "-c", str(config), "-p", str(folder)])
    stop_at_exit(process)
    wait_for_port(listen, process)


def get(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_image_and_the_tests_start_the_same_server() -> None:
    text = Path("Dockerfile").read_text().replace("\\\n", "")
    command = json.loads(re.findall(r"^CMD (\[.*\])$", text, re.M)[0])
    ours = [p for p in Server("uvicorn", {}, port=8000).command() if p != "127.0.0.1"]
    assert [p for p in command if p != "0.0.0.0"] == ours
    services = yaml.safe_load(Path("docker-compose.yml").read_text())["services"]
    assert shlex.join(services["migrate"]["command"]) == "python manage.py migrate --noinput"


def test_pages_come_through_the_proxy_and_probes_do_not(proxy: str) -> None:
    assert get(f"{proxy}/")[0] == 200
    assert get(f"{proxy}/healthz")[0] == 404
    assert get(f"{proxy}/readyz")[0] == 404


def test_a_foreign_host_is_refused(proxy: str) -> None:
    assert get(f"{proxy}/", Host="evil.example")[0] == 400


def test_a_forged_address_does_not_reach_the_workers() -> None:
    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(self.headers.get_all("X-Forwarded-For")).encode())

    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as worker:
        threading.Thread(target=worker.serve_forever, daemon=True).start()
        listen = free_port()
        start_nginx([worker.server_port], listen)
        status, seen = get(f"http://127.0.0.1:{listen}/", **{"X-Forwarded-For": "6.6.6.6"})
        worker.shutdown()
    assert (status, json.loads(seen)) == (200, ["127.0.0.1"])


async def test_sockets_come_through_and_only_from_the_right_origin(proxy: str) -> None:
    url = f"{proxy}/ws/rooms/no-such-room/"
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url, origin=proxy) as socket:
            closing = await socket.receive()
            assert closing.data == 4404
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(url, origin="http://127.0.0.1:1")
        assert refused.value.status == 403
