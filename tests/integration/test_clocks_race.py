"""Several clocks at once, on a real PostgreSQL: each letter is sent by one of them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, local
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from rooms.lifecycle.schedule import create_room
from rooms.moderation.sanctions import mute_participant
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from rooms.redress.mail import send_letters
from rooms.redress.models import Letter

CLOCKS = 4
LETTERS = 40


_all_send = Barrier(CLOCKS)
_thread = local()


class Together(EmailBackend):
    """Lets no clock send its first letter before each has taken one."""

    def send_messages(self, messages: Any) -> int:
        if not hasattr(_thread, "sends"):
            _thread.sends = True
            _all_send.wait(30)
        return super().send_messages(messages)


@pytest.mark.django_db(transaction=True)
def test_each_letter_is_sent_by_one_clock(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Together"
    room = create_room(title="Course", owner_name="Olga", guest_key="olga")
    olga = Participant.objects.get(room=room, role=Role.OWNER)
    zoe = join_room(room=room, name="Zoé", user=User.objects.create_user("zoe@example.org"))
    for _ in range(LETTERS):
        mute_participant(room=room, actor=olga, participant_id=zoe.pk, seconds=60)
    Letter.objects.update(due_at=timezone.now())

    def clock(_number: int) -> int:
        try:
            return send_letters()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CLOCKS) as pool:
        sent = list(pool.map(clock, range(CLOCKS)))
    assert sum(sent) == LETTERS and min(sent) >= 1
    links = {line for m in mail.outbox for line in str(m.body).split() if "/statements/" in line}
    assert len(mail.outbox) == len(links) == LETTERS
