"""What a proxy or an orchestrator asks: is this worker alive, and can it do its work?"""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from redis import Redis


def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process serves; touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 if the database answers, else 503. Redis being away only costs latency."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return HttpResponse("database: away\n", status=503, content_type="text/plain")
    return HttpResponse(f"database: ok\nredis: {_redis()}\n", content_type="text/plain")


def _redis() -> str:
    if not settings.REDIS_URL:
        return "not used"
    try:
        Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping()
    except Exception:
        return "away, messages take up to 2 s longer"
    return "ok"
