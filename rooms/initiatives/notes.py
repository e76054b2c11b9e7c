"""Why people sign, in their own words: a message in the initiative's room."""

from rooms.initiatives.models import Signature
from rooms.messages.posting import Receipt, post_message
from rooms.people.membership import join_room
from rooms.people.models import User


def add_note(
    *,
    signature: Signature,
    text: str,
    name: str,
    client_id: str,
    user: User | None = None,
    guest_key: str = "",
) -> Receipt:
    """Post why somebody signs, under the name they give; raises ``Refused``."""
    room = signature.initiative.room
    author = join_room(room=room, name=name, user=user, guest_key=guest_key)
    receipt = post_message(room=room, author=author, client_id=client_id, text=text)
    Signature.objects.filter(pk=signature.pk).update(note=receipt.number)
    return receipt
