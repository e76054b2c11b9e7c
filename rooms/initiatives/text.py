"""What an initiative says: its text as a message, what follows from it, and how it is shown."""

from django.utils.translation import gettext as _

from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import observers
from rooms.initiatives.checks import initiative_of
from rooms.initiatives.models import Initiative, Stage
from rooms.initiatives.provenance import tell_group, tell_source
from rooms.initiatives.search import forget_text, index_text
from rooms.initiatives.stories import tell_published
from rooms.messages.checks import get_message
from rooms.messages.events import MessageHeld, MessagePosted
from rooms.messages.models import Message, MessageBody

BRIEF_LENGTH = 10_000
"""Code points of what an initiative says beneath its title."""
TITLE_LENGTH = 140
TEXT_LENGTH = TITLE_LENGTH + 2 + BRIEF_LENGTH


def compose(title: str, brief: str) -> str:
    """Return an initiative's text: its title is its first line."""
    return f"{' '.join(title.split())}\n\n{brief.strip()}".strip()


def split(text: str) -> tuple[str, str]:
    """Return the title and the brief of an initiative's text."""
    title, _line, brief = text.partition("\n")
    return title.strip(), brief.strip()


def text_of(initiative: Initiative) -> str:
    """Return the text that everybody may read; "" where there is none."""
    bodies = MessageBody.objects.filter(room=initiative.room_id, number=initiative.text_number or 0)
    return bodies.values_list("text", flat=True).first() or ""


def hidden_title() -> str:
    """Return what an initiative is called while its own title cannot be read."""
    return _("Initiative")


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Let an initiative be found and read exactly while its text is."""
    if ctx.room.kind != Room.Kind.INITIATIVE:
        return
    number = draft.payload.message_number(entry.seq)
    if number is None:
        return
    initiative = initiative_of(ctx)
    if initiative.text_number is None and isinstance(draft.payload, MessagePosted | MessageHeld):
        initiative.text_number = number
        initiative.save(update_fields=["text_number"])
    if number == initiative.text_number:
        _follow(ctx, initiative, entry)


def _follow(ctx: Context, initiative: Initiative, entry: Entry) -> None:
    found = get_message(ctx, initiative.text_number or 0)
    initiative.is_visible = found.status == Message.Status.VISIBLE
    is_new = initiative.published_at is None
    if initiative.is_visible and initiative.stage == Stage.SCREENED:
        initiative.stage, initiative.published_at = Stage.PUBLISHED, entry.at
    initiative.save(update_fields=["is_visible", "stage", "published_at"])
    if entry.folding:
        return
    ctx.room.access = Room.Access.OPEN if initiative.is_visible else Room.Access.CODE
    if initiative.is_visible:
        tell_source(initiative)
        tell_group(initiative)
        if is_new:
            tell_published(initiative)
        text = text_of(initiative)
        ctx.room.title = split(text)[0][:TITLE_LENGTH]
        index_text(initiative, text)
    else:
        ctx.room.title = hidden_title()
        forget_text(initiative)


observers.append(_observe)
