"""What the benchmarks are measured on is what proposing and signing would have left."""

import pytest

from rooms.eventlog.fold import differences, gaps
from rooms.eventlog.models import Room
from rooms.initiatives.models import Initiative, Signature
from rooms.initiatives.selectors import Wanted, find_initiatives
from rooms.messages.vault import misplaced
from tests.benchmarks.seed import fill


@pytest.mark.django_db(transaction=True)
def test_a_seeded_site_is_whole() -> None:
    fill(12, 200)
    rooms = list(Room.objects.filter(kind=Room.Kind.INITIATIVE))
    assert len(rooms) == Initiative.objects.count() == 12
    assert Signature.objects.count() == sum(room.signature_count for room in rooms)
    for room in rooms:
        assert gaps(room.pk) == [] and differences(room.pk) == [] and misplaced(room.pk) == []
    first, *others = find_initiatives(Wanted(), limit=12)
    assert first.room.signature_count >= max(one.room.signature_count for one in others)
    assert find_initiatives(Wanted(query=first.room.title))[0] == first
