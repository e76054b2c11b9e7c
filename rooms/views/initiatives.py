"""Lists of initiatives, and an initiative's own page."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rooms.eventlog.models import Room
from rooms.initiatives.binding import rooms_of
from rooms.initiatives.checks import LOCKED_AT
from rooms.initiatives.models import Initiative, Kind, Theme
from rooms.initiatives.nearby import NEAR_KM
from rooms.initiatives.promotion import is_promoter
from rooms.initiatives.reporting import REPORTABLE, published_reports
from rooms.initiatives.selectors import (
    PAGE,
    Wanted,
    cursor_of,
    find_initiative,
    find_initiatives,
    promoted_by,
    promoters_of,
    public_signatures,
)
from rooms.initiatives.signing import find_signature
from rooms.initiatives.text import split, text_of
from rooms.markdown import to_html
from rooms.messages.selectors import own_holds
from rooms.people.identity import current_participant
from rooms.people.membership import can_read
from rooms.people.models import Participant
from rooms.places.gazetteer import departments
from rooms.places.place import Place
from rooms.views.initiative_forms import SignForm
from rooms.views.initiative_places import find_center
from rooms.views.previews import preview_of_initiative
from rooms.views.strings import page_strings
from rooms.views.visitors import account, known_name

ORDERS = ("popular", "recent", "near")
LIVE_SCRIPTS = ["js/live.js", "js/page.js"]


@require_safe
def initiatives(request: HttpRequest) -> HttpResponse:
    """List the initiatives that somebody looks for: by words, theme, kind, place and order."""
    near = find_center(request)
    wanted = _wanted(request, near.place)
    found = find_initiatives(wanted, _cursor(request), PAGE + 1)
    shown = found[:PAGE]
    more = ""
    if len(found) > PAGE and wanted.order != "near":
        query = {**_given(wanted), "after": "-".join(map(str, cursor_of(shown[-1], wanted.order)))}
        more = urlencode(query)
    context = {
        "initiatives": shown,
        "more": more,
        "wanted": wanted,
        "themes": Theme.choices,
        "kinds": Kind.choices,
        "departments": departments(),
        "near": near,
        "near_km": int(NEAR_KM),
        "mine": _mine(request),
    }
    return render(request, "rooms/initiatives/list.html", context)


@require_safe
def initiative(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an initiative: what it says, how many have signed, and what came of it."""
    return show_initiative(request, visit_initiative(request, slug))


class InitiativeVisit:
    """Somebody who may read an initiative; ``me`` is who they are in its room, if they are."""

    def __init__(self, initiative: Initiative, me: Participant | None) -> None:
        self.initiative, self.me, self.room = initiative, me, initiative.room
        self.promotes = is_promoter(initiative, me)


def visit_initiative(request: HttpRequest, slug: str) -> InitiativeVisit:
    """Return who asks for an initiative; an unknown and an unreadable one give the same 404."""
    found = find_initiative(slug)
    if found is None:
        raise Http404
    me = current_participant(request, found.room)
    if not can_read(room=found.room, participant=me, user=account(request)):
        raise Http404
    visit = InitiativeVisit(found, me)
    if not (found.is_visible or visit.promotes or (me and me.is_moderator)):
        raise Http404
    return visit


def show_initiative(
    request: HttpRequest, found: InitiativeVisit, *, form: SignForm | None = None, status: int = 200
) -> HttpResponse:
    """Render an initiative's page, with a sign form that was refused if there is one."""
    initiative, room, user = found.initiative, found.room, account(request)
    title, brief = split(text_of(initiative))
    initial = {"name": known_name(request), "is_public": True}
    context: dict[str, Any] = {
        "initiative": initiative,
        "room": room,
        "me": found.me,
        "promotes": found.promotes,
        "preview": preview_of_initiative(request, initiative),
        "title": title or room.title,
        "brief": to_html(brief),
        "waiting": own_holds(found.me) if found.me and not initiative.is_visible else [],
        "promoters": promoters_of(initiative),
        "signature": find_signature(initiative, user),
        "signatures": public_signatures(initiative),
        "form": form or SignForm(initial=initial),
        "debates": rooms_of(initiative, Room.Kind.DEBATE),
        "actions": rooms_of(initiative, Room.Kind.ACTION),
        "reports": [(one, to_html(said)) for one, said in published_reports(initiative)],
        "may_report": found.promotes and initiative.stage in REPORTABLE,
        "may_revise": found.promotes and room.signature_count < LOCKED_AT,
        "scripts": LIVE_SCRIPTS,
        "strings": page_strings(),
    }
    return render(request, "rooms/initiatives/initiative.html", context, status=status)


def _wanted(request: HttpRequest, place: Place | None) -> Wanted:
    given = request.GET
    order = given.get("order", "")
    if order not in ORDERS or (order == "near" and place is None):
        order = ORDERS[0]
    return Wanted(
        query=given.get("q", "").strip()[:200],
        theme=given.get("theme", "") if given.get("theme") in Theme.values else "",
        kind=given.get("kind", "") if given.get("kind") in Kind.values else "",
        department=given.get("department", "")[:3],
        order=order,
        at=place.at if place else None,
    )


def _given(wanted: Wanted) -> dict[str, str]:
    fields = {
        "q": wanted.query,
        "theme": wanted.theme,
        "kind": wanted.kind,
        "department": wanted.department,
        "order": wanted.order if wanted.order == "recent" else "",
    }
    return {name: value for name, value in fields.items() if value}


def _cursor(request: HttpRequest) -> list[int]:
    parts = request.GET.get("after", "").split("-")
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 18]


def _mine(request: HttpRequest) -> list[Initiative]:
    user = account(request)
    return list(promoted_by(user)[:PAGE]) if user else []
