"""How much time is left: counted from when a process first saw a question in its phase."""

from __future__ import annotations

from workshop.phases import Phase
from workshop.room.countdown import Countdown


def test_what_is_over_comes_in_the_order_in_which_it_ended() -> None:
    """Both may be over at one look; the store's order is that of names, and the screen would stay at the wrong one."""
    countdown = Countdown(Phase.CLOSING, 0)
    countdown.see({"m.race": Phase.CLOSING, "m.pot": Phase.OPEN})
    countdown.see({"m.pot": Phase.CLOSING, "m.race": Phase.CLOSING})
    assert countdown.over() == ["m.race", "m.pot"]
    countdown.see({"m.pot": Phase.CLOSING, "m.race": Phase.CLOSED})
    assert countdown.over() == ["m.pot"]
