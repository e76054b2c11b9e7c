"""Choosing the language to read in, which is also the one to be written to in."""

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from rooms.people.identity import remember_language
from rooms.views.visitors import account


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Set the language of the pages, and of an account's letters."""
    if user := account(request):
        remember_language(user=user, language=request.POST.get("language", ""))
    return set_language(request)
