"""One way for each to spoil a good history: what the checker has to catch, and as what."""

from collections.abc import Callable

from msgspec.structs import replace

from tests.faults.good import Site
from tests.faults.history import Ack, Change, Receive, Resume, Seen
from tests.faults.log import Logged
from tests.faults.violations import Kind


def lose_a_write(site: Site) -> None:
    """The database comes back without the last thing it took."""
    last = site.log.pop()
    for index, record in enumerate(site.history):
        if isinstance(record, Receive):
            kept = tuple(e for e in record.events if e.seq != last.seq)
            site.history[index] = replace(record, events=kept)


def acknowledge_anothers(site: Site) -> None:
    ack = next(r for r in site.history if isinstance(r, Ack))
    site.history[site.history.index(ack)] = replace(ack, seq=ack.seq + 1)


def write_twice(site: Site) -> None:
    ack = next(r for r in site.history if isinstance(r, Ack) and r.id.startswith("mark"))
    seq = len(site.log) + 1
    mark = Change("log", "beforeend", f"m-{seq}", "x", ())
    site.happens("message.posted", mark, actor=1, client_id=ack.id)
    site.history.append(replace(ack, at=1e6, seq=seq))
    site.settle()


def never_show_the_rest(site: Site) -> None:
    site.post(201)


def of_last_with(site: Site, most: int) -> tuple[int, Receive]:
    """Return the last delivery of at least so many events, and where it stands."""
    indexed = enumerate(site.history)
    return [(i, r) for i, r in indexed if isinstance(r, Receive) and len(r.events) >= most][-1]


def skip_one(site: Site) -> None:
    index, record = of_last_with(site, 2)
    site.history[index] = replace(record, events=record.events[1:])


def send_one_twice(site: Site) -> None:
    index, record = of_last_with(site, 1)
    site.history[index] = replace(record, events=(*record.events, record.events[-1]))


def swap_two(site: Site) -> None:
    index, record = of_last_with(site, 2)
    one, two, *rest = record.events
    site.history[index] = replace(record, events=(two, one, *rest))


def show_to_one_who_comes_later(site: Site) -> None:
    """A page kept somewhere has the text still, for one who asks after the removal."""
    removal = next(e for e in site.log if e.type == "message.removed")
    mark = site.log[removal.about - 1].client_id
    site.history.append(Resume(at=1e6, client="late", after=0))
    event = Seen(removal.about, "message.posted", (Change("log", "beforeend", "m", "", (mark,)),))
    before = tuple(Seen(e.seq, e.type) for e in site.log[: removal.about - 1])
    site.history.append(Receive(at=1e6, client="late", events=(*before, event)))


def show_after_the_removal(site: Site) -> None:
    """Something that happened later quotes what was removed."""
    removal = next(e for e in site.log if e.type == "message.removed")
    mark = site.log[removal.about - 1].client_id
    reply = Change("log", "beforeend", f"m-{len(site.log) + 1}", "re", (mark,))
    site.happens("message.posted", reply, actor=1, client_id="reply")
    site.settle()


def leave_on_the_page(site: Site) -> None:
    """Everybody hears of a removal, and nobody's page is told what to do about it."""
    for index, record in enumerate(site.history):
        if isinstance(record, Receive):
            kept = [replace(e, changes=()) if "removed" in e.type else e for e in record.events]
            site.history[index] = replace(record, events=tuple(kept))


def post_while_muted(site: Site) -> None:
    site.mute(202)
    site.muted.clear()
    site.post(202)
    site.settle()


def show_something_else(site: Site) -> None:
    index, record = of_last_with(site, 1)
    *rest, last = record.events
    other = replace(last, changes=(replace(last.changes[0], digest="other"),))
    site.history[index] = replace(record, events=(*rest, other))


def name_another_type(site: Site) -> None:
    index, record = of_last_with(site, 1)
    *rest, last = record.events
    site.history[index] = replace(record, events=(*rest, replace(last, type="room.closed")))


def leave_a_hole(site: Site) -> None:
    last = site.log[-1]
    moved = Logged(last.seq + 1, last.type, last.at, last.actor, last.client_id, last.about)
    site.log[-1] = moved


MUTATIONS: dict[Callable[[Site], None], Kind] = {
    lose_a_write: Kind.LOST_WRITE,
    acknowledge_anothers: Kind.LOST_WRITE,
    write_twice: Kind.WRITTEN_TWICE,
    never_show_the_rest: Kind.UNOBSERVED,
    skip_one: Kind.SKIP,
    send_one_twice: Kind.DUPLICATE,
    swap_two: Kind.REORDERING,
    show_to_one_who_comes_later: Kind.RESURRECTED,
    show_after_the_removal: Kind.RESURRECTED,
    leave_on_the_page: Kind.RESURRECTED,
    post_while_muted: Kind.AFTER_MUTE,
    show_something_else: Kind.DIVERGENT,
    name_another_type: Kind.DIVERGENT,
    leave_a_hole: Kind.GAP,
}
