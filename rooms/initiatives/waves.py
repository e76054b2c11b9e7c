"""Proposals that say nearly the same, from many people: a parody flood goes through new rooms."""

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from rooms.initiatives.models import Initiative
from rooms.messages.models import Message, MessageBody, VaultedBody
from rooms.moderation.screeners.waves import WINDOW
from rooms.moderation.screening import Recent
from rooms.moderation.similarity import mark, near, sketch

COMPARED = 300
"""Initiatives that a new one is compared with, the last ones."""


def proposed_alike(text: str) -> tuple[Recent, ...]:
    """Return what was proposed lately that says nearly the same as a text."""
    mine, since = sketch(text), timezone.now() - WINDOW
    latest = Initiative.objects.order_by("-pk").values_list("room", "room__created_at")[:COMPARED]
    rows = (
        Message.objects.filter(
            room__in=[room for room, at in latest if at > since],
            number=F("room__initiative__text_number"),
        )
        .annotate(text=Coalesce(_text_in(MessageBody), _text_in(VaultedBody)))
        .values_list("at", "author_id", "text")
    )
    return tuple(
        Recent(at, author, mark(said), sketch(said))
        for at, author, said in rows
        if said and near(mine, sketch(said))
    )


def _text_in(model: type[MessageBody] | type[VaultedBody]) -> Subquery:
    bodies = model.objects.filter(room=OuterRef("room"), number=OuterRef("number"))
    return Subquery(bodies.order_by("-revision").values("text")[:1])
