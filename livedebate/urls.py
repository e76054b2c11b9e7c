"""All addresses of the site."""

from django.urls import include, path

from livedebate.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("accounts/", include("allauth.urls")),
    path("", include("rooms.views.urls")),
]
