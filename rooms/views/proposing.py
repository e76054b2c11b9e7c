"""Writing an initiative, proposing it, and what its promoters do with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rooms.eventlog.errors import Refused
from rooms.eventlog.models import Room
from rooms.initiatives.binding import open_bound_room
from rooms.initiatives.models import InitiativeDraft
from rooms.initiatives.promotion import make_promotion
from rooms.initiatives.proposing import (
    accept_promotion,
    archive_initiative,
    leave_promotion,
    propose_initiative,
    revise_initiative,
    save_draft,
)
from rooms.initiatives.selectors import find_initiative
from rooms.initiatives.text import split, text_of
from rooms.markdown import to_html
from rooms.messages.selectors import message_views
from rooms.people.membership import is_member
from rooms.people.models import NAME_LENGTH, Participant, User
from rooms.views.access import visit
from rooms.views.answers import explain, refused, status_of
from rooms.views.initiative_forms import BoundRoomForm, InitiativeForm, TextForm
from rooms.views.initiatives import InitiativeVisit, visit_initiative
from rooms.views.visitors import identity, known_name, signed_in


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_initiative(request: HttpRequest) -> HttpResponse:
    """Begin a draft; ``?from=<room>&number=<message>`` says which message it is made from."""
    user = signed_in(request)
    if request.method == "POST":
        return _write(request, user, None)
    source = _source(request)
    initial = {"language": get_language(), "name": known_name(request), **source}
    return _show(request, InitiativeForm(initial=initial), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft."""
    user = signed_in(request)
    mine = get_object_or_404(InitiativeDraft, pk=pk, user=user)
    if request.method == "POST":
        return _write(request, user, mine)
    return _show(request, InitiativeForm.of(mine, known_name(request)), mine)


