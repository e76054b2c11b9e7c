"""Addresses of reports, notices, statements of reasons and appeals."""

from django.urls import path

from rooms.views import reports

_ROOM = "rooms/<slug:slug>/"
_MESSAGE = f"{_ROOM}messages/<int:number>/"

urlpatterns = [
    path(f"{_MESSAGE}report", reports.report, name="report"),
    path(f"{_MESSAGE}reports", reports.reported, name="reported"),
    path(f"{_MESSAGE}reports/dismiss", reports.dismiss, name="dismiss_reports"),
]
