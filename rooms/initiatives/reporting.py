"""Reporting back: what was done is told to those who signed, and where it began."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.append import append
from rooms.eventlog.elsewhere import append_elsewhere
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import observers
from rooms.initiatives.checks import initiative_of
from rooms.initiatives.events import InitiativeReported
from rooms.initiatives.models import BoundRoom, Initiative, Picture, ReportBack, Stage
from rooms.initiatives.pictures import MOST, Jpeg
from rooms.initiatives.promotion import is_promoter
from rooms.initiatives.text import TEXT_LENGTH
from rooms.initiatives.told_events import ReportBackPublished
from rooms.messages.checks import get_message
from rooms.messages.models import Message, MessageBody
from rooms.messages.posting import Receipt, post_message, screen_text
from rooms.moderation.screening import Outcome, Rule, Verdict
from rooms.people.models import Participant
from rooms.text import clean

MOST_PEOPLE = 10_000_000
REPORTABLE = (Stage.REACHED, Stage.IN_ACTION, Stage.REPORTED)
"""How far an initiative must have come for there to be something to tell."""


def report_back(
    *,
    initiative: Initiative,
    actor: Participant,
    client_id: str,
    text: str,
    people: int | None = None,
    hours: int | None = None,
    pictures: Sequence[tuple[Jpeg, str]] = (),
) -> Receipt:
    """Tell what was done. With pictures, each with words for it, a moderator looks first.

    The same ``client_id`` and text give the same receipt. Raises ``Refused``.
    """
    if not is_promoter(initiative, actor) or not initiative.is_visible:
        raise Refused(Code.FORBIDDEN)
    if initiative.stage not in REPORTABLE:
        raise Refused(Code.NOT_OPEN, _("There is nothing to report on before an action began."))
    if len(pictures) > MOST or not all(
        number is None or 0 <= number <= MOST_PEOPLE for number in (people, hours)
    ):
        raise Refused(Code.BAD_SHAPE)
    judged = _judge(initiative, actor, client_id, clean(text, limit=TEXT_LENGTH))
    if pictures and not actor.is_moderator and judged.outcome is Outcome.ALLOW:
        judged = Verdict(Outcome.HOLD, Rule.PICTURES)
    with transaction.atomic():
        receipt = post_message(
            room=initiative.room,
            author=actor,
            client_id=client_id,
            text=text,
            limit=TEXT_LENGTH,
            judged=judged,
        )
        report, is_new = ReportBack.objects.get_or_create(
            initiative=initiative,
            text_number=receipt.number,
            defaults={"people": people, "hours": hours},
        )
        if is_new:
            for jpeg, words in pictures:
                fields = {"jpeg": jpeg.data, "width": jpeg.width, "height": jpeg.height}
                Picture.objects.create(report=report, words=words[:200], **fields)
        if receipt.status == "posted":
            append(initiative.room_id, [Draft(InitiativeReported(receipt.number), None)])
    return receipt


def _judge(initiative: Initiative, actor: Participant, client_id: str, text: str) -> Verdict:
    """Return the verdict on a report; one that is sent again is no duplicate of itself."""
    if Message.objects.filter(author=actor, client_id=client_id).exists():
        return Verdict()
    return screen_text(room=initiative.room, author=actor, text=text, limit=TEXT_LENGTH)


def published_reports(initiative: Initiative) -> list[tuple[ReportBack, str]]:
    """Return the reports that everybody may read, the latest first, each with its text."""
    found = ReportBack.objects.filter(initiative=initiative, seq__isnull=False)
    reports = list(found.order_by("-seq").prefetch_related("pictures"))
    numbers = [report.text_number for report in reports]
    bodies = MessageBody.objects.filter(room=initiative.room_id, number__in=numbers)
    texts = dict(bodies.values_list("number", "text"))
    return [(one, texts[one.text_number]) for one in reports if one.text_number in texts]


def readable_picture(token: str) -> Picture | None:
    """Return a picture while the text of its report can be read by everybody."""
    picture = Picture.objects.select_related("report__initiative").filter(token=token).first()
    if picture is None or picture.report.seq is None:
        return None
    room, number = picture.report.initiative.room_id, picture.report.text_number
    is_read = MessageBody.objects.filter(room=room, number=number).exists()
    return picture if is_read and picture.report.initiative.is_visible else None


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Publish a report once its text is approved, and tell it where the initiative began."""
    if ctx.room.kind != Room.Kind.INITIATIVE or entry.folding:
        return
    if isinstance(draft.payload, InitiativeReported):
        _tell(initiative_of(ctx), draft.payload.message)
    elif (number := draft.payload.message_number(entry.seq)) and _is_due(ctx, number):
        ctx.then.append(Draft(InitiativeReported(number), None))


def _is_due(ctx: Context, number: int) -> bool:
    waiting = ReportBack.objects.filter(
        initiative__room=ctx.room, text_number=number, seq__isnull=True
    )
    return waiting.exists() and get_message(ctx, number).status == Message.Status.VISIBLE


def _tell(initiative: Initiative, number: int) -> None:
    bound = BoundRoom.objects.filter(initiative=initiative).values_list("room", flat=True)
    told = ReportBackPublished(initiative=initiative.room_id, message=number)
    for room in {*bound, initiative.source_room_id}:
        if room is not None:
            append_elsewhere(room, Draft(told, None))


observers.append(_observe)
