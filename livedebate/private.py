"""What pages say about being kept: made for one person, they are not another's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class Private:
    """Lets no shared cache keep an answer that says nothing of it: it may be one person's.

    A browser may keep it, and asks before it shows it again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
