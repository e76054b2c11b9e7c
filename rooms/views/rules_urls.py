"""Addresses of a room's rules."""

from django.urls import path

from rooms.views import rules

_DESK = "rooms/<slug:slug>/desk/"

urlpatterns = [
    path(f"{_DESK}rules", rules.rules, name="rules"),
    path(f"{_DESK}patterns", rules.add_pattern, name="add_pattern"),
    path(f"{_DESK}patterns/test", rules.try_out, name="try_pattern"),
    path(f"{_DESK}patterns/switch", rules.switch_pattern, name="switch_pattern"),
    path(f"{_DESK}patterns/remove", rules.remove_pattern, name="remove_pattern"),
    path(f"{_DESK}hosts", rules.hosts, name="hosts"),
]
