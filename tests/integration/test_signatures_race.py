"""Many people sign one initiative at the same moment."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event
from rooms.initiatives.models import Signature
from rooms.initiatives.signing import confirm_signature
from tests.rooms.test_initiatives import Propose, paula, propose
from tests.rooms.test_signatures import ask, count

__all__ = ["paula", "propose"]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_each_counted_and_reach_it_once(propose: Propose) -> None:
    initiative = propose(threshold=6)
    signatures = [ask(initiative, f"r{n}@example.org") for n in range(12)]
    barrier = Barrier(4)

    def confirm(mine: list[Signature]) -> None:
        barrier.wait()
        for signature in mine:
            confirm_signature(Signature.objects.get(pk=signature.pk))
        connections.close_all()

    threads = [Thread(target=confirm, args=(signatures[n::4] * 2,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(initiative) == 12
    assert Event.objects.filter(type="initiative.reached").count() == 1
    assert differences(initiative.room.pk) == []
