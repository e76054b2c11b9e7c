"""Addresses of reports, notices, statements of reasons and appeals."""

from django.urls import path

from rooms.views import appeals, notices, reports, statements

_ROOM = "rooms/<slug:slug>/"
_MESSAGE = f"{_ROOM}messages/<int:number>/"

urlpatterns = [
    path("statements/<slug:token>/", statements.statement, name="statement"),
    path("statements/<slug:token>/contest", appeals.contest, name="contest"),
    path(f"{_ROOM}decisions/", statements.decisions, name="decisions"),
    path(f"{_ROOM}appeals/", appeals.appeals, name="appeals"),
    path(f"{_ROOM}appeals/<int:decision>/", appeals.appeal, name="appeal"),
    path("notice/", notices.notice_form, name="notice_form"),
    path("notice/<slug:token>/", notices.notice, name="notice"),
    path(f"{_ROOM}notices/", notices.notices, name="notices"),
    path(f"{_ROOM}notices/<int:seq>/", notices.decide, name="decide_notice"),
    path(f"{_MESSAGE}report", reports.report, name="report"),
    path(f"{_MESSAGE}reports", reports.reported, name="reported"),
    path(f"{_MESSAGE}reports/dismiss", reports.dismiss, name="dismiss_reports"),
]
