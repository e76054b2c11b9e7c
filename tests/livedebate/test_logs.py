"""What goes wrong elsewhere takes one line of the log."""

import logging

import pytest

from livedebate.logs import Brief


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
