"""The inbox, how one wants to be told, and leaving letters by one click."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rooms.eventlog.errors import Refused
from rooms.notifications.choices import choices_of
from rooms.notifications.inbox import inbox as stories_of
from rooms.notifications.inbox import read, read_all
from rooms.notifications.kinds import Topic
from rooms.notifications.models import Contact
from rooms.notifications.nearby import neighbourhood_of
from rooms.notifications.push import add_device, drop_device, public_key
from rooms.notifications.unsubscribing import read_token, unsubscribe
from rooms.views.answers import explain, status_of
from rooms.views.choices_form import ChoicesForm
from rooms.views.composer import number_in
from rooms.views.visitors import signed_in

PAGE = 30


@never_cache
@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what the account was told, the latest first."""
    told = stories_of(signed_in(request), before=number_in(request.GET, "before"), limit=PAGE + 1)
    context = {"told": told[:PAGE], "more": told[PAGE - 1].number if len(told) > PAGE else None}
    return render(request, "rooms/notifications/inbox.html", context)


@never_cache
@login_required
@require_safe
def story(request: HttpRequest, number: int) -> HttpResponse:
    """Open what a story is about."""
    found = read(user=signed_in(request), number=number)
    if found is None:
        messages.info(request, _("What this was about is not here any more."))
        return redirect("rooms:inbox")
    return redirect(found.path)


@login_required
@require_POST
def everything_read(request: HttpRequest) -> HttpResponse:
    """Count everything as read."""
    read_all(user=signed_in(request))
    return redirect("rooms:inbox")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Show and set how the account is told of each topic."""
    user = signed_in(request)
    initial = {"place": neighbourhood_of(user)}
    form = ChoicesForm(request.POST or None, ways=choices_of(user), initial=initial)
    if request.method == "POST" and form.is_valid():
        form.save(user)
        messages.success(request, _("Saved."))
        return redirect("rooms:choices")
    context = {"form": form, "key": public_key()}
    status = 422 if form.errors else 200
    return render(request, "rooms/notifications/choices.html", context, status=status)


@login_required
@require_POST
def device(request: HttpRequest) -> HttpResponse:
    """Tell the account on this browser, too, or no more."""
    sent = request.POST
    user, endpoint = signed_in(request), sent.get("endpoint", "")
    if "drop" in sent:
        drop_device(user=user, endpoint=endpoint)
        return HttpResponse(status=204)
    try:
        keys = {name: sent.get(name, "") for name in ("p256dh", "auth")}
        add_device(user=user, endpoint=endpoint, **keys)
    except Refused as refused:
        text = explain(refused)
        return HttpResponse(text, content_type="text/plain", status=status_of(refused))
    return HttpResponse(status=204)


# The token is all it takes: mail programs send this without a session (RFC 8058).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Offer to send no more letters, and do so when that is sent."""
    found = read_token(token)
    if found is None:
        raise Http404
    person, topics = found
    if request.method == "POST":
        unsubscribe(person, topics)
    labels = [] if isinstance(person, Contact) else [Topic(topic).label for topic in topics]
    context = {"is_done": request.method == "POST", "labels": labels, "person": person}
    return render(request, "rooms/notifications/unsubscribe.html", context)
