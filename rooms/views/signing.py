"""Signing an initiative, confirming it by the link of a letter, and taking it back."""

import secrets
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from rooms.eventlog.errors import Refused
from rooms.initiatives.models import Signature
from rooms.initiatives.notes import add_note
from rooms.initiatives.signing import (
    Signer,
    ask_to_confirm,
    confirm_signature,
    find_signature,
    sign_as,
    withdraw_signature,
)
from rooms.views.answers import explain, refused, status_of
from rooms.views.initiative_forms import SignForm
from rooms.views.initiatives import show_initiative, visit_initiative
from rooms.views.visitors import account, identity


@require_POST
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign: at once with an account, else once the letter's link is followed."""
    found = visit_initiative(request, slug)
    form = SignForm(request.POST)
    if not form.is_valid():
        return show_initiative(request, found, form=form, status=422)
    given, user = form.cleaned_data, account(request)
    signer = Signer(given["name"], given["is_public"], given["place_name"])
    try:
        if user is not None:
            signature = sign_as(initiative=found.initiative, user=user, signer=signer)
        else:
            address = get_adapter(request).get_client_ip(request)
            signature = ask_to_confirm(
                initiative=found.initiative, email=given["email"], signer=signer, address=address
            )
    except Refused as refusal:
        form.add_error(None, explain(refusal))
        return show_initiative(request, found, form=form, status=status_of(refusal))
    if user is None:
        messages.success(
            request, _("A letter is on its way to you: its link makes your signature count.")
        )
    else:
        messages.success(request, _("You have signed. Thank you."))
    _note(request, signature, given["name"], given["note"])
    return redirect("rooms:initiative", slug)


@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one's own signature back."""
    found = visit_initiative(request, slug)
    mine = find_signature(found.initiative, account(request))
    if mine is not None:
        try:
            withdraw_signature(mine)
        except Refused as refusal:
            return refused(request, refusal, reverse("rooms:initiative", args=[slug]))
        messages.success(request, _("Your signature is taken back."))
    return redirect("rooms:initiative", slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signature(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm a signature, or take it back, by the link of a letter.

    Following the link alone changes nothing: mail programs follow links too.
    """
    rows = Signature.objects.select_related("initiative__room")
    mine = get_object_or_404(rows, token=token)
    context: dict[str, Any] = {
        "signature": mine,
        "initiative": mine.initiative,
        "room": mine.initiative.room,
    }
    if request.method != "POST":
        return render(request, "rooms/initiatives/signature.html", context)
    act = withdraw_signature if "withdraw" in request.POST else confirm_signature
    try:
        act(mine)
    except Refused as refusal:
        context["error"] = explain(refusal)
        status = status_of(refusal)
        return render(request, "rooms/initiatives/signature.html", context, status=status)
    return redirect("rooms:signature", token)


def _note(request: HttpRequest, signature: Signature, name: str, text: str) -> None:
    """Post why somebody signs; what becomes of that changes nothing about the signature."""
    if not text.strip():
        return
    client_id = secrets.token_urlsafe(16)
    try:
        who = identity(request, name)
        receipt = add_note(signature=signature, text=text, name=name, client_id=client_id, **who)
    except Refused as refusal:
        why = explain(refusal)
        said = _("Your signature stands. What you wrote is not published: %(why)s") % {"why": why}
        messages.error(request, said)
    else:
        if receipt.status == "held":
            messages.info(request, _("A moderator looks at what you wrote before others do."))
