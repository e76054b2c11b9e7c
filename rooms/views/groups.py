"""The list of groups, and a group's own page."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rooms.eventlog.models import Room
from rooms.groups.founding import may_open_section
from rooms.groups.models import Group
from rooms.groups.selectors import (
    PAGE,
    Wanted,
    candidate_status,
    count_members,
    find_group,
    find_groups,
    groups_of,
    organisers_of,
    requests_of,
    rooms_in,
    sections_of,
)
from rooms.initiatives.selectors import initiatives_in
from rooms.markdown import to_html
from rooms.people.identity import current_participant
from rooms.people.invites import make_invite
from rooms.people.membership import can_read, members_of
from rooms.people.models import NAME_LENGTH, Participant
from rooms.people.roles import Action, Role
from rooms.views.group_forms import FindGroupsForm
from rooms.views.previews import preview_of_group
from rooms.views.visitors import account, known_name


class GroupVisit:
    """Somebody at a group's door; ``reads`` says whether they get to see what is behind it."""

    def __init__(self, request: HttpRequest, group: Group) -> None:
        self.group, self.room = group, group.room
        self.me: Participant | None = current_participant(request, self.room)
        user = account(request)
        self.reads = can_read(room=self.room, participant=self.me, user=user)
        self.is_in = self.me is not None and members_of(self.room.pk).filter(pk=self.me.pk).exists()

    def may(self, action: Action) -> bool:
        return self.is_in and self.me is not None and self.me.may(action)


def visit_group(request: HttpRequest, slug: str) -> GroupVisit:
    """Return who comes to a group's door, which everybody finds who has its address."""
    group = find_group(slug)
    if group is None:
        raise Http404
    return GroupVisit(request, group)


def visit_as_member(request: HttpRequest, slug: str, action: Action) -> tuple[Group, Participant]:
    """Return a group and who acts in it; 404 for all who may not."""
    found = visit_group(request, slug)
    if found.me is None or not found.may(action):
        raise Http404
    return found.group, found.me


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """List the public groups that somebody looks for, and their own."""
    form = FindGroupsForm(request.GET if {"q", "place"} & set(request.GET) else None)
    wanted = _wanted(form)
    found = find_groups(wanted, before=_before(request), limit=PAGE + 1)
    shown, mine = found[:PAGE], groups_of(account(request))
    counts = count_members([*shown, *mine])
    context = {
        "form": form,
        "groups": _counted(shown, counts),
        "mine": _counted(mine, counts),
        "more": _more(request, shown) if len(found) > PAGE else "",
    }
    return render(request, "rooms/groups/list.html", context)


@never_cache
@require_safe
def group_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a group to those who may read it, to all others its door."""
    return show_group(request, visit_group(request, slug))


def show_group(
    request: HttpRequest, found: GroupVisit, *, error: str = "", status: int = 200
) -> HttpResponse:
    """Render a group's page or its door, with what was refused there."""
    context: dict[str, Any] = {
        "group": found.group,
        "room": found.room,
        "me": found.me,
        "is_in": found.is_in,
        "candidate": candidate_status(found.me),
        "known_name": request.POST.get("name") or (found.me or known_name(request)),
        "name_length": NAME_LENGTH,
        "error": error,
    }
    if not found.reads:
        return render(request, "rooms/groups/door.html", context, status=status)
    context.update(_inside(request, found))
    return render(request, "rooms/groups/group.html", context, status=status)


def _inside(request: HttpRequest, found: GroupVisit) -> dict[str, Any]:
    group, user = found.group, account(request)
    sections = sections_of(group, user)
    rooms = rooms_in(group)
    context: dict[str, Any] = {
        "preview": preview_of_group(request, group),
        "brief": to_html(found.room.brief),
        "member_count": members_of(found.room.pk).count(),
        "organisers": organisers_of(group),
        "parent": _readable_parent(request, group),
        "sections": _counted(sections, count_members(sections)),
        "debates": rooms.filter(kind=Room.Kind.DEBATE)[:PAGE],
        "actions": rooms.filter(kind=Room.Kind.ACTION)[:PAGE],
        "initiatives": initiatives_in(found.room)[:PAGE],
        "may_open": found.may(Action.POST),
        "may_describe": found.may(Action.ORGANISE),
        "may_open_section": found.is_in and may_open_section(group, found.me),
    }
    if found.may(Action.ADMIT):
        token = make_invite(room=found.room, role=Role.PARTICIPANT, actor=found.me)
        path = reverse("rooms:by_invite", args=[found.room.slug, token])
        context["invite_url"] = request.build_absolute_uri(path)
        context["requests"] = requests_of(group)
    return context


def _readable_parent(request: HttpRequest, group: Group) -> Group | None:
    return group.parent if group.parent and GroupVisit(request, group.parent).reads else None


def _wanted(form: FindGroupsForm) -> Wanted:
    form.is_valid()
    fields = getattr(form, "cleaned_data", {})
    place = fields.get("place")
    return Wanted(query=fields.get("q", ""), place_code=place.code if place else "")


def _counted(groups: Iterable[Group], counts: dict[int, int]) -> list[tuple[Group, int]]:
    return [(group, counts.get(group.room_id, 0)) for group in groups]


def _before(request: HttpRequest) -> int | None:
    raw = request.GET.get("before", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 18 else None


def _more(request: HttpRequest, shown: list[Group]) -> str:
    kept = {name: request.GET[name] for name in ("q", "place", "place_code") if name in request.GET}
    return urlencode({**kept, "before": shown[-1].pk})
