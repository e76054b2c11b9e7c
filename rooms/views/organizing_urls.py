"""Addresses of the action desk."""

from django.urls import path

from rooms.views import announcements, calendars, meetups, organizing, shifts

_ROOM = "rooms/<slug:slug>/"
_MEETUP = f"{_ROOM}meetups/<int:number>/"
_TASK = f"{_ROOM}tasks/<int:number>/"

urlpatterns = [
    path(f"{_ROOM}board", organizing.board, name="board"),
    path(f"{_ROOM}announcements", announcements.announcements, name="announcements"),
    path(f"{_ROOM}announcements/<int:number>/edit", announcements.edit, name="edit_announcement"),
    path(f"{_ROOM}announcements/<int:number>/read", announcements.read, name="acknowledge"),
    path(f"{_ROOM}run-sheet", calendars.run_sheet, name="run_sheet"),
    path(f"{_ROOM}calendars", calendars.calendars, name="calendars"),
    path("calendars/<str:key>/<slug:which>.ics", calendars.calendar, name="calendar"),
    path(f"{_ROOM}meetups/new", meetups.new_meetup, name="new_meetup"),
    path(_MEETUP, meetups.meetup, name="meetup"),
    path(f"{_MEETUP}edit", meetups.edit_meetup, name="edit_meetup"),
    path(f"{_MEETUP}answer", meetups.rsvp, name="rsvp"),
    path(f"{_MEETUP}cancel", meetups.cancel, name="cancel_meetup"),
    path(f"{_ROOM}tasks/new", organizing.new_task, name="new_task"),
    path(_TASK, organizing.task, name="task"),
    path(f"{_TASK}edit", shifts.edit_task, name="edit_task"),
    path(f"{_TASK}step", organizing.step, name="task_step"),
    path(f"{_TASK}hand-over", organizing.give, name="task_give"),
    path(f"{_TASK}shifts/new", shifts.new_shift, name="new_shift"),
    path(f"{_TASK}cancel", organizing.cancel, name="task_cancel"),
]