@login_required
@require_POST
def drop_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    get_object_or_404(InitiativeDraft, pk=pk, user=signed_in(request)).delete()
    messages.success(request, _("Your draft is deleted."))
    return redirect("rooms:initiatives")


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, slug: str) -> HttpResponse:
    """Change an initiative's text."""
    found = as_promoter(request, slug)
    title, brief = split(text_of(found.initiative))
    form = TextForm(request.POST or None, initial={"title": title, "brief": brief})
    if request.method == "POST" and form.is_valid():
        fields = {"initiative": found.initiative, "actor": found.me, **form.cleaned_data}
        try:
            revise_initiative(**fields)
        except Refused as refusal:
            form.add_error(None, explain(refusal))
        else:
            return redirect("rooms:initiative", slug)
    context = {"form": form, "room": found.room, "initiative": found.initiative}
    status = 422 if form.errors else 200
    return render(request, "rooms/initiatives/revise.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def open_room(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Open a debate or an action room for an initiative, now or at a time."""
    found = as_promoter(request, slug)
    form = BoundRoomForm(request.POST or None, initial={"title": found.room.title})
    if request.method == "POST" and form.is_valid():
        actor = promoter_of(found)
        try:
            room = open_bound_room(
                initiative=found.initiative, actor=actor, kind=kind, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, explain(refusal))
        else:
            return redirect("rooms:room", room.slug)
    context = {"form": form, "room": found.room, "kind": kind, "label": Room.Kind(kind).label}
    status = 422 if form.errors else 200
    return render(request, "rooms/initiatives/open_room.html", context, status=status)


@require_POST
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """End an initiative."""
    found = as_promoter(request, slug)
    try:
        archive_initiative(initiative=found.initiative, actor=promoter_of(found))
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:initiative", args=[slug]))
    return redirect("rooms:initiative", slug)


@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Promote an initiative no longer."""
    found = as_promoter(request, slug)
    try:
        leave_promotion(initiative=found.initiative, actor=promoter_of(found))
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:initiative", args=[slug]))
    return redirect("rooms:initiative", slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def promote(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Take up an invitation to promote an initiative."""
    found = find_initiative(slug)
    if found is None:
        raise Http404
    context = {"room": found.room, "known_name": known_name(request), "name_length": NAME_LENGTH}
    if request.method != "POST":
        return render(request, "rooms/initiatives/promote.html", context)
    name = request.POST.get("name", "")
    try:
        accept_promotion(initiative=found, user=signed_in(request), name=name, token=token)
    except Refused as refusal:
        context.update(error=explain(refusal), known_name=name)
        status = status_of(refusal)
        return render(request, "rooms/initiatives/promote.html", context, status=status)
    return redirect("rooms:initiative", slug)


@require_POST
def invite_promoter(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the link that invites somebody to promote the initiative."""
    found = as_promoter(request, slug)
    token = make_promotion(initiative=found.initiative, actor=promoter_of(found))
    link = request.build_absolute_uri(reverse("rooms:promote", args=[slug, token]))
    context = {"room": found.room, "link": link}
    return render(request, "rooms/initiatives/invitation.html", context)


def _write(request: HttpRequest, user: User, draft: InitiativeDraft | None) -> HttpResponse:
    form = InitiativeForm(request.POST)
    fields = {**form.kept(), **(_beginning(request) if draft is None else {})}
    draft = save_draft(user=user, draft=draft, **fields)
    if name := form.cleaned_data.get("name"):
        identity(request, name)
    if "propose" not in request.POST:
        if "preview" not in request.POST:
            messages.success(request, _("Your draft is saved. Only you see it."))
        return redirect(f"{reverse('rooms:draft', args=[draft.pk])}#preview")
    if form.is_valid():
        try:
            made = propose_initiative(draft=draft, name=form.cleaned_data["name"])
        except Refused as refusal:
            form.add_error(None, explain(refusal))
        else:
            return redirect("rooms:initiative", made.room.slug)
    return _show(request, form, draft, status=422)


def _show(
    request: HttpRequest, form: InitiativeForm, draft: InitiativeDraft | None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "draft": draft}
    context["group"] = draft.group if draft else _group(request)
    context["source"] = None if draft else _provenance(request)
    if draft is not None:
        context["preview"] = to_html(draft.brief)
    return render(request, "rooms/initiatives/new.html", context, status=status)


def _beginning(request: HttpRequest) -> dict[str, Any]:
    """Return where a new draft comes from: a message, and a group."""
    return {**_provenance(request), "group": _group(request)}


def _group(request: HttpRequest) -> Room | None:
    """Return the group that ``?group=`` names, if the visitor is in it and everybody reads it."""
    slug = request.GET.get("group", "")
    room = Room.objects.filter(slug=slug, kind=Room.Kind.GROUP, access=Room.Access.OPEN).first()
    is_theirs = room is not None and is_member(group_id=room.pk, user=signed_in(request))
    return room if is_theirs else None


def _source(request: HttpRequest) -> dict[str, str]:
    """Return how a draft begins that is made from a message."""
    given = _provenance(request)
    # The message itself is linked to, not copied: its author may change it or take it back.
    return {"language": given["source_room"].language} if given else {}


def _provenance(request: HttpRequest) -> dict[str, Any]:
    """Return the message that a draft is made from, if it names one that everybody reads."""
    given = request.POST if request.method == "POST" else request.GET
    slug, number = given.get("from", ""), given.get("number", "")
    if not slug or not (number.isascii() and number.isdigit() and len(number) < 18):
        return {}
    room = visit(request, slug).room
    view = message_views(room.pk, [int(number)]).get(int(number))
    if view is None or view.status != "visible" or room.kind == Room.Kind.DIRECT:
        raise Http404
    return {"source_room": room, "source_number": view.number}


def as_promoter(request: HttpRequest, slug: str) -> InitiativeVisit:
    """Return who asks for what only promoters do; 404 for all others."""
    found = visit_initiative(request, slug)
    if not found.promotes:
        raise Http404
    return found


def promoter_of(found: InitiativeVisit) -> Participant:
    """Return the promoter that :func:`as_promoter` let in."""
    assert found.me is not None, "only participants promote"
    return found.me
