"""Who may change what, when: the table by which sockets and pages are held, written by hand.

Not derived from ``rooms.people.roles``: it is what that has to come to. Each row says what the
people of a room are answered, in the order of ``INSIDE``: ``yes``, or why not. ``unseen`` is the
same answer as for what does not exist.
"""

from collections.abc import Iterator

STATES = ("scheduled", "open", "paused", "closed", "locked", "private")
"""Of a room. ``private``: open, and to be read by those alone who have entered it by its code."""
INSIDE = (
    *("observer", "participant", "muted", "banned"),
    *("moderator", "banned_moderator", "owner"),
)
OUTSIDE = ("stranger", "reader", "elsewhere", "team")
"""Without a session; with one, but without a name; moderating another room; the site's, not in."""
WHO = (*OUTSIDE, *INSIDE)

Row = dict[str, str]


def _always(answers: str) -> Row:
    return dict.fromkeys(STATES, answers)


#                observer  participant muted banned moderator banned_moderator owner
_OPEN = "        forbidden yes         muted banned yes       banned           yes"
SPEAKING: Row = {
    "scheduled": "forbidden not_open   muted banned not_open  banned           not_open",
    "open": _OPEN,
    "paused": "  forbidden paused      muted banned yes       banned           yes",
    "closed": "  forbidden closed      muted banned closed    banned           closed",
    "locked": _OPEN,
    "private": _OPEN,
}
_ORGANISED = "   forbidden forbidden   forbidden banned yes   banned           yes"
ORGANISING: Row = {
    "scheduled": "forbidden forbidden forbidden banned not_open banned not_open",
    "open": _ORGANISED,
    "paused": _ORGANISED,
    "closed": "forbidden forbidden forbidden banned closed banned closed",
    "locked": _ORGANISED,
    "private": _ORGANISED,
}
"""What only organisers do, and only where one may speak."""
_PAGE = "unseen unseen unseen unseen yes unseen yes"
ORGANISING_BY_FORM: Row = {
    "scheduled": "unseen unseen unseen unseen not_open unseen not_open",
    "open": _PAGE,
    "paused": _PAGE,
    "closed": "unseen unseen unseen unseen closed unseen closed",
    "locked": _PAGE,
    "private": _PAGE,
}
"""The same where the form itself is on a page that nobody else sees."""
_HANDED = "forbidden forbidden muted banned yes banned yes"
HANDING_OVER: Row = {
    "scheduled": "forbidden not_open muted banned not_open banned not_open",
    "open": _HANDED,
    "paused": "forbidden paused muted banned yes banned yes",
    "closed": "forbidden closed muted banned closed banned closed",
    "locked": _HANDED,
    "private": _HANDED,
}
"""To give another person's place to a third one."""
# Moderators decide before a debate opens and after it has closed as well.
MODERATING = _always("forbidden forbidden forbidden banned yes banned yes")
MODERATING_BY_PAGE = _always(_PAGE)
REMOVING = _always("forbidden forbidden forbidden forbidden yes forbidden yes")
NOBODY_ELSES = _always("forbidden forbidden forbidden forbidden forbidden forbidden forbidden")
OVER_MODERATORS = _always("forbidden forbidden forbidden banned forbidden banned yes")
OWNING = _always("forbidden forbidden forbidden banned forbidden banned yes")
REPORTING = _always("yes yes yes banned yes banned yes")
TAKING_BACK_ONES_OWN = _always("forbidden yes yes yes yes yes yes")
INSIDE_ALL = _always("yes yes yes yes yes yes yes")

# --- what outsiders are answered: in each state of STATES ----------------------------------

