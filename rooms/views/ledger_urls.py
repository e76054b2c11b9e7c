"""Addresses of the public ledger and of the transparency reports."""

from django.urls import path

from rooms.views import ledger, transparency

_LEDGER = "rooms/<slug:slug>/ledger"

urlpatterns = [
    path("ledger/", ledger.public_ledger, name="public_ledger"),
    path("ledger.json", ledger.public_json, name="public_ledger_json"),
    path("ledger/figures.json", ledger.figures_json, name="public_figures_json"),
    path("ledger/figures.csv", ledger.figures_csv, name="public_figures_csv"),
    path(f"{_LEDGER}/figures.json", ledger.figures_json, name="figures_json"),
    path(f"{_LEDGER}/figures.csv", ledger.figures_csv, name="figures_csv"),
    path("transparency/", transparency.latest, name="latest_transparency"),
    path("transparency/<int:year>/", transparency.transparency, name="transparency"),
    path("transparency/<int:year>.json", transparency.transparency_json, name="transparency_json"),
    path("transparency/<int:year>.csv", transparency.transparency_csv, name="transparency_csv"),
    path(f"{_LEDGER}/", ledger.room_ledger, name="ledger"),
    path(f"{_LEDGER}.json", ledger.ledger_json, name="ledger_json"),
    path(f"{_LEDGER}.csv", ledger.ledger_csv, name="ledger_csv"),
]
