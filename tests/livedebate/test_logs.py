"""What goes wrong elsewhere takes one line of the log."""

import logging

import pytest

from livedebate.logs import Brief, Plain


@pytest.fixture
def logger() -> logging.Logger:
    logger = logging.getLogger("test_logs")
    logger.addFilter(Brief())
    return logger


def test_an_error_is_named_in_the_line(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        raise ConnectionError("away")
    except ConnectionError:
        logger.exception("receiving from %s", "here")
    assert caplog.messages == ["receiving from here: ConnectionError('away')"]
    assert "Traceback" not in caplog.text


def test_other_lines_stay_as_they_are(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    logger.warning("100 %s", "%")
    assert caplog.messages == ["100 %"]


@pytest.mark.parametrize(
    ("logger", "level", "is_told"),
    [
        ("django.security.DisallowedHost", logging.ERROR, False),
        ("django.request", logging.WARNING, False),
        ("django.request", logging.ERROR, True),
    ],
)
def test_what_a_client_did_wrong_is_one_line(logger: str, level: int, is_told: bool) -> None:
    try:
        raise ValueError("Invalid HTTP_HOST header")
    except ValueError as error:
        raised = (type(error), error, error.__traceback__)
    record = logging.LogRecord(logger, level, "", 1, "Invalid HTTP_HOST", None, raised)
    assert Plain().filter(record)
    assert ("Traceback" in logging.Formatter().format(record)) == is_told
