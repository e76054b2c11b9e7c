"""Rooms in which much has been said: the rows that posting and reacting would leave.

Written by PostgreSQL itself; ``manage.py checklog`` finds them whole.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from rooms.eventlog.models import Room
from rooms.people.models import Participant

# Of five events four are messages, the fifth is a reaction to one.
_NUMBERS = "FROM generate_series(1, %(events)s) AS n"
_AUTHOR = "(%(authors)s::bigint[])[1 + n %% %(people)s]"
_AT = "now() - interval '1 hour' - (%(events)s - n) * interval '1 second'"
_STATEMENTS = (
    f"""
INSERT INTO rooms_event (room_id, seq, type, at, actor_id, payload)
SELECT %(room)s, %(head)s + n, CASE n %% 5 WHEN 0 THEN 'message.reacted' ELSE 'message.posted' END,
       {_AT}, {_AUTHOR},
       CASE n %% 5
         WHEN 0 THEN jsonb_build_object('message', %(head)s + n - 3, 'emoji', '👍', 'on', true)
         ELSE jsonb_build_object('client_id', 's' || n, 'digest', '', 'side', '',
                                 'reply_to', NULL, 'policy', 0) END
{_NUMBERS}
""",
    f"""
INSERT INTO rooms_message (room_id, number, author_id, client_id, digest, at, side, status, rule,
                           revision, published_seq, reason)
SELECT %(room)s, %(head)s + n, {_AUTHOR}, 's' || n, '', {_AT}, '', 'visible', '',
       0, %(head)s + n, ''
{_NUMBERS} WHERE n %% 5 <> 0
""",
    f"""
INSERT INTO rooms_messagebody (room_id, number, revision, text)
SELECT %(room)s, %(head)s + n, 0,
       'Proposal ' || n || ': who pays for it, and who would have the use of it every morning?'
{_NUMBERS} WHERE n %% 5 <> 0
""",
    f"""
INSERT INTO rooms_reaction (room_id, number, participant_id, emoji)
SELECT %(room)s, %(head)s + n - 3, {_AUTHOR}, '👍' {_NUMBERS} WHERE n %% 5 = 0
""",
)


def lengthen(room: Room, authors: Sequence[Participant], by: int) -> None:
    """Add ``by`` events, a multiple of five, to the log of an open room, and what they leave."""
    assert by % 5 == 0
    head = Room.objects.get(pk=room.pk).head
    parameters: dict[str, Any] = {
        "room": room.pk,
        "head": head,
        "events": by,
        "authors": [author.pk for author in authors],
        "people": len(authors),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for statement in _STATEMENTS:
            cursor.execute(statement, parameters)
        Room.objects.filter(pk=room.pk).update(head=head + by)


def analyse() -> None:
    """Let PostgreSQL know what has come, as it would find out by itself within a minute."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
