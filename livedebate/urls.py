"""All addresses of the site."""

from allauth.account.views import request_login_code
from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView

urlpatterns = [
    # One way in for everybody: a code by e-mail, or a passkey; no password, no separate sign-up.
    path("accounts/login/", request_login_code, name="account_login"),
    path(
        "accounts/signup/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="account_signup",
    ),
    path(
        "accounts/password/<path:page>",
        RedirectView.as_view(url=reverse_lazy("account_login")),
        name="no_password",
    ),
    path("accounts/", include("allauth.urls")),
    path("", include("rooms.views.urls")),
]
