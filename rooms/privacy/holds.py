"""What the law lets nobody erase yet: what an open appeal or an open notice is about."""

from django.db.models import Exists, OuterRef, QuerySet

from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context
from rooms.eventlog.views import ERASED
from rooms.messages import vault
from rooms.messages.checks import get_message
from rooms.messages.models import Message
from rooms.people.models import Participant
from rooms.redress.appeal_events import AppealDecided
from rooms.redress.models import Appeal, AppealMessage, Notice, NoticeText, Statement
from rooms.redress.notice_events import NoticeDecided


def is_contested(message: Message) -> bool:
    """Tell whether an appeal or a notice about a message is open."""
    about = Statement.objects.filter(room=message.room_id, number=message.number).values("seq")
    appeals = Appeal.objects.filter(room=message.room_id, decision__in=about, outcome="")
    notices = Notice.objects.filter(room=message.room_id, number=message.number, outcome="")
    return appeals.exists() or notices.exists()


def let_go(ctx: Context, payload: AppealDecided | NoticeDecided) -> None:
    """Delete what erased people left that was kept only until this decision."""
    if isinstance(payload, NoticeDecided):
        number: int | None = payload.message
        forget_notice(ctx.room, payload.notice)
    else:
        statement = payload.statement(ctx)
        number = statement.number
        if statement.participant.is_erased:
            forget_turns(statement)
    if number is None:
        return
    found = get_message(ctx, number)
    if found.erased_seq is not None and not is_contested(found):
        vault.erase(found)


def forget_turns(statement: Statement) -> None:
    """Delete what the subject of a decision wrote to contest it."""
    turns = AppealMessage.objects.filter(room=statement.room_id, decision=statement.seq)
    turns.filter(is_moderators=False).delete()


def forget_notice(room: Room, seq: int) -> None:
    """Delete the words of a notice whose sender was erased: who has no name any more."""
    texts = NoticeText.objects.filter(room=room, seq=seq, name=ERASED)
    texts.update(explanation="", name="", email="")


def open_appeals_of(people: QuerySet[Participant]) -> int:
    """Return how many appeals of some participants are not decided."""
    contested = Appeal.objects.filter(room=OuterRef("room"), decision=OuterRef("seq"), outcome="")
    return Statement.objects.filter(Exists(contested), participant__in=people).count()
