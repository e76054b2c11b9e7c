"""Contacts: asking, accepting, declining, removing, and hearing no more of somebody."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.clocks import lately
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.notifications.tell import tell
from rooms.people.models import User
from rooms.profiles.models import Block, Conversation, Profile, Tie

ASKED_A_DAY = 20
"""People whom one account can ask within a day."""


@transaction.atomic
def ask_contact(*, asker: User, asked: User) -> Tie:
    """Ask somebody to be a contact; who was asked by them accepts so. Again changes nothing.

    Raises ``Refused`` where either wants to hear no more of the other.
    """
    if asker.pk == asked.pk:
        raise Refused(Code.FORBIDDEN)
    if not asker.name:
        raise Refused(Code.EMPTY, _("Say what you are called first, on your profile."))
    lock_both(asker, asked)
    if is_blocked(asked, by=asker, either=True):
        raise Refused(Code.FORBIDDEN, _("This person cannot be asked."))
    tie = ties_between(asker, asked).first()
    if tie is None:
        _require_pace(asker)
        tie = Tie.objects.create(asker=asker, asked=asked)
        tell("contact.asked", to=[asked], args={"tie": tie.pk}, key=f"contact-asked-{tie.pk}")
    elif tie.asked_id == asker.pk and tie.accepted_at is None:
        _accept(tie)
    return tie


@transaction.atomic
def accept_contact(*, user: User, other: User) -> Tie:
    """Accept somebody who asked; raises ``Refused`` if they have not, or not any more."""
    lock_both(user, other)
    tie = Tie.objects.filter(asker=other, asked=user).first()
    if tie is None:
        raise Refused(Code.STALE, _("This person does not ask any more."))
    if tie.accepted_at is None:
        _accept(tie)
    return tie


def decline_contact(*, user: User, other: User) -> None:
    """Decline somebody who asked. They are not told, and cannot ask again."""
    waiting = Tie.objects.filter(asker=other, asked=user, accepted_at=None, declined_at=None)
    waiting.update(declined_at=timezone.now())


def remove_contact(*, user: User, other: User) -> None:
    """Be contacts no more."""
    ties_between(user, other).filter(accepted_at__isnull=False).delete()


@transaction.atomic
def block(*, user: User, other: User) -> None:
    """Hear no more of somebody: they are no contact any more, and cannot ask or write."""
    if user.pk == other.pk:
        raise Refused(Code.FORBIDDEN)
    lock_both(user, other)
    ties_between(user, other).delete()
    # What is being written to their conversation comes before this, or not at all.
    low, high = sorted((user, other), key=lambda one: one.pk)
    shared = Conversation.objects.filter(low=low, high=high).values("room")
    list(Room.objects.select_for_update(no_key=True).filter(pk__in=shared).values_list("pk"))
    Block.objects.get_or_create(blocker=user, blocked=other)


def unblock(*, user: User, other: User) -> None:
    """Let somebody ask again."""
    Block.objects.filter(blocker=user, blocked=other).delete()


def are_contacts(one: User, other: User) -> bool:
    """Tell whether two accounts are contacts."""
    return ties_between(one, other).filter(accepted_at__isnull=False).exists()


def is_blocked(user: User, *, by: User, either: bool = False) -> bool:
    """Tell whether one account blocked another; ``either``: or the other way round."""
    blocks = Q(blocker=by, blocked=user)
    if either:
        blocks |= Q(blocker=user, blocked=by)
    return Block.objects.filter(blocks).exists()


@dataclass(frozen=True)
class Known:
    """A contact of somebody, and the tie between them. ``token``: of their profile, if public."""

    user: User
    tie: int
    token: str = ""


def contacts_of(user: User) -> list[Known]:
    """Return an account's contacts, by name."""
    mine = Tie.objects.filter(Q(asker=user) | Q(asked=user), accepted_at__isnull=False)
    others = {
        tie.pk: tie.asked if tie.asker_id == user.pk else tie.asker
        for tie in mine.select_related("asker", "asked")
    }
    public = Profile.objects.filter(user__in=others.values(), is_public=True)
    tokens = dict(public.values_list("user", "token"))
    known = [Known(one, tie, tokens.get(one.pk, "")) for tie, one in others.items()]
    return sorted(known, key=lambda one: (one.user.name.casefold(), one.user.pk))


def asking(user: User) -> QuerySet[Tie]:
    """Return who waits for an account's answer, the last one first."""
    waiting = Tie.objects.filter(asked=user, accepted_at=None, declined_at=None)
    return waiting.select_related("asker").order_by("-at")


def asked_by(user: User) -> QuerySet[Tie]:
    """Return whom an account asked and is not a contact of, also where that was declined."""
    mine = Tie.objects.filter(asker=user, accepted_at=None)
    return mine.select_related("asked").order_by("-at")


def blocks_of(user: User) -> QuerySet[Block]:
    """Return of whom an account wants to hear no more."""
    return Block.objects.filter(blocker=user).select_related("blocked").order_by("pk")


def ties_between(one: User, other: User) -> QuerySet[Tie]:
    """Return what is between two accounts."""
    return Tie.objects.filter(Q(asker=one, asked=other) | Q(asker=other, asked=one))


def _accept(tie: Tie) -> None:
    tie.accepted_at, tie.declined_at = timezone.now(), None
    tie.save(update_fields=["accepted_at", "declined_at"])
    tell("contact.accepted", to=[tie.asker], args={"tie": tie.pk}, key=f"contact-{tie.pk}")


def lock_both(*users: User) -> None:
    """Let what two accounts do about each other happen one after the other."""
    rows = User.objects.select_for_update(no_key=True).order_by("pk")
    list(rows.filter(pk__in=[user.pk for user in users]).values_list("pk"))


def _require_pace(asker: User) -> None:
    span = lately(timedelta(days=1), timezone.now())
    if Tie.objects.filter(asker=asker, at__range=span).count() >= ASKED_A_DAY:
        words = _("You have asked many people today. Ask others tomorrow.")
        raise Refused(Code.SLOW_DOWN, words)
