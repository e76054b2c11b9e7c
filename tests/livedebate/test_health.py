"""The probes, asked of a real worker whose database or Redis is away."""

import urllib.error
import urllib.request

import pytest

from tests.servers import Server, embedded_environ, production_environ
from tests.services import free_port


def probe(server: Server, path: str) -> tuple[int, str]:
    # Whoever probes knows no name of the site.
    request = urllib.request.Request(server.url + path, headers={"Host": "10.0.0.7"})
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    return production_environ("health")


def test_a_worker_with_all_it_needs_is_ready(environ: dict[str, str]) -> None:
    with Server("uvicorn", environ) as server:
        assert probe(server, "/healthz") == (200, "ok\n")
        assert probe(server, "/readyz") == (200, "database: ok\nredis: ok\n")


def test_a_worker_without_its_database_is_alive_but_not_ready() -> None:
    away = {"DATABASE_URL": f"postgres://u@127.0.0.1:{free_port()}/db", "REDIS_URL": ""}
    with Server("uvicorn", away) as server:
        assert probe(server, "/healthz") == (200, "ok\n")
        status, text = probe(server, "/readyz")
        assert status == 503 and "database: away" in text


def test_a_worker_without_redis_stays_in_service(environ: dict[str, str]) -> None:
    away = environ | {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}
    with Server("uvicorn", away) as server:
        status, text = probe(server, "/readyz")
        assert status == 200 and "redis: away" in text


def test_the_embedded_default_is_ready() -> None:
    with Server("daphne", embedded_environ()) as server:
        assert probe(server, "/readyz") == (200, "database: ok\nredis: not used\n")
