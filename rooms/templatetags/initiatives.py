"""What the templates need to show initiatives."""

from django import template

from rooms.eventlog.models import Room
from rooms.eventlog.views import RoomView
from rooms.initiatives.models import Initiative
from rooms.places.place import Place, distance_km

register = template.Library()


@register.filter
def percent_signed(room: Room | RoomView) -> str:
    """Return how much of its threshold an initiative has, 0 to 100, as SVG writes numbers."""
    return f"{min(100.0, 100 * room.signature_count / max(room.threshold, 1)):.1f}"


@register.filter
def km_from(initiative: Initiative, place: Place) -> int:
    """Return how many kilometres an initiative is from a place; 0 where that is not known."""
    if initiative.latitude is None or initiative.longitude is None:
        return 0
    return round(distance_km(place, (initiative.latitude, initiative.longitude)))
