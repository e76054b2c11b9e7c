"""Addresses of places."""

from django.urls import path

from rooms.views import places

urlpatterns = [
    path("places/", places.places, name="places"),
    path("places/<slug:code>/", places.place, name="place"),
]
