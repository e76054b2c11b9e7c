"""Entering a room: from its page, with its code, or by an invitation."""

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rooms.eventlog.errors import Refused
from rooms.eventlog.models import CODE_LENGTH, Room
from rooms.people.identity import current_participant
from rooms.people.invites import read_invite
from rooms.people.membership import join_room
from rooms.people.models import NAME_LENGTH
from rooms.views.access import visit
from rooms.views.answers import explain, status_of
from rooms.views.composer import Composer
from rooms.views.room import show_room
from rooms.views.visitors import account, identity, known_name


@require_POST
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Join a room that can be read, from its own page."""
    found = visit(request, slug)
    try:
        _join(request, found.room)
    except Refused as refusal:
        return show_room(
            request,
            found,
            Composer(),
            join_error=explain(refusal),
            status=status_of(refusal),
        )
    return redirect("rooms:room", slug)


@require_safe
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and go where it leads."""
    code = _plain(request.GET.get("code", ""))
    if not code:
        return render(request, "rooms/code.html")
    return redirect("rooms:by_code", code[: 2 * CODE_LENGTH])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show the room behind a code and ask for a name; knowing the code is enough to enter."""
    plain = _plain(code)
    known = Room.objects.exclude(access=Room.Access.MEMBERS).exclude(kind=Room.Kind.DIRECT)
    room = known.filter(code=plain).first()
    if room is None:
        wrong = {"code": plain, "error": _("No room has this code. Check it and try again.")}
        return render(request, "rooms/code.html", wrong, status=404)
    if room.kind == Room.Kind.GROUP:
        return redirect("rooms:group", room.slug)
    return _welcome(request, room, code=plain)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_invite(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Show the room of an invitation and ask for a name; a false or old one is a 404."""
    room = get_object_or_404(Room, slug=slug)
    try:
        role = read_invite(room=room, token=token)
    except (Refused, signing.BadSignature):
        raise Http404 from None
    if room.kind == Room.Kind.GROUP and account(request) is None:
        return redirect_to_login(request.path)
    return _welcome(request, room, role=role, invite=token)


def _welcome(
    request: HttpRequest, room: Room, *, code: str = "", invite: str = "", role: str = ""
) -> HttpResponse:
    me = current_participant(request, room)
    if me is not None and not invite:
        return redirect("rooms:room", room.slug)
    context = {
        "room": room,
        "me": me,
        "role": role,
        "known_name": request.POST.get("name") or (me.name if me else known_name(request)),
        "name_length": NAME_LENGTH,
    }
    if request.method != "POST":
        return render(request, "rooms/join.html", context)
    try:
        _join(request, room, code=code, invite=invite)
    except Refused as refusal:
        context["error"] = explain(refusal)
        return render(request, "rooms/join.html", context, status=status_of(refusal))
    page = "rooms:group" if room.kind == Room.Kind.GROUP else "rooms:room"
    return redirect(page, room.slug)


def _join(request: HttpRequest, room: Room, *, code: str = "", invite: str = "") -> None:
    name = request.POST.get("name", "")
    join_room(room=room, name=name, code=code, invite=invite, **identity(request, name))


def _plain(code: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return "".join(char for char in code if char.isalnum()).upper()
