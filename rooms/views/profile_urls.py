"""Addresses of profiles and contacts."""

from django.urls import path

from rooms.views import contacts, direct, previews, profiles

_PROFILE = "people/<str:token>/"

urlpatterns = [
    path("account/profile/", profiles.mine, name="my_profile"),
    path(_PROFILE, profiles.profile, name="profile"),
    path(f"{_PROFILE}preview.png", previews.profile_picture, name="profile_preview"),
    path(f"{_PROFILE}ask", contacts.ask, name="ask_contact"),
    path(f"{_PROFILE}block", contacts.block_profile, name="block_profile"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("messages/", direct.conversations, name="conversations"),
    path("messages/<slug:slug>/read", direct.read, name="read_direct"),
    path("contacts/<int:tie>/write", direct.write_to, name="write_to"),
    path("contacts/<int:tie>/<slug:deed>", contacts.answer, name="answer_contact"),
    path("contacts/blocked/<int:number>", contacts.unblock_one, name="unblock"),
]
