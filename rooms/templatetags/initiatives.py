"""What the templates need to show initiatives."""

from django import template

from rooms.eventlog.models import Room
from rooms.eventlog.views import RoomView

register = template.Library()


@register.filter
def percent_signed(room: Room | RoomView) -> str:
    """Return how much of its threshold an initiative has, 0 to 100, as SVG writes numbers."""
    return f"{min(100.0, 100 * room.signature_count / max(room.threshold, 1)):.1f}"
