"""What is told to somebody about decisions on them, and about their appeals."""

from django.urls import reverse
from django.utils.translation import gettext as _

from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import observers
from rooms.messages.decision_events import MessageRejected, MessageRemoved
from rooms.moderation.events import ParticipantBanned, ParticipantMuted, ParticipantSlowed
from rooms.notifications.kinds import Args, Story, Topic, kind
from rooms.notifications.tell import tell
from rooms.redress.appeal_events import AppealAnswered, AppealDecided
from rooms.redress.letters import SECOND_THOUGHTS
from rooms.redress.models import AppealMessage, Statement
from rooms.redress.words import explain_statement

_RESTRICTING = (
    MessageRejected,
    MessageRemoved,
    ParticipantMuted,
    ParticipantBanned,
    ParticipantSlowed,
)


# A letter of its own tells each of these, with all that is to be said: none repeats it.
@kind("decision.made", topic=Topic.MINE, by_mail=False)
def _decided(args: Args) -> Story | None:
    statement = _statement(args)
    if statement is None or statement.lifted_seq is not None:
        return None
    return _story(statement, explain_statement(statement).title, _("Read why, and contest it."))


@kind("appeal.answered", topic=Topic.MINE, by_mail=False)
def _answered(args: Args) -> Story | None:
    statement = _statement(args)
    if statement is None:
        return None
    return _story(statement, _("A moderator has answered your appeal"), _("Read it, and answer."))


@kind("appeal.decided", topic=Topic.MINE, by_mail=False)
def _appeal_decided(args: Args) -> Story | None:
    statement = _statement(args)
    if statement is None:
        return None
    return _story(statement, _("Your appeal was decided"), _("Read what was decided, and why."))


def _statement(args: Args) -> Statement | None:
    rows = Statement.objects.filter(room=args["room"], seq=args["decision"])
    return rows.select_related("room").first()


def _story(statement: Statement, title: str, line: str) -> Story:
    path = reverse("rooms:statement", args=[statement.token])
    return Story(f"{title} · {statement.room.title}", line, path)


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Tell whom a decision, or a step of an appeal, concerns."""
    payload = draft.payload
    if entry.folding:
        return
    if isinstance(payload, _RESTRICTING):
        _tell("decision.made", ctx, entry, entry.seq)
    elif isinstance(payload, AppealDecided):
        _tell("appeal.decided", ctx, entry, payload.decision)
    elif isinstance(payload, AppealAnswered):
        turns = AppealMessage.objects.filter(room=ctx.room, seq=entry.seq, is_moderators=True)
        if turns.exists():
            _tell("appeal.answered", ctx, entry, payload.decision)


def _tell(name: str, ctx: Context, entry: Entry, decision: int) -> None:
    found = Statement.objects.filter(room=ctx.room, seq=decision)
    statement = found.select_related("participant__user").first()
    user = statement.participant.user if statement else None
    if user is not None:
        at = entry.at + SECOND_THOUGHTS if name == "decision.made" else None
        args = {"room": ctx.room.pk, "decision": decision}
        tell(name, to=[user], args=args, key=f"{name}-{ctx.room.pk}-{entry.seq}", at=at)


observers.append(_observe)
