"""All models of the domain, under one app label and one migration history.

Importing this also registers every event type.
"""

from rooms.eventlog.models import Event, Room
from rooms.groups import events as group_events
from rooms.groups import stories as group_stories
from rooms.groups.models import Candidate, Group
from rooms.initiatives import events as initiative_events
from rooms.initiatives import reporting as initiative_reporting
from rooms.initiatives import stories as initiative_stories
from rooms.initiatives import text as initiative_text
from rooms.initiatives.models import (
    BoundRoom,
    Initiative,
    InitiativeDraft,
    Picture,
    Promoter,
    ReportBack,
    Signature,
)
from rooms.ledger import chain as ledger_chain
from rooms.ledger.models import LedgerEntry
from rooms.lifecycle import events as lifecycle_events
from rooms.lifecycle import stories as lifecycle_stories
from rooms.messages import decision_events, holds, molds
from rooms.messages import events as message_events
from rooms.messages import selectors as message_selectors
from rooms.messages.models import Message, MessageBody, Reaction, VaultedBody
from rooms.moderation import events as moderation_events
from rooms.moderation import naming, room_events
from rooms.moderation.models import RoomPolicy
from rooms.notifications.models import (
    Choice,
    Contact,
    Device,
    Neighbourhood,
    Notification,
)
from rooms.organizing import (
    announcement_events,
    announcements,
    crew_events,
    meetup_events,
    meetup_selectors,
    rsvp_events,
)
from rooms.organizing import events as organizing_events
from rooms.organizing import promotion as organizing_promotion
from rooms.organizing import selectors as organizing_selectors
from rooms.organizing import stories as organizing_stories
from rooms.organizing import telling as organizing_telling
from rooms.organizing.meetup_models import Meetup, MeetupText, Rsvp
from rooms.organizing.models import (
    Acknowledgement,
    Announcement,
    AnnouncementText,
    Assignment,
    CalendarKey,
    Task,
    TaskText,
)
from rooms.people import events as people_events
from rooms.people.models import Participant, User
from rooms.privacy import events as privacy_events
from rooms.privacy.models import ErasedAccount
from rooms.profiles import direct_stories
from rooms.profiles import stories as profile_stories
from rooms.profiles.models import Block, Conversation, Profile, Reading, Tie
from rooms.redress import appeal_events, notice_events, report_events, statements
from rooms.redress import stories as redress_stories
from rooms.redress.models import (
    Appeal,
    AppealMessage,
    Letter,
    Notice,
    NoticeText,
    Report,
    ReportWords,
    Statement,
)

__all__ = [
    "Acknowledgement",
    "Announcement",
    "AnnouncementText",
    "Appeal",
    "AppealMessage",
    "Assignment",
    "Block",
    "BoundRoom",
    "CalendarKey",
    "Candidate",
    "Choice",
    "Contact",
    "Conversation",
    "Device",
    "ErasedAccount",
    "Event",
    "Group",
    "Initiative",
    "InitiativeDraft",
    "LedgerEntry",
    "Letter",
    "Meetup",
    "MeetupText",
    "Message",
    "MessageBody",
    "Neighbourhood",
    "Notice",
    "NoticeText",
    "Notification",
    "Participant",
    "Picture",
    "Profile",
    "Promoter",
    "Reaction",
    "Reading",
    "Report",
    "ReportBack",
    "ReportWords",
    "Room",
    "RoomPolicy",
    "Rsvp",
    "Signature",
    "Statement",
    "Task",
    "TaskText",
    "Tie",
    "User",
    "VaultedBody",
    "announcement_events",
    "announcements",
    "appeal_events",
    "crew_events",
    "decision_events",
    "direct_stories",
    "group_events",
    "group_stories",
    "holds",
    "initiative_events",
    "initiative_reporting",
    "initiative_stories",
    "initiative_text",
    "ledger_chain",
    "lifecycle_events",
    "lifecycle_stories",
    "meetup_events",
    "meetup_selectors",
    "message_events",
    "message_selectors",
    "moderation_events",
    "molds",
    "naming",
    "notice_events",
    "organizing_events",
    "organizing_promotion",
    "organizing_selectors",
    "organizing_stories",
    "organizing_telling",
    "people_events",
    "privacy_events",
    "profile_stories",
    "redress_stories",
    "report_events",
    "room_events",
    "rsvp_events",
    "statements",
]
