"""The jar in a real Chromium: five phones, a desk and a screen; numbers that stay on their phones, and what three rules make of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.walk import CLOSING, SLOW, activity, desk, go, join, press_at, projector, send, state
from tests.chromium import Phone
from tests.jar import worked_out
from tests.running import Workshop
from workshop.declaration import curriculum

# Number, how the person got to it, and the bar that counts it, by hand: 248 beads, half of them 124, four fifths 198, six fifths 297.
SENT = [
    ("777777", "I had an idea", "idea-high"),
    ("124", "I had an idea", "idea-half"),
    ("198", "A wild guess", "wild-low"),
    ("297", "I had an idea", "idea-near"),
    ("199", "A wild guess", "wild-near"),
]
BETS = {
    "leader": "One leader: Lin, who is invented",
    "average": "Everyone counts the same",
    "weighted": "People who had an idea count more",
}


def guess(one: Phone, number: str, sure: str) -> None:
    """Write a number, say how you got to it, send."""
    card = activity(one, "jar")
    expect(card).to_have_class(state("open"), timeout=SLOW)
    card.get_by_label("Your number").fill(number)
    card.get_by_role("radio", name=sure, exact=True).click()
    card.locator(".ws-send").click()
    expect(card).to_have_class(state("saved"), timeout=SLOW)


def shown(where: Locator) -> tuple[dict[str, str], dict[str, str]]:
    """(label -> people, way to decide -> its sentence) of a result on a phone or at the desk."""
    rows, follows = where.locator(".ws-table tbody tr"), where.locator(".ws-follows li")
    follows.first.wait_for(timeout=SLOW)
    bars = dict(zip(rows.locator("th").all_text_contents(), rows.locator("td").all_text_contents(), strict=True))
    return bars, said(follows)


def said(follows: Locator) -> dict[str, str]:
    return dict(follows.evaluate_all("all => all.map((one) => [one.dataset.key, one.textContent])"))


def test_five_phones_a_desk_and_a_screen_look_into_the_jar(start: Callable[..., Workshop], phone: Callable[..., Phone]) -> None:
    """One thinks again, one skips and then guesses after all, one leaves, one comes late."""
    workshop = start()
    jar = curriculum.module("power").activity("jar")
    board = desk(phone(width=1440, height=900), workshop)
    screen = Phone(board.context, board.context.new_page())
    projector(screen, workshop)
    board.page.locator("#ws-modules").select_option("power")
    board.page.get_by_role("button", name="Open this module").click()
    phones = [go(join(phone(color_scheme="dark" if place == 1 else "light"), workshop), workshop, "power") for place in range(4)]
    press_at(board, "jar", "Open")
    expect(screen.page.locator(".ws-middle svg circle")).to_have_count(jar.beads, timeout=SLOW)

    guess(phones[0], "12", "A wild guess")
    activity(phones[0], "jar").locator(".ws-undo").click()
    activity(phones[1], "jar").locator(".ws-skip").click()
    expect(activity(phones[1], "jar")).to_have_class(state("skipped"), timeout=SLOW)
    activity(phones[1], "jar").locator(".ws-undo").click()
    for one, bet in zip(phones, BETS.values(), strict=False):
        send(one, "jar_bet", bet)
    for one, (number, sure, _) in zip(phones, SENT, strict=False):
        guess(one, number, sure)
    phones.pop(2).page.close()  # what was sent counts
    late = go(join(phone(), workshop), workshop, "power")
    guess(late, *SENT[4][:2])
    phones.append(late)
    expect(board.page.locator(".ws-question-jar .ws-done")).to_have_text(
        re.compile("^5 of 5 "), timeout=SLOW
    )  # even when the person who left has gone
    for one in phones:
        expect(activity(one, "jar").locator(".ws-follows")).to_have_count(0)

    press_at(board, "jar", "Close and reveal")
    labels, cells = jar.cells(), [cell for *_, cell in SENT]
    bars = {labels[key]: str(people) for key, people in (dict.fromkeys(labels, 0) | Counter(cells)).items()}
    wanted = bars, worked_out(jar, cells)
    for one in phones:
        expect(activity(one, "jar")).to_have_class(state("revealed"), timeout=SLOW + CLOSING)
        assert shown(activity(one, "jar")) == wanted
    expect(board.page.locator(".ws-question-jar")).to_have_attribute("data-phase", "closed", timeout=SLOW)
    assert shown(board.page.locator(".ws-question-jar")) == wanted
    expect(screen.page.locator("[data-shows=reveal]")).to_be_visible(timeout=SLOW)
    assert said(screen.page.locator(".ws-follows li")) == wanted[1]

    # 40, 65, 100, 100, 140 of a hundred: all alike 89, and who had an idea three times 91; Lin's 200 are 81.
    assert wanted[1]["average"] == "Everyone counts the same: about 220. 11 % too low."
    assert wanted[1]["weighted"] == "People who had an idea count more: about 230. 9 % too low."
    assert wanted[1]["leader"] == "Lin leads: 200. 19 % too low."
    assert wanted[1]["lot"] == "One of us, picked at random: 27 % off, on the whole."
    for one, which in zip(phones[:2], ("miss", "miss"), strict=True):
        expect(activity(one, "jar_bet").locator(f".ws-outcome-{which}")).to_contain_text(f"“{BETS['weighted']}”", timeout=SLOW)
    expect(activity(late, "jar_bet")).to_contain_text("You didn't guess", timeout=SLOW)

    # The number stands on its own phone, even after a reload, and has never left it.
    expect(activity(phones[0], "jar")).to_contain_text("777777")
    phones[0].page.reload()
    expect(activity(phones[0], "jar")).to_contain_text("777777", timeout=SLOW)
    for one in (*phones, board, screen):
        assert not re.search(r"\b777777\b", one.sent())
        assert one.complaints == []
