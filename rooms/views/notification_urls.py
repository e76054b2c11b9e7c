"""Addresses of the inbox."""

from django.urls import path

from rooms.views import inbox

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:number>/", inbox.story, name="story"),
    path("inbox/read", inbox.everything_read, name="everything_read"),
    path("inbox/choices", inbox.choices, name="choices"),
    path("inbox/device", inbox.device, name="device"),
    path("unsubscribe/<str:token>/", inbox.leave, name="unsubscribe"),
]
