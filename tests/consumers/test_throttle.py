"""How many frames and sockets one client may have."""

from consumers.throttle import BURST, RATE, SOCKETS_EACH, FrameThrottle, Pace, SocketLimit


def test_the_allowed_rate_goes_on_for_ever() -> None:
    throttle = FrameThrottle(0.0)
    paces = {throttle.take(number / RATE) for number in range(10 * RATE)}
    assert paces == {Pace.FINE}


def test_a_burst_fits_and_the_next_frame_is_slowed_down() -> None:
    throttle = FrameThrottle(0.0)
    assert {throttle.take(0.0) for _ in range(BURST)} == {Pace.FINE}
    assert throttle.take(0.0) is Pace.SLOW_DOWN


def test_one_who_goes_on_is_closed() -> None:
    throttle = FrameThrottle(0.0)
    paces = [throttle.take(number / (2 * RATE)) for number in range(6 * BURST)]
    assert paces.index(Pace.SLOW_DOWN) < paces.index(Pace.CLOSE)
    assert paces[-1] is Pace.CLOSE


def test_one_who_waits_as_told_is_welcome_again() -> None:
    throttle = FrameThrottle(0.0)
    while throttle.take(0.0) is Pace.FINE:
        pass
    assert throttle.take(throttle.retry_after) is Pace.FINE


def test_refusals_are_forgotten_after_a_pause() -> None:
    throttle = FrameThrottle(0.0)
    for second in range(0, 60, 10):
        for _ in range(BURST + 100):
            assert throttle.take(float(second)) is not Pace.CLOSE


def test_sockets_are_counted_by_owner() -> None:
    limit = SocketLimit()
    assert all(limit.enter(["alice"]) for _ in range(SOCKETS_EACH))
    assert not limit.enter(["alice"])
    assert limit.enter(["bob"])
    limit.leave(["alice"])
    assert limit.enter(["alice"])


def test_a_refused_socket_is_counted_under_none_of_its_owners() -> None:
    limit = SocketLimit()
    for _ in range(SOCKETS_EACH):
        limit.enter(["session"])
    assert not limit.enter(["participant", "session"])
    assert all(limit.enter(["participant"]) for _ in range(SOCKETS_EACH))


def test_what_costs_more_counts_for_more() -> None:
    throttle = FrameThrottle(0.0)
    assert [throttle.take(0.0, BURST // 4) for _time in range(5)] == [Pace.FINE] * 4 + [
        Pace.SLOW_DOWN
    ]
