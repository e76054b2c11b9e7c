"""Addresses of the pages."""

from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from rooms.views import (
    bulk,
    creating,
    desk,
    events,
    home,
    joining,
    messages,
    participants,
    posting,
    previews,
    room,
    sharing,
    team,
)

app_name = "rooms"
_ROOM = "rooms/<slug:slug>/"
_MESSAGE = f"{_ROOM}messages/<int:number>/"
_PERSON = f"{_ROOM}participants/<int:participant_id>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("language", require_POST(set_language), name="language"),
    path("j/", joining.enter_code, name="enter_code"),
    path("j/<str:code>", joining.by_code, name="by_code"),
    path("team/", team.team, name="team"),
    path("team/<slug:slug>", team.enter, name="team_enter"),
    path("rooms/new", creating.new_room, name="new"),
    path("", include("rooms.views.initiative_urls")),
    path("", include("rooms.views.ledger_urls")),
    path("", include("rooms.views.organizing_urls")),
    path("", include("rooms.views.place_urls")),
    path("", include("rooms.views.privacy_urls")),
    path("", include("rooms.views.redress_urls")),
    path("", include("rooms.views.rules_urls")),
    path(_ROOM, room.room_page, name="room"),
    path(f"{_ROOM}log", room.earlier, name="earlier"),
    path(f"{_ROOM}events", events.events, name="events"),
    path(f"{_ROOM}qr.svg", sharing.qr_code, name="qr_code"),
    path(f"{_ROOM}preview.png", previews.room_picture, name="preview"),
    path(f"{_ROOM}join", joining.join, name="join"),
    path(f"{_ROOM}invite/<str:token>", joining.by_invite, name="by_invite"),
    path(f"{_ROOM}post", posting.post, name="post"),
    path(_MESSAGE, messages.message_sheet, name="message"),
    path(f"{_MESSAGE}react", messages.react_to, name="react"),
    path(f"{_MESSAGE}edit", messages.edit, name="edit"),
    path(f"{_MESSAGE}remove", messages.remove, name="remove"),
    path(f"{_MESSAGE}approve", messages.approve, name="approve"),
    path(f"{_MESSAGE}reject", messages.reject, name="reject"),
    path(f"{_MESSAGE}withhold", messages.withhold, name="withhold"),
    path(f"{_MESSAGE}restore", messages.restore, name="restore"),
    path(f"{_MESSAGE}claim", messages.claim, name="claim"),
    path(f"{_MESSAGE}wave", messages.decide_wave, name="decide_wave"),
    path(f"{_ROOM}undo", bulk.undo, name="undo"),
    path(f"{_ROOM}people", participants.people, name="people"),
    path(_PERSON, participants.person, name="person"),
    path(f"{_PERSON}mute", participants.mute, name="mute"),
    path(f"{_PERSON}unmute", participants.unmute, name="unmute"),
    path(f"{_PERSON}ban", participants.ban, name="ban"),
    path(f"{_PERSON}unban", participants.unban, name="unban"),
    path(f"{_PERSON}slow", participants.slow, name="slow"),
    path(f"{_PERSON}messages", participants.decide_theirs, name="decide_theirs"),
    path(f"{_PERSON}role", participants.change_role, name="change_role"),
    path(f"{_ROOM}desk", desk.desk, name="desk"),
    path(f"{_ROOM}modes/<slug:mode>", desk.mode, name="mode"),
    path(f"{_ROOM}hold-policy", desk.hold_policy, name="hold_policy"),
    path(f"{_ROOM}held", desk.held, name="held"),
    path(f"{_ROOM}muted", desk.muted, name="muted"),
    path(f"{_ROOM}words", desk.words, name="words"),
    path(f"{_ROOM}schedule", desk.schedule, name="schedule"),
    path(f"{_ROOM}open", desk.open_now, name="open"),
    path(f"{_ROOM}close", desk.close_now, name="close"),
]
