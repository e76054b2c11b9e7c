"""The operator's classifier, asked over real HTTP: what goes out, and what comes of each answer."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from django.utils import timezone
from pytest_django import Settings

from rooms.eventlog.models import Room
from rooms.moderation.breaker import FAILURES, PAUSE, Breaker
from rooms.moderation.classifier import MAX_ANSWER, VERSION, Answer
from rooms.moderation.policy import set_words
from rooms.moderation.screeners.classifier import Classifier, connected
from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict, screen, warm_up
from rooms.people.models import Participant
from tests.rooms.conftest import Post

DOCUMENT = Path("docs/classifier.md").read_text()
Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class FakeService:
    """A service on this machine, which answers as a test wants, and notes what it was asked."""

    url: str
    answer: Reply
    released: threading.Event = field(default_factory=threading.Event)
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)


def says(body: str | dict[str, Any], status: int = 200, **headers: str) -> Reply:
    """Answer with a body; JSON is written from a mapping."""
    raw = (json.dumps(body) if isinstance(body, dict) else body).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(raw)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(raw)

    return answer


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Promise more than comes before the connection ends."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b'{"score": 0')
    handler.close_connection = True


@pytest.fixture
def service(settings: Settings) -> Iterator[FakeService]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            fake.asked.append(json.loads(raw))
            fake.tokens.append(self.headers["Authorization"])
            fake.connections.add(self.client_address)
            fake.answer(self)

        def log_message(self, *_arguments: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake = FakeService(f"http://127.0.0.1:{server.server_port}/screen", says({"score": 0}))
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    settings.CLASSIFIER_URL, settings.CLASSIFIER_TIMEOUT = fake.url, 5.0
    connected.cache_clear()
    yield fake
    fake.released.set()
    connected(settings.CLASSIFIER_URL, settings.CLASSIFIER_TOKEN)[0].close()
    connected.cache_clear()
    server.shutdown()
    thread.join()
    server.server_close()


def judge(text: str = "Bonjour à tous") -> Verdict:
    return Classifier().screen(Submission(text, timezone.now(), language="fr"))


UNAVAILABLE = Verdict(Outcome.HOLD, Rule.UNAVAILABLE)


def test_only_text_language_and_version_go_out(
    service: FakeService, settings: Settings, room: Room, alice: Participant, post: Post
) -> None:
    settings.CLASSIFIER_TOKEN = "secret"
    post(alice, "Bonjour Ünïcode")
    assert service.asked == [{"version": VERSION, "language": "fr", "text": "Bonjour Ünïcode"}]
    assert service.tokens == ["Bearer secret"]


def test_a_score_holds_from_the_limit_on(service: FakeService, settings: Settings) -> None:
    settings.CLASSIFIER_HOLD_AT = 0.7
    service.answer = says({"score": 0.69, "label": "insult"})
    assert judge() is ALLOW
    service.answer = says({"score": 0.7, "span": [0, 7]})
    assert judge() == Verdict(Outcome.HOLD, Rule.CLASSIFIER, span=(0, 7))
    assert service.tokens == [None, None]


def test_connections_are_used_again(service: FakeService) -> None:
    for _ in range(3):
        judge()
    assert len(service.connections) == 1


def test_nothing_is_asked_where_there_is_no_service(
    service: FakeService, settings: Settings
) -> None:
    settings.CLASSIFIER_URL = ""
    assert judge() is ALLOW
    settings.CLASSIFIER_URL = service.url
    assert service.asked == []


def test_the_start_of_a_worker_asks_nothing(service: FakeService) -> None:
    warm_up()
    assert service.asked == []
    assert screen(Submission("Bonjour", timezone.now())) is ALLOW and len(service.asked) == 1


def test_what_is_held_already_does_not_go_out(
    service: FakeService, room: Room, max_: Participant, alice: Participant, post: Post
) -> None:
    set_words(room=room, actor=max_, words=["gros mot"])
    room.refresh_from_db()
    assert post(alice, "un gros mot").rule == Rule.WORDS
    assert service.asked == []
    service.answer = says({"score": 1})
    assert post(alice, "un autre mot").rule == Rule.CLASSIFIER


@pytest.mark.parametrize(
    "answer",
    [
        says({"score": 0}, status=500),
        says({"score": 0}, status=302, Location="http://127.0.0.1:9/"),
        says(""),
        says("<html>"),
        says("[0]"),
        says({}),
        says({"score": "0"}),
        says({"score": 1.5}),
        says('{"score": NaN}'),
        says({"score": 0, "span": [0, 15]}),
        says({"score": 0, "span": [3, 3]}),
        says({"score": 0, "more": "x" * MAX_ANSWER}),
        cut,
    ],
)
def test_what_is_no_answer_holds(service: FakeService, answer: Reply) -> None:
    service.answer = answer
    assert judge() == UNAVAILABLE
    service.answer = says({"score": 0})
    assert judge() is ALLOW, "one failure is none"


def test_no_answer_in_time_holds(service: FakeService, settings: Settings) -> None:
    def hang(_handler: BaseHTTPRequestHandler) -> None:
        service.released.wait(30)

    settings.CLASSIFIER_TIMEOUT = 0.1
    service.answer = hang
    assert screen(Submission("Bonjour", timezone.now())) == UNAVAILABLE


def test_an_answer_that_only_trickles_is_none(service: FakeService, settings: Settings) -> None:
    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not service.released.wait(0.02):
            handler.wfile.write(b" ")
        handler.close_connection = True

    settings.CLASSIFIER_TIMEOUT = 0.2
    service.answer = trickle
    assert judge() == UNAVAILABLE


def test_a_service_that_is_not_there_holds_and_is_then_left_alone(
    service: FakeService, settings: Settings
) -> None:
    service.answer = says("", status=503)
    assert [judge() for _ in range(FAILURES + 3)] == [UNAVAILABLE] * (FAILURES + 3)
    assert len(service.asked) == FAILURES
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.CLASSIFIER_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        connected(service.url, "")[0].close()
        assert judge() == UNAVAILABLE


def test_the_breaker_tries_once_in_a_while_and_closes_on_success() -> None:
    now = 100.0
    breaker = Breaker(clock=lambda: now)
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    for _ in range(FAILURES):
        assert breaker.may_ask()
        breaker.failed()
    assert not breaker.may_ask()
    now += PAUSE
    assert breaker.may_ask()
    assert not breaker.may_ask(), "one try at a time"
    breaker.failed()
    now += PAUSE - 1
    assert not breaker.may_ask()
    now += 1
    assert breaker.may_ask()
    breaker.succeeded()
    assert breaker.may_ask() and breaker.may_ask()


async def test_the_example_of_the_document_is_a_classifier() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)
    example: dict[str, Any] = {}
    exec(code, example)
    transport = httpx.ASGITransport(app=example["app"])
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        answers = [
            msgspec.json.decode((await client.post("/", json={"text": text})).content, type=Answer)
            for text in ("Bonjour", "un clown !")
        ]
    assert answers == [Answer(0.0), Answer(1.0, (3, 8))]