_OUT = "forbidden forbidden forbidden forbidden forbidden unseen"
OUT: Row = dict.fromkeys(OUTSIDE, _OUT)
OUT_OF_PAGES: Row = dict.fromkeys(OUTSIDE, "unseen unseen unseen unseen unseen unseen")
COMING_IN: Row = {
    **dict.fromkeys(OUTSIDE, "yes yes yes yes locked unseen"),
    "team": "yes yes yes yes yes unseen",
}
COMING_IN_BY_CODE: Row = {
    **dict.fromkeys(OUTSIDE, "yes yes yes yes locked yes"),
    "team": "yes yes yes yes yes yes",
}
BY_SECRET_LINK: Row = dict.fromkeys(OUTSIDE, "yes yes yes yes yes yes")
TEAM_ONLY: Row = {
    **dict.fromkeys(OUTSIDE, " ".join(["sign_in"] * 6)),
    "team": "yes yes yes yes yes forbidden",
}
TEAM_ONLY_INSIDE = _always("sign_in sign_in sign_in sign_in sign_in sign_in sign_in")

TABLE: dict[str, tuple[Row, Row]] = {
    # What the socket and a page both do.
    "post": (SPEAKING, OUT),
    "react": (SPEAKING, OUT),
    "edit": (SPEAKING, OUT),
    "edit another's": (NOBODY_ELSES, OUT),
    "remove": (REMOVING, OUT),
    "remove one's own": (TAKING_BACK_ONES_OWN, OUT),
    "approve": (MODERATING, OUT),
    "reject": (MODERATING, OUT),
    "withhold": (MODERATING, OUT),
    "restore": (MODERATING, OUT),
    "claim": (MODERATING, OUT),
    "mute": (MODERATING, OUT),
    "mute a moderator": (OVER_MODERATORS, OUT),
    "unmute": (MODERATING, OUT),
    "ban": (MODERATING, OUT),
    "ban a moderator": (OVER_MODERATORS, OUT),
    "unban": (MODERATING, OUT),
    "slow": (MODERATING, OUT),
    "mode": (MODERATING, OUT),
    # What pages do.
    # A private room is entered by its code, or by an invitation.
    "join": ({**INSIDE_ALL, "private": " ".join(["forbidden"] * 7)}, COMING_IN),
    "by_code": (INSIDE_ALL, COMING_IN_BY_CODE),
    "by_invite": (INSIDE_ALL, COMING_IN_BY_CODE),
    "team_enter": (TEAM_ONLY_INSIDE, TEAM_ONLY),
    "decide_wave": (REMOVING, OUT),
    "decide_theirs": (MODERATING, OUT),
    # Each takes back what they decided themselves: here nothing.
    "undo": (INSIDE_ALL, OUT),
    "change_role": (OWNING, OUT),
    "hold_policy": (MODERATING, OUT),
    "words": (MODERATING, OUT),
    "schedule": (OWNING, OUT),
    "report": (REPORTING, OUT),
    "dismiss_reports": (MODERATING, OUT),
    "appeal": (MODERATING_BY_PAGE, OUT_OF_PAGES),
    "contest": (INSIDE_ALL, BY_SECRET_LINK),
    "decide_notice": (MODERATING_BY_PAGE, OUT_OF_PAGES),
    "add_pattern": (MODERATING_BY_PAGE, OUT_OF_PAGES),
    "try_pattern": (MODERATING_BY_PAGE, OUT_OF_PAGES),
    "switch_pattern": (MODERATING_BY_PAGE, OUT_OF_PAGES),
    "remove_pattern": (MODERATING_BY_PAGE, OUT_OF_PAGES),
    "hosts": (MODERATING_BY_PAGE, OUT_OF_PAGES),
    "task_step": (SPEAKING, OUT),
    "task_give": (HANDING_OVER, OUT),
    "task_cancel": (ORGANISING, OUT),
    "new_task": (ORGANISING_BY_FORM, OUT_OF_PAGES),
    "edit_task": (ORGANISING_BY_FORM, OUT_OF_PAGES),
    "new_shift": (ORGANISING_BY_FORM, OUT_OF_PAGES),
    "new_meetup": (ORGANISING_BY_FORM, OUT_OF_PAGES),
    "edit_meetup": (ORGANISING_BY_FORM, OUT_OF_PAGES),
    "cancel_meetup": (ORGANISING, OUT),
    "rsvp": (SPEAKING, OUT),
    "announcements": (ORGANISING_BY_FORM, OUT_OF_PAGES),
    "edit_announcement": (ORGANISING_BY_FORM, OUT_OF_PAGES),
    "acknowledge": (INSIDE_ALL, OUT),
    "calendars": (INSIDE_ALL, OUT_OF_PAGES),
    # Last: they change the state.
    "open": (
        {
            **OWNING,
            **dict.fromkeys(
                ("open", "paused", "locked", "private"),
                "forbidden forbidden forbidden banned forbidden banned stale",
            ),
        },
        OUT,
    ),
    "close": (OWNING, OUT),
}
"""Each deed, and what people inside and outside are answered."""

