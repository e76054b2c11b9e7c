"""Pictures of a report, made anew so that they hold nothing but what one sees."""

from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from rooms.eventlog.errors import Code, Refused

MOST = 5
"""Pictures of one report."""
MAX_BYTES = 10 * 1024 * 1024
"""Of one picture as it is sent."""
MAX_PIXELS = 60_000_000
"""Of one picture as it is sent; more are not unpacked."""
SIDE = 1600
"""Pixels of the longer side as it is kept."""
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class Jpeg:
    data: bytes
    width: int
    height: int


def remake(file: IO[bytes], size: int) -> Jpeg:
    """Return a picture as a JPEG of at most :data:`SIDE` pixels, upright, without any metadata.

    Where it was taken, when, and by which camera is gone with that. Raises ``Refused`` for what is
    too large, or no picture.
    """
    if size > MAX_BYTES:
        raise Refused(Code.TOO_LONG, _("This picture is too large. Send one of up to 10 MB."))
    try:
        picture = Image.open(file, formats=_FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise Refused(Code.TOO_LONG, _("This picture has too many pixels. Send a smaller one."))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((SIDE, SIDE))
        plain = Image.new("RGB", upright.size, "white")
        seen = upright.convert("RGBA")
        plain.paste(seen, mask=seen.getchannel("A"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Refused(
            Code.BAD_SHAPE, _("This file is not a picture. Send a JPEG, PNG or WebP.")
        ) from None
    out = BytesIO()
    plain.save(out, "JPEG", quality=82, optimize=True)
    return Jpeg(out.getvalue(), *plain.size)
