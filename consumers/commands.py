"""From a command's frame to a function of the domain: translation, and nothing else."""

from collections.abc import Callable
from functools import partial
from typing import Any

from consumers import protocol
from consumers.actor import Actor
from consumers.posting import Posting
from consumers.threads import in_database
from rooms.eventlog.models import Event, Room
from rooms.messages.decisions import (
    approve_message,
    claim_message,
    reject_message,
    remove_message,
    restore_message,
    withhold_message,
)
from rooms.messages.editing import edit_message
from rooms.messages.posting import Receipt
from rooms.messages.reactions import react
from rooms.moderation.modes import set_mode
from rooms.moderation.sanctions import (
    ban_participant,
    mute_participant,
    slow_participant,
    unban_participant,
    unmute_participant,
)
from rooms.people.models import Participant


def _edit(room: Room, actor: Participant, edit: protocol.Edit) -> Receipt:
    return edit_message(room=room, actor=actor, number=edit.message, text=edit.text)


def _remove(room: Room, actor: Participant, remove: protocol.Remove) -> Receipt:
    return remove_message(room=room, actor=actor, number=remove.message, reason=remove.reason)


def _react(room: Room, actor: Participant, reaction: protocol.React) -> Receipt:
    number, emoji, on = reaction.message, reaction.emoji, reaction.on
    return react(room=room, actor=actor, number=number, emoji=emoji, on=on)


def _approve(room: Room, actor: Participant, approval: protocol.Approve) -> Receipt:
    return approve_message(room=room, actor=actor, number=approval.message)


def _reject(room: Room, actor: Participant, rejection: protocol.Reject) -> Receipt:
    number, reason = rejection.message, rejection.reason
    return reject_message(room=room, actor=actor, number=number, reason=reason)


def _mute(room: Room, actor: Participant, mute: protocol.Mute) -> Receipt:
    return _done(
        mute_participant(
            room=room,
            actor=actor,
            participant_id=mute.participant,
            seconds=mute.seconds,
            reason=mute.reason,
        )
    )


def _unmute(room: Room, actor: Participant, unmute: protocol.Unmute) -> Receipt:
    return _done(unmute_participant(room=room, actor=actor, participant_id=unmute.participant))


def _withhold(room: Room, actor: Participant, withholding: protocol.Withhold) -> Receipt:
    return withhold_message(room=room, actor=actor, number=withholding.message)


def _restore(room: Room, actor: Participant, restoring: protocol.Restore) -> Receipt:
    return restore_message(room=room, actor=actor, number=restoring.message)


def _claim(room: Room, actor: Participant, claim: protocol.Claim) -> Receipt:
    return claim_message(room=room, actor=actor, number=claim.message)


def _ban(room: Room, actor: Participant, ban: protocol.Ban) -> Receipt:
    person, reason = ban.participant, ban.reason
    return _done(ban_participant(room=room, actor=actor, participant_id=person, reason=reason))


def _unban(room: Room, actor: Participant, unban: protocol.Unban) -> Receipt:
    return _done(unban_participant(room=room, actor=actor, participant_id=unban.participant))


def _slow(room: Room, actor: Participant, slow: protocol.Slow) -> Receipt:
    return _done(
        slow_participant(
            room=room,
            actor=actor,
            participant_id=slow.participant,
            seconds=slow.seconds,
            reason=slow.reason,
        )
    )


def _mode(room: Room, actor: Participant, switch: protocol.SetMode) -> Receipt:
    mode, value, reason = switch.mode, switch.value, switch.reason
    return _done(set_mode(room=room, actor=actor, mode=mode, value=value, reason=reason))


def _done(event: Event) -> Receipt:
    return Receipt(event.seq, 0, "done")


TABLE: dict[type[protocol.Asked], Callable[[Room, Participant, Any], Receipt]] = {
    protocol.Edit: _edit,
    protocol.Remove: _remove,
    protocol.React: _react,
    protocol.Approve: _approve,
    protocol.Reject: _reject,
    protocol.Mute: _mute,
    protocol.Unmute: _unmute,
    protocol.Withhold: _withhold,
    protocol.Restore: _restore,
    protocol.Claim: _claim,
    protocol.Ban: _ban,
    protocol.Unban: _unban,
    protocol.Slow: _slow,
    protocol.SetMode: _mode,
}


async def carry_out(command: protocol.Asked, actor: Actor, posting: Posting) -> Receipt:
    """Do what a command asks for; raises ``Refused``, ``SessionEnded``, ``DatabaseUnavailable``."""
    if isinstance(command, protocol.Post):
        return await posting.post(command, actor)
    return await in_database(actor.act, partial(_call, TABLE[type(command)], command))


def _call(
    function: Callable[[Room, Participant, Any], Receipt],
    command: protocol.Asked,
    room: Room,
    actor: Participant,
) -> Receipt:
    return function(room, actor, command)
