"""Notices of illegal content: the form, the sender's page, the moderators' page."""

import re
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.views import MessageView
from rooms.messages.selectors import history, message_views
from rooms.moderation.reasons import CHOICES, Reason
from rooms.people.identity import current_participant
from rooms.people.membership import can_read
from rooms.people.roles import Action
from rooms.redress.models import Notice, NoticeText
from rooms.redress.notices import (
    MAX_ANSWER,
    MAX_EXPLANATION,
    NAME_LENGTH,
    decide_notice,
    file_notice,
)
from rooms.views.access import Visit, visit_as
from rooms.views.answers import explain, status_of
from rooms.views.visitors import account

_PATH = re.compile(r"/rooms/([-\w]+)/(?:messages/(\d{1,18})(?:/|$))?", re.ASCII)
_ANCHOR = re.compile(r"m-(\d{1,18})", re.ASCII)
_NOT_FOUND = _(
    "No message is found under this link. In the room, the time beside a message is a link to it: "
    "copy that one."
)


class NoticeForm(forms.Form):
    """What a notice needs: Article 16, paragraph 2 of the DSA."""

    link = forms.CharField(label=_("Link to the message"), max_length=500)
    ground = forms.ChoiceField(
        label=_("Why is it illegal?"), choices=Notice.Ground.choices, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label=_("Explain why you think so"),
        max_length=MAX_EXPLANATION,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I say here is accurate and complete."),
        error_messages={"required": _("Confirm this: the law asks for it.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def notice_form(request: HttpRequest) -> HttpResponse:
    """Ask for a notice and take it; ``?room=&message=`` names the message."""
    if request.method != "POST":
        link = _link(request, request.GET.get("room", ""), request.GET.get("message", ""))
        return _ask(request, NoticeForm(initial={"link": link}))
    form = NoticeForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, 422)
    found = _message_at(form.cleaned_data["link"])
    if found is None:
        form.add_error("link", _NOT_FOUND)
        return _ask(request, form, 422)
    room, number = found
    given = {name: form.cleaned_data[name] for name in ("ground", "explanation", "name", "email")}
    address: str = get_adapter().get_client_ip(request)
    try:
        text = file_notice(room=room, number=number, address=address, **given)
    except Refused as refusal:
        is_link = refusal.code in (Code.NOT_FOUND, Code.STALE)
        form.add_error("link" if is_link else None, explain(refusal))
        return _ask(request, form, status_of(refusal))
    return redirect("rooms:notice", text.token)


@never_cache
@require_safe
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """Show a notice to who sent it: the receipt, then the decision."""
    text = NoticeText.objects.select_related("room").filter(token=token).first()
    if text is None:
        raise Http404
    about = Notice.objects.select_related("decided_by").get(room=text.room, seq=text.seq)
    message = message_views(text.room_id, [about.number])[about.number]
    context = {
        "notice": about,
        "text": text,
        "room": text.room,
        "is_back": about.outcome == Notice.Outcome.REMOVED and message.status == "visible",
        "link": _link(request, text.room.slug, str(about.number)),
    }
    answer = render(request, "rooms/redress/notice.html", context)
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def notices(request: HttpRequest, slug: str) -> HttpResponse:
    """List the notices to decide on, for htmx to refresh the desk."""
    found = visit_as(request, slug, Action.DECIDE_HOLD)
    context = {"room": found.room, "me": found.me}
    return render(request, "rooms/redress/notices_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, slug: str, seq: int) -> HttpResponse:
    """Show a notice to a moderator, and take their decision."""
    found = visit_as(request, slug, Action.DECIDE_HOLD)
    about = Notice.objects.filter(room=found.room, seq=seq).select_related("decided_by").first()
    if about is None:
        raise Http404
    if request.method != "POST":
        return _show(request, found, about)
    fields = {name: request.POST.get(name, "") for name in ("outcome", "reason", "answer")}
    try:
        decide_notice(room=found.room, actor=found.actor(), notice=about, **fields)
    except Refused as refusal:
        return _show(request, found, about, refusal)
    return redirect("rooms:decide_notice", slug, seq)


def _show(
    request: HttpRequest, found: Visit, about: Notice, refusal: Refused | None = None
) -> HttpResponse:
    texts = history(found.room, about.number)
    context: dict[str, Any] = {
        "room": found.room,
        "me": found.me,
        "notice": about,
        "text": NoticeText.objects.get(room=found.room, seq=about.seq),
        "message": message_views(found.room.pk, [about.number])[about.number],
        "message_text": texts[-1] if texts else "",
        "reasons": CHOICES,
        "reason": request.POST.get("reason") or _likely(about),
        "max_answer": MAX_ANSWER,
        "answer": request.POST.get("answer", ""),
        "error": explain(refusal) if refusal else "",
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "rooms/redress/notice_desk.html", context, status=status)


def _likely(about: Notice) -> str:
    """Return the reason that a moderator who agrees with a notice will most likely choose."""
    return about.ground if about.ground in Reason.values else Reason.OTHER


def _ask(request: HttpRequest, form: NoticeForm, status: int = 200) -> HttpResponse:
    link = form.data.get("link", "") if form.is_bound else form.initial["link"]
    context = {"form": form, "excerpt": _excerpt(request, link)}
    return render(request, "rooms/redress/notice_form.html", context, status=status)


def _link(request: HttpRequest, slug: str, number: str) -> str:
    """Return the address of a message; "" for what names none."""
    if not re.fullmatch(r"[-\w]+", slug, re.ASCII) or not re.fullmatch(r"\d{1,18}", number):
        return ""
    return request.build_absolute_uri(f"{reverse('rooms:room', args=[slug])}#m-{int(number)}")


def _message_at(link: str) -> tuple[Room, int] | None:
    """Return the room and the number of the message that a link leads to."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return None
    path, anchor = _PATH.match(parts.path), _ANCHOR.fullmatch(parts.fragment)
    number = (path and path[2]) or (anchor and anchor[1])
    rooms = Room.objects.exclude(kind=Room.Kind.DIRECT)
    room = rooms.filter(slug=path[1]).first() if path else None
    return (room, int(number)) if room and number else None


def _excerpt(request: HttpRequest, link: str) -> MessageView | None:
    """Return the message a form is about, if the visitor may read it."""
    found = _message_at(link)
    if found is None:
        return None
    room, number = found
    me = current_participant(request, room)
    if not can_read(room=room, participant=me, user=account(request)):
        return None
    message = message_views(room.pk, [number]).get(number)
    return message if message and message.status == "visible" else None
