"""Without the database a page says so, and when to come back; other errors stay errors."""

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import path

pytestmark = pytest.mark.urls(__name__)


def away(_request: HttpRequest) -> HttpResponse:
    raise OperationalError("the connection is closed")


def wrong(_request: HttpRequest) -> HttpResponse:
    raise ValueError("a mistake of ours")


urlpatterns = [path("away", away), path("wrong", wrong)]


def test_who_needs_the_database_is_told_to_come_back(caplog: pytest.LogCaptureFixture) -> None:
    answer = Client().get("/away")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "Un instant" in answer.content.decode() and "One moment" in answer.content.decode()
    assert "Traceback" not in caplog.text and "the connection is closed" in caplog.text


@override_settings(DEBUG=False)
def test_a_mistake_is_no_absence() -> None:
    assert Client(raise_request_exception=False).get("/wrong").status_code == 500
