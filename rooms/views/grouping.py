"""Founding a group and what people do in it: come in, leave, describe it, open rooms."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rooms.eventlog.errors import Refused
from rooms.eventlog.models import Room
from rooms.groups.founding import create_group, describe_group, may_open_section, open_room_in
from rooms.groups.joining import answer_request, ask_to_join, join_group, leave_group
from rooms.groups.models import Group
from rooms.people.roles import Action
from rooms.views.answers import explain, status_of
from rooms.views.composer import number_in
from rooms.views.group_forms import PRIVATE, GroupForm, GroupRoomForm, GroupTextForm
from rooms.views.groups import GroupVisit, show_group, visit_as_member, visit_group
from rooms.views.visitors import identity, known_name, signed_in

Act = Callable[[HttpRequest, GroupVisit], str]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_group(request: HttpRequest) -> HttpResponse:
    """Found a group; ``?parent=`` makes it a local section of another one."""
    parent = _parent(request)
    initial = {"language": get_language(), "name": known_name(request)}
    form = GroupForm(request.POST or None, initial=initial)
    form.fields["place"].required = parent is not None
    if request.method == "POST" and form.is_valid():
        try:
            group = _create(request, form, parent)
        except Refused as refusal:
            form.add_error(None, explain(refusal))
        else:
            return redirect("rooms:group", group.room.slug)
    context = {"form": form, "parent": parent}
    return render(request, "rooms/groups/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what a group says of itself."""
    group, me = visit_as_member(request, slug, Action.ORGANISE)
    form = GroupTextForm(request.POST) if request.method == "POST" else GroupTextForm.of(group)
    if form.is_bound and form.is_valid():
        try:
            describe_group(group=group, actor=me, text=form.text())
        except Refused as refusal:
            form.add_error(None, explain(refusal))
        else:
            return redirect("rooms:group", slug)
    context = {"form": form, "room": group.room}
    status = 422 if form.errors else 200
    return render(request, "rooms/groups/describe.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def open_room(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Open a debate or an action room in a group, now or at a time."""
    group, me = visit_as_member(request, slug, Action.POST)
    form = GroupRoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            room = open_room_in(group=group, actor=me, kind=kind, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, explain(refusal))
        else:
            return redirect("rooms:room", room.slug)
    context = {"form": form, "group": group, "room": group.room, "kind": kind}
    context["label"] = Room.Kind(kind).label
    status = 422 if form.errors else 200
    return render(request, "rooms/groups/open_room.html", context, status=status)


def _action(act: Act) -> Callable[[HttpRequest, str], HttpResponse]:
    """Make a view of something done at a group's door; it says in a note what was done."""

    @login_required
    @require_POST
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        found = visit_group(request, slug)
        try:
            said = act(request, found)
        except Refused as refusal:
            return show_group(request, found, error=explain(refusal), status=status_of(refusal))
        messages.success(request, said)
        return redirect("rooms:group", slug)

    return view


@_action
def join(request: HttpRequest, found: GroupVisit) -> str:
    name = request.POST.get("name", "")
    identity(request, name)
    join_group(group=found.group, user=signed_in(request), name=name)
    return _("You are in the group now.")


@_action
def ask(request: HttpRequest, found: GroupVisit) -> str:
    name = request.POST.get("name", "")
    identity(request, name)
    ask_to_join(group=found.group, user=signed_in(request), name=name)
    return _("Those who lead the group are asked. You are told what they decide.")


@_action
def leave(_request: HttpRequest, found: GroupVisit) -> str:
    if found.me is None:
        raise Http404
    leave_group(actor=found.me)
    return _("You are not in the group any more.") if found.is_in else _("Your request is gone.")


@_action
def answer(request: HttpRequest, found: GroupVisit) -> str:
    if found.me is None or not found.may(Action.ADMIT):
        raise Http404
    is_welcome = request.POST.get("decision") == "admit"
    answer_request(
        group=found.group,
        actor=found.me,
        participant_id=number_in(request.POST, "participant") or 0,
        is_welcome=is_welcome,
    )
    return _("They are in the group now.") if is_welcome else _("They are not let in.")


def _parent(request: HttpRequest) -> Group | None:
    """Return the group that a new one is a section of; 404 for who may not found one there."""
    slug = request.GET.get("parent", "")
    if not slug:
        return None
    found = visit_group(request, slug)
    if not (found.is_in and may_open_section(found.group, found.me)):
        raise Http404
    return found.group


def _create(request: HttpRequest, form: GroupForm, parent: Group | None) -> Group:
    fields = form.cleaned_data
    return create_group(
        user=signed_in(request),
        name=fields["name"],
        text=form.text(),
        is_private=fields["access"] == PRIVATE,
        language=fields["language"],
        parent=parent,
    )
