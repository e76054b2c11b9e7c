"""Commits messages in a process of its own, so that the measured worker does nothing but fan out.

For each line on standard input, one burst; answers with the first and the last sequence of it.
"""

import sys

import django

PER_TRANSACTION = 64
"""As many as a worker commits together when it is busy."""


def main(slug: str, size: int) -> None:
    django.setup()
    from rooms.eventlog.append import append  # Models: only after django.setup().
    from rooms.eventlog.models import Event, Room
    from rooms.messages.posting import draft_post
    from rooms.people.models import Participant
    from tests.benchmarks.words import proposal

    room = Room.objects.get(slug=slug)
    author = Participant.objects.get(room=room, name="Olga")
    for burst, _line in enumerate(sys.stdin):
        drafts = [
            draft_post(room=room, author=author, client_id=f"press {n}", text=proposal(n))
            for n in range(burst * size, (burst + 1) * size)
        ]
        first = last = 0
        for start in range(0, size, PER_TRANSACTION):
            for event in append(room.pk, drafts[start : start + PER_TRANSACTION]):
                assert isinstance(event, Event) and event.type == "message.posted", event
                first, last = first or event.seq, event.seq
        print(first, last, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
