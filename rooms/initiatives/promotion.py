"""Links by which a promoter invites others to promote an initiative with them."""

from django.core import signing

from rooms.eventlog.errors import Code, Refused
from rooms.initiatives.models import Initiative, Promoter
from rooms.people.models import Participant

MAX_AGE = 7 * 24 * 3600
"""Seconds for which such a link can be used."""

_SALT = "livedebate.promotion"


def make_promotion(*, initiative: Initiative, actor: Participant) -> str:
    """Return the token of a link; raises ``Refused`` unless the actor is a promoter."""
    if not is_promoter(initiative, actor):
        raise Refused(Code.FORBIDDEN)
    return signing.dumps([initiative.pk, initiative.room.epoch], salt=_SALT)


def read_promotion(*, initiative: Initiative, token: str) -> None:
    """Raise ``Refused`` unless the token is one of this initiative."""
    try:
        known = signing.loads(token, salt=_SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        raise Refused(Code.FORBIDDEN) from None
    if known != [initiative.pk, initiative.room.epoch]:
        raise Refused(Code.FORBIDDEN)


def is_promoter(initiative: Initiative, person: Participant | None) -> bool:
    """Tell whether somebody promotes an initiative."""
    return (
        person is not None
        and Promoter.objects.filter(initiative=initiative, participant=person).exists()
    )
