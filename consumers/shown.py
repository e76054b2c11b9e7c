"""Events as people are shown them: rendered once for each language and audience."""

import logging
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from consumers.protocol import PushedEvent, PushedPart
from rooms.eventlog import rendering
from rooms.eventlog.rendering import Audience, is_private
from rooms.eventlog.views import EventView, MessageView

logger = logging.getLogger(__name__)


class Shown:
    """One event, with every form in which it was needed so far."""

    def __init__(self, view: EventView) -> None:
        self.view = view
        self.seq = view.seq
        self.addressee = view.to if is_private(view) else None
        self._json: dict[tuple[str, Audience], bytes] = {}

    def json(self, language: str, audience: Audience) -> bytes:
        """Return the event as one audience sees it, as JSON."""
        key = language, audience.narrow(self.view)
        if key not in self._json:
            self._json[key] = msgspec.json.encode(self._pushed(*key))
        return self._json[key]

    def _pushed(self, language: str, audience: Audience) -> PushedEvent:
        """Render the event. One whose template fails still moves the sequence on screen."""
        try:
            parts = rendering.render(self.view, language=language, audience=audience)
        except Exception:
            logger.exception("event %s of room %s cannot be shown", self.seq, self.view.room.id)
            parts = []
        pushed = [PushedPart(part.into, part.swap, part.html) for part in parts]
        return PushedEvent(self.seq, self.view.type, pushed)


def settle(run: Sequence[Shown]) -> list[Shown]:
    """Show every message in a run of events as the run's last event leaves it.

    So a text that was removed while its posting was still waiting to be sent is not sent.
    """
    latest = {shown.view.message.number: shown.view.message for shown in run if shown.view.message}
    return [_settled(shown, latest) for shown in run]


def _settled(shown: Shown, latest: dict[int, MessageView]) -> Shown:
    if shown.view.message is None:
        return shown
    message = latest[shown.view.message.number]
    quote = message.reply_to
    quoted = latest.get(quote.number) if quote else None
    if quote and quote.excerpt is not None and quoted and quoted.status != "visible":
        message = replace(message, reply_to=replace(quote, excerpt=None))
    return shown if message is shown.view.message else Shown(replace(shown.view, message=message))
