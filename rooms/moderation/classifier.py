"""A classifier that the operator runs: another service, asked over HTTP about one text.

The contract is in ``docs/classifier.md``. What goes out is the text, the room's language and
the version of the contract: nobody's name, no number, nothing that tells where it was said.
"""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from http import HTTPStatus
from typing import Annotated

import msgspec

VERSION = 1
"""Of the contract."""
MAX_ANSWER = 64 * 1024
"""Bytes of an answer, of which more are not read."""
TOGETHER = 16
"""Texts that are asked about at the same time."""


class Answer(msgspec.Struct, frozen=True):
    """How much a text asks for a moderator's look, 0 to 1, and which part of it, if any.

    ``span`` is (start, end) in code points. What else an answer holds is ignored.
    """

    score: Annotated[float, msgspec.Meta(ge=0, le=1)]
    span: tuple[int, int] | None = None


class Unavailable(Exception):
    """There is no answer, or none that can be used."""


class Service:
    """One classifier, with the connections to it. Used by many threads."""

    def __init__(self, url: str, token: str) -> None:
        # Here alone: it takes as long to load as all of Django, and few sites have a classifier.
        import httpx

        self._url = url
        self._failures = (httpx.HTTPError, msgspec.MsgspecError)
        headers = {"Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        # Connections end before most servers close them, so that none is used while it is closed.
        limits = httpx.Limits(max_connections=TOGETHER, keepalive_expiry=3.0)
        self._client = httpx.Client(headers=headers, limits=limits, trust_env=False)
        self._threads = ThreadPoolExecutor(TOGETHER, thread_name_prefix="classifier")

    def ask(self, text: str, *, language: str, timeout: float) -> Answer:
        """Return the answer about a text within ``timeout`` seconds in all.

        Raises ``Unavailable``. The thread apart is what bounds the whole: HTTP's own limits
        count from one byte to the next.
        """
        asked = self._threads.submit(self._ask, text, language, timeout)
        try:
            answer = msgspec.json.decode(asked.result(timeout), type=Answer)
        except TooLate:
            asked.cancel()
            raise Unavailable("too late") from None
        except self._failures as error:
            raise Unavailable(type(error).__name__) from None
        if answer.span and not 0 <= answer.span[0] < answer.span[1] <= len(text):
            raise Unavailable("span outside the text")
        return answer

    def close(self) -> None:
        """End the connections, and what is under way on them."""
        self._client.close()
        self._threads.shutdown()

    def _ask(self, text: str, language: str, timeout: float) -> bytes:
        question = {"version": VERSION, "language": language, "text": text}
        asking = self._client.stream("POST", self._url, json=question, timeout=timeout)
        with asking as response:
            if response.status_code != HTTPStatus.OK:
                raise Unavailable(f"status {response.status_code}")
            raw = bytearray()
            for chunk in response.iter_bytes():
                raw += chunk
                if len(raw) > MAX_ANSWER:
                    raise Unavailable("too long")
        return bytes(raw)
