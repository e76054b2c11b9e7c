"""How much somebody has not read yet."""

from typing import Any

from django import template

from rooms.notifications.inbox import unread_count
from rooms.people.models import User

register = template.Library()
SHOWN = 99


@register.inclusion_tag("rooms/notifications/unread.html")
def unread(user: object) -> dict[str, Any]:
    """Show how many stories an account has not opened."""
    count = unread_count(user) if isinstance(user, User) else 0
    return {"unread": f"{SHOWN}+" if count > SHOWN else count}
