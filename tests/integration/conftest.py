"""Real servers, on the tests' own PostgreSQL database and on Redis."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.servers import Kind, Server

Start = Callable[..., Server]


@pytest.fixture(scope="session")
def environ(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """Return the environment of a server on the tests' database: what it does, they see."""
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
    return {"DATABASE_URL": url, "REDIS_URL": os.environ["REDIS_URL"]}


@pytest.fixture(params=["daphne", "uvicorn"], scope="session")
def kind(request: pytest.FixtureRequest) -> Kind:
    """Return the server that a test runs against: every test runs against both."""
    kind: Kind = request.param
    return kind


@pytest.fixture(scope="session")
def server(kind: Kind, environ: dict[str, str]) -> Iterator[Server]:
    """Return a worker that many tests share; none may leave a traceback in its log."""
    server = Server(kind, environ).start()
    yield server
    server.stop()
    server.check()


@pytest.fixture(scope="session")
def other_server(kind: Kind, environ: dict[str, str]) -> Iterator[Server]:
    """Return a second worker on the same database and Redis."""
    server = Server(kind, environ).start()
    yield server
    server.stop()
    server.check()
