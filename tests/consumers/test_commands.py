"""Every command of the protocol is carried out by something."""

from consumers import commands, protocol


def test_every_command_has_its_function() -> None:
    asked = {cls for cls in protocol.COMMANDS.values() if issubclass(cls, protocol.Asked)}
    assert asked == {*commands.TABLE, protocol.Ping, protocol.Post}
