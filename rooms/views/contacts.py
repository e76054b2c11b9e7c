"""Contacts: the list, and what people do about each other."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from rooms.eventlog.errors import Refused
from rooms.profiles.contacts import (
    accept_contact,
    ask_contact,
    asked_by,
    asking,
    block,
    blocks_of,
    contacts_of,
    decline_contact,
    remove_contact,
    unblock,
)
from rooms.profiles.models import Block, Tie
from rooms.views.answers import refused
from rooms.views.profiles import visible
from rooms.views.visitors import signed_in

DEEDS = {
    "accept": accept_contact,
    "decline": decline_contact,
    "remove": remove_contact,
    "block": block,
}


@never_cache
@login_required
@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """List the account's contacts, and who asks to be one."""
    user = signed_in(request)
    context = {
        "contacts": contacts_of(user),
        "asking": asking(user),
        "asked": asked_by(user),
        "blocks": blocks_of(user),
    }
    return render(request, "rooms/profiles/contacts.html", context)


@login_required
@require_POST
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the person of a profile to be a contact."""
    shown, user = visible(request, token), signed_in(request)
    try:
        ask_contact(asker=user, asked=shown.profile.user)
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:profile", args=[token]))
    return redirect("rooms:profile", token)


@login_required
@require_POST
def block_profile(request: HttpRequest, token: str) -> HttpResponse:
    """Hear no more of the person of a profile."""
    shown, user = visible(request, token), signed_in(request)
    try:
        block(user=user, other=shown.profile.user)
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:profile", args=[token]))
    messages.info(request, _("Blocked. This person can neither ask you nor write to you."))
    return redirect("rooms:contacts")


@login_required
@require_POST
def answer(request: HttpRequest, tie: int, deed: str) -> HttpResponse:
    """Accept, decline, remove or block the other one of a tie; 404 for what is not one's own."""
    user = signed_in(request)
    between = Tie.objects.filter(Q(asker=user) | Q(asked=user), pk=tie)
    found = between.select_related("asker", "asked").first()
    if found is None or deed not in DEEDS:
        raise Http404
    other = found.asked if found.asker_id == user.pk else found.asker
    try:
        DEEDS[deed](user=user, other=other)
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:contacts"))
    return redirect("rooms:contacts")


@login_required
@require_POST
def unblock_one(request: HttpRequest, number: int) -> HttpResponse:
    """Let somebody ask again."""
    user = signed_in(request)
    found = Block.objects.filter(blocker=user, pk=number).select_related("blocked").first()
    if found is None:
        raise Http404
    unblock(user=user, other=found.blocked)
    return redirect("rooms:contacts")
