"""Telling on devices: against a push service of one's own, which reads what a browser reads."""

import base64
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid
from pytest_django import Settings

from rooms.eventlog.errors import Code
from rooms.eventlog.models import Room
from rooms.management.commands.runclock import send_post
from rooms.notifications.choices import Way, choose
from rooms.notifications.kinds import Topic
from rooms.notifications.models import Device, Pace
from rooms.notifications.push import MOST_DEVICES, add_device, drop_device, public_key
from rooms.people.models import User
from tests.rooms.test_messages import refusal
from tests.rooms.test_notifications import tell_opened, zoe

__all__ = ["zoe"]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """A browser's side of a subscription: it alone reads what is pushed."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(16)
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.keys = {"p256dh": _text(point), "auth": _text(self._secret)}

    def read(self, body: bytes) -> Any:
        plain = http_ece.decrypt(body, private_key=self._key, auth_secret=self._secret)
        return json.loads(plain)


class PushService(ThreadingHTTPServer):
    """Keeps what it is given; answers ``status``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 201
        self.taken: list[tuple[dict[str, str], bytes]] = []

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Location", f"{self.server.origin}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_args: object) -> None:
        return None


@pytest.fixture
def service(settings: Settings) -> Iterator[PushService]:
    server = PushService()
    settings.PUSH_SERVICES = [server.origin]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def add(user: User, service: PushService, browser: Browser, name: str = "one") -> Device:
    return add_device(user=user, endpoint=f"{service.origin}/{name}", **browser.keys)


def test_a_story_reaches_every_device_once(room: Room, zoe: User, service: PushService) -> None:
    phone, laptop = Browser(), Browser()
    add(zoe, service, phone, "phone")
    add(zoe, service, laptop, "laptop")
    tell_opened(room, zoe)
    send_post()
    send_post()
    (headers, first), (_headers, second) = service.taken
    said = phone.read(first)
    assert said["title"] == "C’est parti\xa0: Gratuité des transports"
    assert said == laptop.read(second) and said["path"].startswith("/inbox/")
    assert headers["content-encoding"] == "aes128gcm" and headers["ttl"] == "86400"
    assert f"k={public_key()}" in headers["authorization"]
    assert Vapid.verify(headers["authorization"])


def test_who_does_not_want_pushes_gets_none(room: Room, zoe: User, service: PushService) -> None:
    add(zoe, service, Browser())
    choose(user=zoe, topic=Topic.DEBATES, way=Way(Pace.NEVER, push=False))
    tell_opened(room, zoe)
    send_post()
    assert service.taken == []


@pytest.mark.parametrize(("status", "kept"), [(410, 0), (404, 0), (500, 1), (307, 1)])
def test_a_browser_that_is_gone_is_forgotten(
    room: Room, zoe: User, service: PushService, status: int, kept: int
) -> None:
    add(zoe, service, Browser())
    service.status = status
    tell_opened(room, zoe)
    send_post()
    assert len(service.taken) == 1, "nobody is led elsewhere, and nothing is tried for ever"
    assert Device.objects.count() == kept


def test_a_service_that_is_away_holds_up_nobody(
    room: Room, zoe: User, service: PushService, caplog: pytest.LogCaptureFixture
) -> None:
    add_device(user=zoe, endpoint=f"{service.origin}/one", **Browser().keys)
    Device.objects.update(endpoint="http://127.0.0.1:9/away")
    add(zoe, service, browser := Browser())
    tell_opened(room, zoe)
    send_post()
    ((_headers, body),) = service.taken
    assert browser.read(body)["title"] and "cannot be reached" in caplog.text


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:6379/",
        "https://fcm.googleapis.com.example.org/x",
        "https://user@fcm.googleapis.com/x",
        "https://example.org\\@fcm.googleapis.com/",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/" + "x" * 700,
        "",
    ],
)
def test_this_server_calls_push_services_alone(zoe: User, endpoint: str) -> None:
    answer = refusal(add_device, user=zoe, endpoint=endpoint, **Browser().keys)
    assert answer.code is Code.BAD_SHAPE and not Device.objects.exists()


@pytest.mark.parametrize("endpoint", ["https://fcm.googleapis.com/x", "https://a.push.apple.com/x"])
def test_keys_must_be_keys(zoe: User, endpoint: str) -> None:
    keys = Browser().keys
    add_device(user=zoe, endpoint=endpoint, **keys)
    for bad in ({"p256dh": "AAAA"}, {"auth": "AAAA"}, {"auth": "é"}, {"p256dh": ""}):
        given = {**keys, **bad}
        assert refusal(add_device, user=zoe, endpoint=endpoint, **given).code is Code.BAD_SHAPE


def test_a_device_tells_its_last_owner_and_few_are_kept(zoe: User, service: PushService) -> None:
    yann = User.objects.create_user("yann@example.org")
    browser = Browser()
    add(yann, service, browser)
    add(zoe, service, browser)
    assert Device.objects.get().user == zoe
    for number in range(MOST_DEVICES):
        add(zoe, service, Browser(), str(number))
    names = Device.objects.values_list("endpoint", flat=True)
    assert len(names) == MOST_DEVICES and f"{service.origin}/one" not in names
    drop_device(user=yann, endpoint=names[0])
    assert Device.objects.count() == MOST_DEVICES
    drop_device(user=zoe, endpoint=names[0])
    assert Device.objects.count() == MOST_DEVICES - 1
