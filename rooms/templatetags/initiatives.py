"""What the templates need to show initiatives."""

from django import template

from rooms.eventlog.models import Room
from rooms.eventlog.views import EventView, RoomView
from rooms.initiatives.models import Initiative

register = template.Library()


@register.filter
def percent_signed(room: Room | RoomView) -> str:
    """Return how much of its threshold an initiative has, 0 to 100, as SVG writes numbers."""
    return f"{min(100.0, 100 * room.signature_count / max(room.threshold, 1)):.1f}"


@register.simple_tag
def initiative_named(view: EventView) -> Initiative | None:
    """Return the initiative that a ``message.promoted`` event names, while it can be read."""
    found = Initiative.objects.filter(room=view.payload["initiative"], is_visible=True)
    return found.select_related("room").first()


@register.simple_tag
def bound_room(view: EventView) -> Room:
    """Return the room that an ``initiative.bound`` event names."""
    return Room.objects.get(pk=view.payload["room"])
