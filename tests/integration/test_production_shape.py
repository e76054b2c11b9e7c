"""What docker-compose.yml runs, run here by its own commands: two workers behind nginx."""

import asyncio
import gzip
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlsplit

import aiohttp
import pytest
import yaml
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from consumers.close_codes import CloseCode
from rooms.eventlog.models import Room
from rooms.initiatives.pictures import MAX_BYTES, MOST
from rooms.lifecycle.schedule import create_room
from rooms.people.models import Participant
from tests.benchmarks.long_rooms import lengthen
from tests.binaries import CHROMIUM_ARGUMENTS, chromium, nginx
from tests.servers import ROOT, Server
from tests.services import free_port, stop_at_exit, throw_away, wait_for_port
from tests.sockets import Person, connected, join, new_session, raw

pytestmark = pytest.mark.django_db(transaction=True)
SERVICES = yaml.safe_load(Path("docker-compose.yml").read_text())["services"]
NGINX = """
user {owner}; daemon off; pid {folder}/pid; error_log stderr;
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
def production(environ: dict[str, str]) -> dict[str, str]:
    """Return the environment that the compose file gives to workers and clock."""
    ours = {"DEBUG": "0", "HTTPS": "0", "PROXIES": "1", "SECRET_KEY": token_urlsafe(48)}
    return {**environ, **ours, "ORIGINS": f"http://127.0.0.1:{free_port()}"}


@pytest.fixture(scope="module")
def proxy(production: dict[str, str]) -> Iterator[Server]:
    """Two uvicorn workers, started as the image starts them, behind the shipped nginx.conf."""
    workers = [Server("uvicorn", production) for _ in range(2)]
    workers[0].manage("collectstatic", "--noinput", "--verbosity=0")
    with workers[0], workers[1]:
        listen = urlsplit(production["ORIGINS"]).port
        assert listen
        start_nginx([worker.port for worker in workers], listen)
        yield Server("uvicorn", production, port=listen)


@pytest.fixture
def clock(production: dict[str, str]) -> Iterator[None]:
    """The clock, by the compose file's command."""
    command = SERVICES["clock"]["command"]
    process = subprocess.Popen(
        [sys.executable, *command[1:]], env={**os.environ, **production}, cwd=ROOT
    )
    stop_at_exit(process)
    yield
    process.terminate()
    assert process.wait(10) == 0


def start_nginx(ports: list[int], listen: int, *, hurried: bool = False) -> None:
    """Start nginx with the shipped configuration in front of workers on these ports.

    ``hurried``: what it would wait for during many seconds, it waits for during one.
    """
    folder = throw_away("nginx")
    config = folder / "nginx.conf"
    shipped = site(ports, listen)
    if hurried:
        shipped, found = re.subn(r"(client_\w+_timeout) \d+s;", r"\1 1s;", shipped)
        assert found == 2
    owner = f"{folder.owner()} {folder.group()}"
    config.write_text(NGINX.format(folder=folder, owner=owner, site=shipped))
    process = subprocess.Popen([nginx(), "-c", str(config), "-p", str(folder)])
    stop_at_exit(process)
    wait_for_port(listen, process)


