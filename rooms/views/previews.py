"""What other sites and messengers show of a link to a page: words and a picture of our own making.

Only of what everybody may read: of anything else neither the page nor a picture says anything to
somebody who has not come in, and nothing here says more to those who have.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from textwrap import wrap

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

import rooms.initiatives
from rooms.eventlog.models import Room
from rooms.groups.models import Group
from rooms.groups.selectors import find_group
from rooms.initiatives.models import Initiative
from rooms.initiatives.selectors import find_initiative
from rooms.initiatives.text import split, text_of
from rooms.markdown import to_text
from rooms.people.selectors import people_of
from rooms.profiles.showing import find_shown
from rooms.views.access import visit

SIZE = (1200, 630)
"""Pixels that link previews are shown at without being cut."""
LASTS = 300
"""Seconds for which a picture may be kept; what it counts goes on changing."""
_FONT = Path(rooms.initiatives.__file__).parent / "fonts" / "DejaVuSans.ttf"
_PAPER, _INK, _QUIET, _MARK = "#f6f5f1", "#191a1c", "#5b5d63", "#2f4bd0"
_LINES, _WIDTH = 5, 1040


@dataclass(frozen=True)
class Preview:
    """What ``rooms/pieces/preview.html`` puts into the head of a page; addresses are absolute."""

    title: str
    description: str
    url: str
    picture: str


def preview_of_room(request: HttpRequest, room: Room) -> Preview | None:
    """Return what a link to a room shows elsewhere; None where a link must tell nothing."""
    if not _may_be_shown(room):
        return None
    return _preview(request, ("room", "preview"), room.slug, room.title, room.brief)


def preview_of_initiative(request: HttpRequest, initiative: Initiative) -> Preview | None:
    """Return what a link to an initiative shows elsewhere, if everybody may read it."""
    if not _is_readable(initiative):
        return None
    names = ("initiative", "initiative_preview")
    _title, brief = split(text_of(initiative))
    room = initiative.room
    return _preview(request, names, room.slug, room.title, to_text(brief))


def preview_of_group(request: HttpRequest, group: Group) -> Preview | None:
    """Return what a link to a public group shows elsewhere."""
    if group.is_private:
        return None
    room, names = group.room, ("group", "group_preview")
    return _preview(request, names, room.slug, room.title, to_text(room.brief))


def preview_of_profile(request: HttpRequest, token: str) -> Preview | None:
    """Return what a link to a profile shows elsewhere: what its owner shows to everybody."""
    shown = find_shown(token, None)
    if shown is None:
        return None
    return _preview(request, ("profile", "profile_preview"), token, shown.name, shown.about)


@require_safe
def room_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the picture of an open room: its title, and how many people are in it."""
    room = visit(request, slug).room
    if not _may_be_shown(room):
        raise Http404
    count = people_of(room).count()
    with translation.override(room.language):
        counter = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
        return _picture(room.title, [room.get_kind_display(), counter])


@require_safe
def initiative_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the picture of an initiative: its title, and how many have signed."""
    initiative = find_initiative(slug)
    if initiative is None or not _is_readable(initiative):
        raise Http404
    room, count = initiative.room, initiative.room.signature_count
    with translation.override(room.language):
        counter = ngettext("%(count)s signature", "%(count)s signatures", count) % {"count": count}
        return _picture(room.title, [initiative.get_kind_display(), counter])


@require_safe
def group_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the picture of a public group: its name, and where it is."""
    group = find_group(slug)
    if group is None or group.is_private:
        raise Http404
    with translation.override(group.room.language):
        return _picture(group.room.title, [group.room.get_kind_display(), group.place_name])


@require_safe
def profile_picture(request: HttpRequest, token: str) -> HttpResponse:
    """Return the picture of a profile: the name, and the place if everybody is shown it."""
    shown = find_shown(token, None)
    if shown is None:
        raise Http404
    return _picture(shown.name, [shown.place_name])


def _preview(
    request: HttpRequest, names: tuple[str, str], key: str, title: str, text: str
) -> Preview:
    page, picture = (reverse(f"rooms:{name}", args=[key]) for name in names)
    return Preview(
        title=title,
        description=Truncator(" ".join(text.split())).chars(200),
        url=request.build_absolute_uri(page),
        picture=request.build_absolute_uri(picture),
    )


def _picture(title: str, facts: Sequence[str]) -> HttpResponse:
    line = " · ".join(fact for fact in facts if fact)
    answer = HttpResponse(draw(title, line), content_type="image/png")
    answer["Cache-Control"] = f"public, max-age={LASTS}"
    return answer


def draw(title: str, counter: str) -> bytes:
    """Return a PNG with a title, broken into lines, and a line about it at the foot."""
    picture = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 16, SIZE[1]), fill=_MARK)
    text = "\n".join(wrap(title, 28, max_lines=_LINES, placeholder="…"))
    sizes = [ImageFont.truetype(_FONT, size) for size in (60, 48, 36, 20)]
    fits = (font for font in sizes if pen.multiline_textbbox((0, 0), text, font)[2] <= _WIDTH)
    large, small = next(fits, sizes[-1]), ImageFont.truetype(_FONT, 34)
    pen.multiline_text((80, 70), text, fill=_INK, font=large, spacing=18)
    foot = f"livedebate · {counter}" if counter else "livedebate"
    pen.text((80, SIZE[1] - 110), foot, fill=_QUIET, font=small)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _may_be_shown(room: Room) -> bool:
    return room.access == Room.Access.OPEN and room.kind in (Room.Kind.DEBATE, Room.Kind.ACTION)


def _is_readable(initiative: Initiative) -> bool:
    return initiative.is_visible and initiative.room.access == Room.Access.OPEN
