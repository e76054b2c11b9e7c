"""A room's rules for screening, as moderators write them: patterns with a tester, and hosts."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rooms.eventlog.errors import Code, Refused
from rooms.messages.trial import try_pattern
from rooms.moderation.patterns import MAX_LENGTH
from rooms.moderation.policy import room_rules, set_hosts, set_patterns
from rooms.moderation.screening import Pattern
from rooms.people.roles import Action
from rooms.views.access import Visit, visit_as
from rooms.views.answers import explain, is_htmx, status_of

Patterns = tuple[Pattern, ...]


@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the room's rules: a page, or for htmx the forms alone."""
    found = _visit(request, slug)
    name = "rooms/rules/forms.html" if is_htmx(request) else "rooms/rules/page.html"
    return render(request, name, _context(found))


@require_POST
def try_out(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a pattern would have held, without saving it."""
    found = _visit(request, slug)
    typed = _typed(request)
    shown: dict[str, Any] = {"typed": typed}
    status = 200
    try:
        shown["trial"] = try_pattern(room=found.room, pattern=typed)
    except Refused as refusal:
        shown["trial_error"], status = explain(refusal), status_of(refusal)
    if is_htmx(request):
        return render(request, "rooms/rules/trial.html", {"room": found.room, **shown})
    return render(request, "rooms/rules/page.html", {**_context(found), **shown}, status=status)


@require_POST
def add_pattern(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a pattern hold messages from now on; a known one is set anew."""
    typed = _typed(request)
    return _change(
        request, slug, lambda known: (*(p for p in known if p.source != typed.source), typed)
    )


@require_POST
def switch_pattern(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a pattern match only whole words, or also inside words."""
    source = request.POST.get("source", "")
    return _change(
        request,
        slug,
        lambda known: tuple(Pattern(p.source, p.whole ^ (p.source == source)) for p in known),
    )


@require_POST
def remove_pattern(request: HttpRequest, slug: str) -> HttpResponse:
    source = request.POST.get("source", "")
    return _change(request, slug, lambda known: tuple(p for p in known if p.source != source))


@require_POST
def hosts(request: HttpRequest, slug: str) -> HttpResponse:
    """Replace the hosts that links may and may not lead to, one a line."""
    found = _visit(request, slug)
    allowed, held = (request.POST.get(name, "") for name in ("allowed", "held"))
    try:
        set_hosts(
            room=found.room,
            actor=found.actor(),
            allowed=allowed.splitlines(),
            held=held.splitlines(),
        )
    except Refused as refusal:
        shown = {"allowed_hosts": allowed, "held_hosts": held, "hosts_error": _why(refusal)}
        return _answer(request, found, "hosts", shown, refusal)
    return _answer(request, found, "hosts", {})


def _change(
    request: HttpRequest, slug: str, change: Callable[[Patterns], Patterns]
) -> HttpResponse:
    """Change the room's patterns and show them; a refused one stays in the form."""
    found = _visit(request, slug)
    known = room_rules(found.room).patterns
    try:
        set_patterns(room=found.room, actor=found.actor(), patterns=change(known))
    except Refused as refusal:
        shown = {"typed": _typed(request), "patterns_error": _why(refusal)}
        return _answer(request, found, "patterns", shown, refusal)
    return _answer(request, found, "patterns", {})


def _answer(
    request: HttpRequest,
    found: Visit,
    piece: str,
    shown: dict[str, Any],
    refusal: Refused | None = None,
) -> HttpResponse:
    """Show a form as it stands: to htmx alone, else on the page."""
    if refusal is None and not is_htmx(request):
        return redirect("rooms:rules", found.room.slug)
    found.room.refresh_from_db()
    context = {**_context(found), **shown}
    if is_htmx(request):
        # htmx shows only answers of success; the piece itself says that it is an error.
        note = {} if refusal else {f"{piece}_note": _("Saved.")}
        return render(request, f"rooms/rules/{piece}.html", {**context, **note})
    assert refusal is not None
    return render(request, "rooms/rules/page.html", context, status=status_of(refusal))


def _visit(request: HttpRequest, slug: str) -> Visit:
    return visit_as(request, slug, Action.SET_POLICY)


def _typed(request: HttpRequest) -> Pattern:
    return Pattern(request.POST.get("pattern", "").strip(), "whole" in request.POST)


def _why(refusal: Refused) -> str:
    if refusal.code is Code.STALE:
        return _("Somebody else has just changed the rules. Look at them and try again.")
    return explain(refusal)


def _context(found: Visit) -> dict[str, Any]:
    rules = room_rules(found.room)
    return {
        "room": found.room,
        "me": found.me,
        "patterns": rules.patterns,
        "allowed_hosts": "\n".join(rules.allowed_hosts),
        "held_hosts": "\n".join(rules.held_hosts),
        "typed": Pattern(""),
        "max_length": MAX_LENGTH,
    }