def get(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
            return response.status, response.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_image_and_the_tests_start_the_same_server() -> None:
    text = Path("Dockerfile").read_text().replace("\\\n", "")
    command = json.loads(re.findall(r"^CMD (\[.*\])$", text, re.M)[0])
    ours = [p for p in Server("uvicorn", {}, port=8000).command() if p != "127.0.0.1"]
    assert [p for p in command if p != "0.0.0.0"] == ours
    assert shlex.join(SERVICES["migrate"]["command"]) == "python manage.py migrate --noinput"


def test_pages_come_through_the_proxy_and_probes_do_not(proxy: Server) -> None:
    assert get(f"{proxy.url}/")[0] == 200
    assert get(f"{proxy.url}/healthz")[0] == 404
    assert get(f"{proxy.url}/readyz")[0] == 404


def test_static_files_carry_the_hash_of_what_is_in_them(proxy: Server) -> None:
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', get(f"{proxy.url}/")[1])
    assert found
    for path in found:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", path)
        assert get(proxy.url + path)[0] == 200


def weigh(url: str, headers: dict[str, str]) -> tuple[str, int]:
    """Return what is at an address, and how many bytes of it come over the wire."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip", **headers})
    with urllib.request.urlopen(request) as response:
        body = response.read()
        is_packed = response.headers["Content-Encoding"] == "gzip"
        if "/static/" in url:
            assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    return (gzip.decompress(body) if is_packed else body).decode(errors="replace"), len(body)


def test_a_first_visit_is_light(proxy: Server) -> None:
    """Less than 100 kB with styles, scripts and fonts, also for the moderator of a full room."""
    room = create_room(title="A hall", language="en", owner_name="Olga", guest_key="olga")
    join(room, "Alice")
    lengthen(room, list(Participant.objects.filter(room=room)), 375)
    for path, guest in (("/", ""), (f"/rooms/{room.slug}/", ""), (f"/rooms/{room.slug}/", "olga")):
        cookie = {"Cookie": f"sessionid={new_session(guest)}"} if guest else {}
        page, total = weigh(proxy.url + path, cookie)
        files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
        total += sum(weigh(proxy.url + file, {})[1] for file in files)
        assert 40_000 < total < 100_000, (path, guest, total)
        assert len(files) <= 9, files


def test_the_scripts_of_a_room_work_in_one_bundle(proxy: Server) -> None:
    room = create_room(title="A hall", language="en", owner_name="Olga", guest_key="olga")
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text))
        page.goto(f"{proxy.url}/rooms/{room.slug}/")
        page.get_by_label("Your name").fill("Anna")
        page.get_by_role("button", name="Join", exact=True).click()
        page.get_by_label("Your message").fill("One file for all of it.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator("#log .text")).to_have_text("One file for all of it.")
        expect(page.locator("#here")).to_have_text("1 here", timeout=30_000)
        browser.close()
    assert problems == []


def test_a_foreign_host_is_refused(proxy: Server) -> None:
    assert get(f"{proxy.url}/", Host="evil.example")[0] == 400


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


def test_only_reports_with_their_pictures_may_be_large() -> None:
    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as worker:
        threading.Thread(target=worker.serve_forever, daemon=True).start()
        listen = free_port()
        start_nginx([worker.server_port], listen)
        url, large = f"http://127.0.0.1:{listen}", b"x" * 3_000_000
        statuses = {
            path: post(url + path, large)
            for path in ("/rooms/a/post", "/initiatives/a/report", "/initiatives/a/b/report")
        }
        pictures = post(f"{url}/initiatives/a/report", b"x" * MOST * MAX_BYTES)
        worker.shutdown()
    assert list(statuses.values()) == [413, 200, 413]
    assert pictures == 200


def post(url: str, body: bytes) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body)) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET /ws/rooms/x/ HTTP/1.1\r\nHost: a\r\nUpgrade: webso", id="a handshake"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx", id="a form"),
    ],
)
def test_a_stalled_request_is_dropped_before_it_reaches_a_worker(sent: bytes) -> None:
    listen = free_port()
    start_nginx([free_port()], listen, hurried=True)
    with socket.create_connection(("127.0.0.1", listen), timeout=30) as connection:
        connection.sendall(sent)
        answer = connection.recv(4096)
    assert answer == b"" or b" 408 " in answer.splitlines()[0]


async def test_sockets_come_through_and_only_from_the_right_origin(proxy: Server) -> None:
    async with raw(proxy, "no-such-room") as socket:
        assert (await socket.receive()).data == CloseCode.NO_SUCH_ROOM
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with raw(proxy, "no-such-room", headers={"Origin": "http://127.0.0.1:1"}):
            pass
    assert refused.value.status == 403


async def enter(proxy: Server, room: Room, name: str) -> Person:
    """Enter a room as a phone does: open its page, send the form with a name."""
    page = f"{proxy.url}/rooms/{room.slug}/"
    jar = aiohttp.CookieJar(unsafe=True)  # An address made of numbers may keep cookies too.
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"Referer": page}) as browser:
        async with browser.get(page) as answer:
            token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', await answer.text())[0]
        form = {"name": name, "csrfmiddlewaretoken": token}
        async with browser.post(f"{page}join", data=form) as answer:
            assert answer.status == 200, await answer.text()
        cookies = {cookie.key: cookie.value for cookie in jar}
    return Person(Participant(name=name), cookies["sessionid"])


@pytest.fixture
def soon() -> Room:
    """A room that opens in a moment."""
    opens_at = timezone.now() + timedelta(seconds=3)
    return create_room(title="Bientôt", owner_name="Olga", opens_at=opens_at)


async def test_the_clock_opens_a_room_and_people_on_two_workers_talk(
    proxy: Server, clock: None, soon: Room
) -> None:
    alice, bob = await enter(proxy, soon, "Alice"), await enter(proxy, soon, "Bob")
    async with (
        connected(proxy, soon.slug, alice) as here,
        connected(proxy, soon.slug, bob) as there,
    ):
        await asyncio.gather(here.resume(), there.resume())
        for client in (here, there):
            await client.until(lambda got=client.events: "room.opened" in [e["type"] for e in got])
        answer = await here.post("Bonjour")
        assert answer["type"] == "ack"
        await asyncio.gather(here.until_seq(answer["seq"]), there.until_seq(answer["seq"]))
        assert [e["seq"] for e in there.events] == list(range(1, answer["seq"] + 1))
