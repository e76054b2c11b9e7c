"""Links that a moderator must look at."""

from functools import lru_cache

from django.conf import settings

from rooms.moderation.links import is_under, links_in, one_form
from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict

MANY = 3
"""Links in one message, more than which are held whatever their hosts."""


class Links:
    """Holds links to hosts that the site or the room holds, and many links at once.

    Where hosts are allowed (``settings.LINK_ALLOW``, the room's own), all others are held but
    this site's own. What is held stays so, also where it is allowed.
    """

    def screen(self, submission: Submission) -> Verdict:
        rules = submission.rules
        held = _hosts((*settings.LINK_HOLD, *rules.held_hosts))
        allowed = _hosts((*settings.LINK_ALLOW, *rules.allowed_hosts))
        own = _hosts((*settings.ALLOWED_HOSTS,))
        links = links_in(submission.text, held)
        for link in links:
            is_strange = allowed and not is_under(link.host, allowed | own)
            if is_strange or is_under(link.host, held):
                return Verdict(Outcome.HOLD, Rule.LINK, span=link.span)
        if len(links) > MANY:
            return Verdict(Outcome.HOLD, Rule.LINK, span=links[MANY].span)
        return ALLOW


@lru_cache(maxsize=256)
def _hosts(hosts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(one_form, hosts))
