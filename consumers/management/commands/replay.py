"""``manage.py replay``: plays a recorded debate against a running server."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consumers.client import Ended
from consumers.guest import CannotJoin
from consumers.replay.player import Player
from consumers.replay.recording import BadRecording, Utterance, read_recording, shorten

WIDTH = 40


class Command(BaseCommand):
    help = (
        "Plays a CSV of timed messages (columns time, author, text) through real sockets, each "
        "author as a participant, against any server. Fails unless every acknowledged message "
        "reached every connection exactly once and in order. What the server asks to send later "
        "is sent later: at a high speed its limits on a person's rate set the pace."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--room", required=True, metavar="SLUG")
        parser.add_argument(
            "--url",
            action="append",
            help="where the server is; several times for several workers of one site",
        )
        parser.add_argument("--speed", type=float, default=1.0, help="times as fast as recorded")
        parser.add_argument(
            "--max-gap",
            type=float,
            default=3600.0,
            metavar="SECONDS",
            help="a longer silence in the recording is played as one of this length",
        )
        parser.add_argument("--viewers", type=int, default=0, help="people who only listen")
        parser.add_argument("--code", default="", help="the room's code, if it needs one")

    def handle(
        self,
        *_args: Any,
        file: Path,
        room: str,
        url: list[str] | None,
        speed: float,
        max_gap: float,
        viewers: int,
        code: str,
        **_options: Any,
    ) -> None:
        if speed <= 0 or max_gap < 0:
            raise CommandError("--speed must be above 0, and --max-gap not below.")
        try:
            recording = shorten(read_recording(file), max_gap)
            self._announce(recording, speed)
            report = asyncio.run(
                self._play(
                    recording,
                    urls=url or ["http://127.0.0.1:8000"],
                    slug=room,
                    code=code,
                    speed=speed,
                    viewers=max(0, viewers),
                )
            )
        except (BadRecording, CannotJoin, Ended) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(report.lines()))
        if report.faults:
            raise CommandError("Not every acknowledged message arrived exactly once, in order.")

    def _announce(self, recording: Sequence[Utterance], speed: float) -> None:
        authors = len({utterance.author for utterance in recording})
        length = timedelta(seconds=round(recording[-1].at))
        playing = timedelta(seconds=round(recording[-1].at / speed))
        self.stderr.write(
            f"{len(recording)} messages of {authors} people over {length}, played in {playing}"
        )

    async def _play(self, *args: Any, **kwargs: Any) -> Any:
        return await Player(*args, progress=self._progress, **kwargs).play()

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            filled = WIDTH * done // total
            bar = "█" * filled + "░" * (WIDTH - filled)
            self.stderr.write(f"\r{bar} {done}/{total} ", ending="\n" if done == total else "")
        elif done == total or done % max(1, total // 10) == 0:
            self.stderr.write(f"{done}/{total}")
