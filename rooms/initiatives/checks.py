"""What is checked about initiatives under the room's lock."""

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft
from rooms.initiatives.models import PLACE_LENGTH, Initiative, Promoter, Signature, Stage
from rooms.messages.checks import guards
from rooms.people.models import Participant
from rooms.people.permissions import participant, require_voice
from rooms.places.search import named_exactly
from rooms.text import clean, require_fit

LOCKED_AT = 10
"""Signatures from which the text stays as it is: nobody finds their name under another one."""


def initiative_of(ctx: Context) -> Initiative:
    """Return the initiative of the locked room, read once per append; raises ``Refused``."""
    found: Initiative | None = ctx.memo.get("initiative")
    if found is None:
        found = Initiative.objects.filter(room=ctx.room).first()
        if found is None:
            raise Refused(Code.FORBIDDEN)
        found.room = ctx.room
        ctx.memo["initiative"] = found
    return found


def require_promoter(ctx: Context, draft: Draft) -> Participant:
    """Return the actor if they promote the initiative and may speak; raises ``Refused``."""
    if draft.actor_id is None:
        raise Refused(Code.FORBIDDEN)
    actor = participant(ctx, draft.actor_id)
    require_voice(ctx, actor)
    if not Promoter.objects.filter(initiative=initiative_of(ctx), participant=actor).exists():
        raise Refused(Code.FORBIDDEN)
    return actor


def require_open_for_signatures(initiative: Initiative) -> None:
    """Raise ``Refused`` unless the initiative can be signed."""
    if not initiative.is_open:
        over = _("This initiative takes no signatures. You can still read what came of it.")
        raise Refused(Code.CLOSED, over)


def clean_place(raw: str) -> str:
    """Return the name of a place as it was typed; raises ``Refused`` for one that must not stand.

    What a commune is called may stand, whatever else the word means: Romans-sur-Isère.
    """
    name = clean(raw, limit=PLACE_LENGTH)
    try:
        require_fit(name)
    except Refused:
        if not named_exactly(name):
            raise
    return name


def get_signature(initiative: Initiative, pk: int) -> Signature:
    """Return a signature of the initiative; raises ``Refused``."""
    found = Signature.objects.filter(initiative=initiative, pk=pk).first()
    if found is None:
        raise Refused(Code.FORBIDDEN)
    return found


def _keep_signed_text(ctx: Context, number: int) -> None:
    if ctx.room.kind != Room.Kind.INITIATIVE or ctx.room.signature_count < LOCKED_AT:
        return
    if initiative_of(ctx).text_number == number:
        raise Refused(
            Code.TOO_LATE,
            _("So many have signed this text that it stays as it is. Add news instead."),
        )


def is_final(stage: str) -> bool:
    """Tell whether an initiative in this stage goes no further."""
    return stage in (Stage.REPORTED, Stage.ARCHIVED)


guards.append(_keep_signed_text)