BY_SOCKET = {
    *("post", "react", "edit", "remove", "approve", "reject", "withhold", "restore", "claim"),
    *("mute", "unmute", "ban", "unban", "slow", "mode"),
}
"""The socket's commands, by the deeds' names: there is no other."""

ELSEWHERE: dict[str, tuple[str, str]] = {
    # Open to everybody.
    "language": ("yes", "yes"),
    "new": ("yes", "yes"),
    "notice_form": ("yes", "yes"),
    "initiatives_near": ("yes", "yes"),
    "sign": ("yes", "yes"),
    "withdraw": ("yes", "yes"),
    # One's own, of who is signed in; a visitor has nothing, or signs in first.
    "erase_me": ("yes", "yes"),
    "my_profile": ("sign_in", "yes"),
    "choices": ("sign_in", "yes"),
    "everything_read": ("sign_in", "yes"),
    "device": ("sign_in", "yes"),
    "new_group": ("sign_in", "yes"),
    "new_initiative": ("sign_in", "yes"),
    "join_group": ("sign_in", "yes"),
    "ask_group": ("sign_in", "forbidden"),
    "ask_contact": ("sign_in", "yes"),
    "block_profile": ("sign_in", "yes"),
    "unblock": ("sign_in", "unseen"),
    # By the secret of a link.
    "unsubscribe": ("yes", "yes"),
    "signature": ("yes", "yes"),
    "promote": ("sign_in", "yes"),
    # Somebody else's: not to be told from what is not there.
    "draft": ("sign_in", "unseen"),
    "drop_draft": ("sign_in", "unseen"),
    "answer_contact": ("sign_in", "unseen"),
    "write_to": ("sign_in", "unseen"),
    "read_direct": ("sign_in", "unseen"),
    "private_report": ("sign_in", "unseen"),
    "revise": ("unseen", "unseen"),
    "open_debate": ("unseen", "unseen"),
    "open_action": ("unseen", "unseen"),
    "report_back": ("unseen", "unseen"),
    "archive": ("unseen", "unseen"),
    "leave_promotion": ("unseen", "unseen"),
    "invite_promoter": ("unseen", "unseen"),
    "leave_group": ("sign_in", "unseen"),
    "answer_request": ("sign_in", "unseen"),
    "describe_group": ("unseen", "unseen"),
    "group_debate": ("unseen", "unseen"),
    "group_action": ("unseen", "unseen"),
}
"""What belongs to no room's roles: what a visitor, and an account that has nothing to do with it,
are answered. ``yes``: they are let in, whatever is said of what they send."""


def varies(deed: str) -> bool:
    """Tell whether what people are answered depends on the state of the room."""
    inside, outside = TABLE[deed]
    return len(set(inside.values())) > 1 or (outside is not OUT and outside is not OUT_OF_PAGES)


def expected(who: str, state: str) -> Iterator[tuple[str, str]]:
    """Yield each deed, and what somebody is answered in a room in that state."""
    for deed, (inside, outside) in TABLE.items():
        if who in OUTSIDE:
            yield deed, outside[who].split()[STATES.index(state)]
        else:
            yield deed, inside[state].split()[INSIDE.index(who)]
