"""What other sites and messengers show of a link to a page: words and a picture of our own making.

Only of rooms that are open to everybody: of any other room neither its page nor its picture says
anything to somebody who has not come in, and nothing here says more to those who have.
"""

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
from rooms.people.selectors import people_of
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
    page, picture = (reverse(f"rooms:{name}", args=[room.slug]) for name in ("room", "preview"))
    return Preview(
        title=room.title,
        description=Truncator(" ".join(room.brief.split())).chars(200),
        url=request.build_absolute_uri(page),
        picture=request.build_absolute_uri(picture),
    )


@require_safe
def room_picture(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the picture of an open room: its title, and how many people are in it."""
    room = visit(request, slug).room
    if not _may_be_shown(room):
        raise Http404
    count = people_of(room).count()
    with translation.override(room.language):
        counter = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
        kind = room.get_kind_display()
    answer = HttpResponse(draw(room.title, f"{kind} · {counter}"), content_type="image/png")
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
    pen.text((80, SIZE[1] - 110), f"livedebate · {counter}", fill=_QUIET, font=small)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _may_be_shown(room: Room) -> bool:
    return room.access == Room.Access.OPEN and room.kind in (Room.Kind.DEBATE, Room.Kind.ACTION)
