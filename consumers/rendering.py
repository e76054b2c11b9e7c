"""Runs of events as frames, the same for all who see the same of them."""

from collections.abc import Sequence
from typing import Protocol

from django.utils import translation
from msgspec import Raw

from consumers.frames import encode
from consumers.protocol import Push
from consumers.pushes import PushFrame
from consumers.shown import Shown
from rooms.eventlog.rendering import Audience

FRAME_BYTES = 64 * 1024
"""A frame ends with the event that brings it over this."""


class Reader(Protocol):
    """Who is sent events, and in which language."""

    language: str
    is_moderator: bool

    @property
    def audience(self) -> Audience:
        """What this person is shown of events."""


class Rendering:
    """Consecutive events as frames, for any language and audience, made on demand and kept."""

    def __init__(self, run: Sequence[Shown]) -> None:
        self._run = run
        self._frames: dict[tuple[str, Audience], list[PushFrame]] = {}
        self._addressees = {shown.addressee for shown in run if shown.addressee is not None}

    def is_ready(self, language: str, audience: Audience) -> bool:
        """Tell whether :meth:`frames` has nothing left to render."""
        return (language, self._shared(audience)) in self._frames

    def frames(self, language: str, audience: Audience) -> list[PushFrame]:
        """Return the events as frames for one reader, the same objects for all alike."""
        key = language, self._shared(audience)
        frames = self._frames.get(key)
        if frames is None:
            frames = self._frames[key] = self._build(*key)
        return frames

    def frames_of(self, reader: Reader) -> list[PushFrame]:
        """Return the events as frames for somebody.

        Who it is is not looked at unless something is addressed to one person: that would be three
        more places in memory for each of a thousand readers.
        """
        if self._addressees:
            return self.frames(reader.language, reader.audience)
        return self.frames(reader.language, MODERATORS if reader.is_moderator else EVERYBODY)

    def _shared(self, audience: Audience) -> Audience:
        """Return the audience without the person, unless something here is addressed to them."""
        if audience.participant in self._addressees:
            return audience
        return MODERATORS if audience.moderator else EVERYBODY

    def _build(self, language: str, audience: Audience) -> list[PushFrame]:
        frames: list[PushFrame] = []
        events: list[Raw] = []
        size = 0
        with translation.override(language):  # here once, instead of for each event
            texts = [shown.json(language, audience) for shown in self._run]
        for shown, event in zip(self._run, texts, strict=True):
            events.append(Raw(event))
            size += len(event)
            if size >= FRAME_BYTES or shown is self._run[-1]:
                push = Push(events=events, head=self._run[-1].seq)
                frames.append(PushFrame(encode(push), (shown.seq, size)))
                events, size = [], 0
        return frames


EVERYBODY = Audience()
MODERATORS = Audience(moderator=True)
