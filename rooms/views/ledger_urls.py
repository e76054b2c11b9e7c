"""Addresses of the public ledger."""

from django.urls import path

from rooms.views import ledger

_LEDGER = "rooms/<slug:slug>/ledger"

urlpatterns = [
    path("ledger/", ledger.public_ledger, name="public_ledger"),
    path("ledger.json", ledger.public_json, name="public_ledger_json"),
    path(f"{_LEDGER}/", ledger.room_ledger, name="ledger"),
    path(f"{_LEDGER}.json", ledger.ledger_json, name="ledger_json"),
    path(f"{_LEDGER}.csv", ledger.ledger_csv, name="ledger_csv"),
]
