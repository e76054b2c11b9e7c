"""Entering a room of any server as a guest, by its pages, as a browser does."""

import aiohttp


class CannotJoin(Exception):
    """The server did not let this participant in."""


async def join(
    http: aiohttp.ClientSession, origin: str, slug: str, name: str, code: str = ""
) -> None:
    """Enter a room under a name; the session's cookies are those of the participant then.

    A room with a code is entered by its code. Raises ``CannotJoin``.
    """
    page = f"{origin}/j/{code}" if code else f"{origin}/rooms/{slug}/"
    action = page if code else f"{page}join"
    try:
        async with http.get(page) as answer:
            if answer.status != 200:
                raise CannotJoin(f"{page} answers {answer.status}")
        token = {cookie.key: cookie.value for cookie in http.cookie_jar}.get("csrftoken", "")
        form = {"name": name, "csrfmiddlewaretoken": token}
        headers = {"Referer": page, "Origin": origin}
        async with http.post(action, data=form, headers=headers, allow_redirects=False) as answer:
            if answer.status != 302:
                raise CannotJoin(f"{name!r} is not let in: {action} answers {answer.status}")
    except (aiohttp.ClientError, OSError) as error:
        raise CannotJoin(f"{page}: {error}") from error
