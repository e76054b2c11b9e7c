"""Addresses of initiatives."""

from django.urls import path

from rooms.views import initiative_places, initiatives, previews, proposing, reporting, signing

_ONE = "initiatives/<slug:slug>/"

urlpatterns = [
    path("initiatives/", initiatives.initiatives, name="initiatives"),
    path("initiatives/map", initiative_places.initiative_map, name="initiative_map"),
    path("initiatives/near", initiative_places.near_me, name="initiatives_near"),
    path("initiatives/new", proposing.new_initiative, name="new_initiative"),
    path("initiatives/drafts/<int:pk>/", proposing.draft, name="draft"),
    path("initiatives/drafts/<int:pk>/delete", proposing.drop_draft, name="drop_draft"),
    path("signatures/<str:token>/", signing.signature, name="signature"),
    path("pictures/<str:token>.jpg", reporting.picture, name="picture"),
    path(_ONE, initiatives.initiative, name="initiative"),
    path(f"{_ONE}preview.png", previews.initiative_picture, name="initiative_preview"),
    path(f"{_ONE}sign", signing.sign, name="sign"),
    path(f"{_ONE}withdraw", signing.withdraw, name="withdraw"),
    path(f"{_ONE}revise", proposing.revise, name="revise"),
    path(f"{_ONE}debate", proposing.open_room, {"kind": "debate"}, name="open_debate"),
    path(f"{_ONE}action", proposing.open_room, {"kind": "action"}, name="open_action"),
    path(f"{_ONE}report", reporting.report, name="report_back"),
    path(f"{_ONE}signatures.csv", reporting.signatures_csv, name="signatures_csv"),
    path(f"{_ONE}signatures.pdf", reporting.signatures_pdf, name="signatures_pdf"),
    path(f"{_ONE}archive", proposing.archive, name="archive"),
    path(f"{_ONE}leave", proposing.leave, name="leave_promotion"),
    path(f"{_ONE}promoters", proposing.invite_promoter, name="invite_promoter"),
    path(f"{_ONE}promote/<str:token>", proposing.promote, name="promote"),
]
