"""Addresses of one's own data."""

from django.urls import path

from rooms.views import privacy

urlpatterns = [
    path("account/data/", privacy.data, name="my_data"),
    path("account/data.json", privacy.download, name="my_data_file"),
    path("account/erase", privacy.erase, name="erase_me"),
]
