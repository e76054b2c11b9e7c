"""Addresses of groups."""

from django.urls import path

from rooms.views import grouping, groups, previews

_ONE = "groups/<slug:slug>/"

urlpatterns = [
    path("groups/", groups.groups, name="groups"),
    path("groups/new", grouping.new_group, name="new_group"),
    path(_ONE, groups.group_page, name="group"),
    path(f"{_ONE}preview.png", previews.group_picture, name="group_preview"),
    path(f"{_ONE}join", grouping.join, name="join_group"),
    path(f"{_ONE}ask", grouping.ask, name="ask_group"),
    path(f"{_ONE}leave", grouping.leave, name="leave_group"),
    path(f"{_ONE}requests", grouping.answer, name="answer_request"),
    path(f"{_ONE}describe", grouping.describe, name="describe_group"),
    path(f"{_ONE}debate", grouping.open_room, {"kind": "debate"}, name="group_debate"),
    path(f"{_ONE}action", grouping.open_room, {"kind": "action"}, name="group_action"),
]
