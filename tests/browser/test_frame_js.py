"""The frame of an activity: it says only what holds, keeps what was chosen, and sends once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import BET, BOX, at


@pytest.fixture
def page(phone, address) -> Page:
    return at(phone(), address)


def state(page: Page, key: str, name: str, timeout: float = 5000) -> None:
    expect(page.locator(f".ws-key-{key}")).to_have_class(re.compile(rf"\bws-state-{name}\b"), timeout=timeout)


def line(page: Page, key: str) -> str:
    return page.locator(f".ws-key-{key} .ws-line").inner_text()


def choose(page: Page, key: str, option: str) -> None:
    page.click(f".ws-key-{key} [data-key={option}]")


def press(page: Page, key: str, button: str) -> None:
    page.click(f".ws-key-{key} .ws-{button}")


def submits(page: Page) -> list[dict]:
    return page.evaluate("visitor.sent.filter(({ type }) => type === 'submit')")


def close(page: Page, face: str = "shown") -> None:
    page.evaluate(
        "(face) => see({ phases: { 'arrive.box': 'closed', 'arrive.box_bet': 'closed' }, reveals: { 'arrive.box': face } })", face
    )


def test_a_double_tap_sends_once(page) -> None:
    choose(page, "box", "owe")
    page.locator(".ws-key-box .ws-send").dblclick(force=True)
    state(page, "box", "saved")
    assert len(submits(page)) == 1


def test_saved_is_said_after_the_acknowledgement_only(page) -> None:
    page.evaluate("dead = true")
    choose(page, "box", "owe")
    press(page, "box", "send")
    state(page, "box", "changed")
    assert "Saved" not in line(page, "box")
    state(page, "box", "offline")
    assert line(page, "box").startswith("Not saved yet, trying again")
    page.evaluate("dead = false")
    state(page, "box", "saved")
    assert len({one["id"] for one in submits(page)}) == 1 < len(submits(page)), "retries are one submission"


def test_a_reload_keeps_the_draft_and_sends_what_was_pressed(page) -> None:
    page.evaluate("dead = true")
    choose(page, "box_bet", "glad")
    choose(page, "box", "owe")
    press(page, "box", "send")
    sent = submits(page)[0]["id"]
    page.reload()
    state(page, "box", "saved")
    assert submits(page)[0]["id"] == sent
    assert page.get_attribute(".ws-key-box_bet [data-key=glad]", "aria-checked") == "true"
    state(page, "box_bet", "open")


def test_a_broken_connection_is_said_only_where_something_waits(page) -> None:
    """The page itself says once that it isn't connected: with five questions open, six live regions spoke."""
    page.evaluate("window.dispatchEvent(new CustomEvent('ws-connection', { detail: 'closed' }))")
    choose(page, "box", "owe")
    state(page, "box", "open")
    before = line(page, "box_bet")
    press(page, "box", "send")
    state(page, "box", "offline")
    assert submits(page) == []
    assert line(page, "box").startswith("Not saved yet") and line(page, "box_bet") == before
    page.evaluate("window.dispatchEvent(new CustomEvent('ws-connection', { detail: 'open' }))")
    state(page, "box", "saved")
    assert line(page, "box_bet") == before and len(submits(page)) == 1


def test_a_change_is_not_saved_until_it_is_sent_and_can_be_taken_back(page) -> None:
    choose(page, "box", "owe")
    press(page, "box", "send")
    state(page, "box", "saved")
    choose(page, "box", "glad")
    state(page, "box", "changed")
    press(page, "box", "send")
    state(page, "box", "saved")
    press(page, "box", "undo")
    state(page, "box", "open")
    assert [(one["intent"], one["value"]) for one in submits(page)] == [("send", "owe"), ("send", "glad"), ("undo", None)]
    assert page.locator(".ws-key-box [aria-checked=true]").count() == 0


def test_send_and_skip_have_the_same_size_and_skip_takes_an_answer_away(page) -> None:
    boxes = [page.locator(f".ws-key-box .ws-{name}").bounding_box() for name in ("send", "skip")]
    assert [boxes[0][side] for side in ("width", "height", "y")] == pytest.approx(
        [boxes[1][side] for side in ("width", "height", "y")], abs=1
    )
    choose(page, "box", "owe")
    press(page, "box", "send")
    state(page, "box", "saved")
    press(page, "box", "skip")
    state(page, "box", "skipped")
    assert line(page, "box").startswith("Fine. On we go.")
    assert "owe" not in page.evaluate("Object.values(stored)")


def test_who_does_not_share_keeps_it_and_no_message_holds_it_as_sent(phone, address) -> None:
    page = at(phone(), address, share=False)
    expect(page.locator(".ws-key-box .ws-send")).to_have_text("Keep on my page")
    choose(page, "box", "owe")
    press(page, "box", "send")
    state(page, "box", "saved")
    assert "this phone only" in line(page, "box")
    assert [one["intent"] for one in submits(page)] == ["keep"] and "owe" not in page.evaluate("Object.values(stored)")


def test_before_it_opens_a_choice_is_kept_and_cannot_be_sent(page) -> None:
    page.evaluate("see({ phases: { 'arrive.box': 'waiting', 'arrive.box_bet': 'waiting' } })")
    choose(page, "box", "owe")
    state(page, "box", "waiting")
    page.locator(".ws-key-box .ws-send").click(force=True)
    assert submits(page) == []
    page.evaluate("see({ phases: { 'arrive.box': 'open', 'arrive.box_bet': 'open' } })")
    state(page, "box", "open")
    assert page.get_attribute(".ws-key-box [data-key=owe]", "aria-checked") == "true"


def test_closing_counts_down_for_the_eye_and_speaks_once(page) -> None:
    page.evaluate(
        "see({ phases: { 'arrive.box': 'closing', 'arrive.box_bet': 'closing' }, closing: { 'arrive.box': 7.4, 'arrive.box_bet': 7.4 } })"
    )
    expect(page.locator(".ws-key-box .ws-closing")).to_have_text("Ends in 8 …")
    expect(page.locator(".ws-key-box .ws-closing")).to_have_text("Ends in 7 …", timeout=2000)
    assert "It's ending now." in line(page, "box") and not re.search(r"\d", line(page, "box"))
    choose(page, "box", "owe")
    press(page, "box", "send")
    state(page, "box", "saved")


def test_after_the_close_an_answer_stays_on_the_page(page) -> None:
    close(page)
    state(page, "box", "revealed")
    choose(page, "box", "owe")
    press(page, "box", "send")
    state(page, "box", "late")
    assert "You did nothing wrong" in line(page, "box") and submits(page) == []


def test_an_answer_that_comes_too_late_is_said_kindly(page) -> None:
    """Pressed before the close, arrived after it."""
    page.evaluate("dead = true")
    choose(page, "box", "owe")
    press(page, "box", "send")
    close(page)
    page.evaluate("dead = false")
    state(page, "box", "late")


def test_the_reveal_quotes_the_guess_and_the_choice_and_shows_the_counts(page) -> None:
    for key, option in (("box_bet", "owe"), ("box", "glad")):
        choose(page, key, option)
        press(page, key, "send")
        state(page, key, "saved")
    close(page)
    state(page, "box", "revealed")
    box, bet = page.locator(".ws-key-box"), page.locator(".ws-key-box_bet")
    expect(box.locator(".ws-own")).to_contain_text("Glad")
    expect(bet.locator(".ws-outcome-hit")).to_contain_text("“I owe something”")
    expect(bet.locator(".ws-always")).to_be_visible()
    expect(box.locator(".ws-bars")).to_be_visible()
    assert box.locator(".ws-bars > div").all_inner_texts()[:2] == ["Glad\n2", "I owe something\n4"]
    box.locator("summary").click()
    assert box.locator("tbody tr").all_inner_texts()[:2] == ["Glad\t2", "I owe something\t4"]


def test_bars_are_as_long_as_their_shares_and_the_longest_is_marked(phone, address) -> None:
    """Each number stands at its bar's end; where nobody is, there is no bar. No reveal asks for plotly."""
    one = phone(reduced_motion="reduce")
    page = at(one, address)
    close(page)
    rows = page.locator(".ws-key-box .ws-bars > div")
    expect(rows).to_have_count(5)
    lengths = rows.locator("b").evaluate_all("bars => bars.map((bar) => bar.getBoundingClientRect().width)")
    assert [round(length / max(lengths), 2) for length in lengths] == [0.5, 1, 0, 0.25, 0]
    ends = rows.locator("i").evaluate_all(
        "rows => rows.map((row) => row.lastChild.getBoundingClientRect().left - row.firstChild.getBoundingClientRect().right)"
    )
    assert max(ends[at] for at in (0, 1, 3)) < 12
    expect(page.locator(".ws-key-box .ws-longest")).to_have_count(1)
    assert not [request.url for request in one.requests if "plotly" in request.url]


def test_who_does_not_see_the_bars_hears_their_sentence_and_has_a_table(page) -> None:
    close(page)
    box = page.locator(".ws-key-box")
    expect(box.get_by_role("img", name="Of 7 people, 2 chose “Glad”")).to_be_visible()
    expect(box.locator(".ws-summary")).to_be_hidden()
    box.locator("summary").click()
    expect(box.locator(".ws-summary")).to_contain_text("Of 7 people")
    expect(box.get_by_role("table").get_by_role("row", name="Glad 2")).to_be_visible()


def test_a_withheld_result_shows_the_invented_group_with_its_label(page) -> None:
    close(page, "withheld")
    box = page.locator(".ws-key-box")
    expect(box.locator(".ws-withheld")).to_contain_text("keeping this result hidden")
    expect(box.locator(".ws-invented")).to_have_text("An invented group, to talk about")
    expect(page.locator(".ws-key-box_bet .ws-outcome-withheld")).to_be_visible()


@pytest.mark.parametrize(
    ("cells", "bet", "said", "most"),
    [
        ({"glad": 3, "owe": 7, "other": 1}, "owe", "hit", ["owe"]),
        ({"glad": 3, "owe": 7, "other": 1}, "glad", "miss", ["owe"]),
        ({"glad": 4, "owe": 4, "other": 1}, "glad", "tie", ["glad", "owe"]),
        ({"glad": 4, "owe": 4, "other": 1}, "other", "tie", ["glad", "owe"]),
        ({"glad": 2, "owe+other": 6}, "other", "tie", ["owe", "other"]),  # nobody may know more of joined cells
        ({"glad": 3, "owe": 7, "other": 1}, None, "nobet", ["owe"]),
        ({"elsewhere": 9, "glad": 2, "owe": 0, "other": 0}, "glad", "miss", []),  # what came true was not on offer
    ],
)
def test_each_guess_meets_its_own_sentence(page, cells, bet, said, most) -> None:
    spec = {"outcome": "most", "options": [{"key": key} for key in ("glad", "owe", "other")]}
    assert resolved(page, spec, shown(cells), bet) == {"which": said, "most": most}


@pytest.mark.parametrize(
    ("people", "bet", "said"),
    [((2, 3, 7), "some", "hit"), ((2, 7, 3), "many", "miss"), ((2, 5, 5), "some", "tie"), ((2, 3, 7), None, "nobet")],
)
def test_a_guess_about_a_study_is_held_against_the_study(page, people, bet, said) -> None:
    """Not against what this room guessed most, which is quoted as well; a room of several minds has its own sentence."""
    keys = ("few", "some", "many")
    spec = {"outcome": "most", "found": "some", "options": [{"key": key} for key in keys]}
    most = [key for key, count in zip(keys, people, strict=True) if count == max(people)]
    assert resolved(page, spec, shown(dict(zip(keys, people, strict=True))), bet) == {"which": said, "most": most}
    assert resolved(page, spec, {"face": "withheld"}, bet)["which"] == "withheld"


@pytest.mark.parametrize(
    ("cells", "true"),
    [({"a": 6, "b": 5}, "yes"), ({"a": 5, "b": 5}, "no"), ({"a": 5, "b": 4, "c": 2}, "no"), ({"a": 8, "b": 0, "c": 1}, "yes")],
)
def test_more_than_half_is_more_than_half(page, cells, true) -> None:
    """Exactly half is not."""
    spec = {"outcome": "half", "options": [{"key": "yes"}, {"key": "no"}]}
    for bet in ("yes", "no"):
        assert resolved(page, spec, shown(cells), bet) == {"which": "hit" if bet == true else "miss", "most": [true]}


@pytest.mark.parametrize(
    ("off", "bet", "said", "most"),
    [
        ({"leader": 19, "average": 12, "weighted": 7}, "weighted", "hit", ["weighted"]),
        ({"leader": 2, "average": 12, "weighted": 7}, "weighted", "miss", ["leader"]),
        ({"leader": 19, "average": 7, "weighted": 7}, "leader", "tie", ["average", "weighted"]),
        ({"leader": 19, "average": 7, "weighted": 8, "lot": 0}, "average", "hit", ["average"]),  # what nobody bets on doesn't count
    ],
)
def test_the_nearest_is_what_was_least_off(page, off, bet, said, most) -> None:
    """Of what follows from the result."""
    spec = {"outcome": "nearest", "options": [{"key": key} for key in ("leader", "average", "weighted")]}
    payload = shown({"a": 5, "b": 4}) | {"follows": [{"key": key, "text": key, "off": one} for key, one in off.items()]}
    assert resolved(page, spec, payload, bet) == {"which": said, "most": most}


TENS = [{"key": key} for key in ("0-2", "3-5", "6-8", "9-10")]


@pytest.mark.parametrize(
    ("own", "bet", "said", "most"),
    [
        ("a", "3-5", "hit", ["3-5"]),  # 9 of 20 are 4.5 of ten
        ("b", "3-5", "miss", ["0-2"]),  # 4 of 20
        ("c", "3-5", "hit", ["3-5"]),  # 5 of 20 are 2.5, and round to 3
        ("d", None, "nobet", ["0-2"]),
        (None, "3-5", "unknown", []),  # skipped: nobody can say who chose alike
        ("gone", "3-5", "unknown", []),
    ],
)
def test_alike_counts_people_in_ten_who_chose_as_one_did(page, own, bet, said, most) -> None:
    spec = {"outcome": "alike", "options": TENS}
    people = shown({"a": 9, "b": 4, "c": 5, "d": 2})
    assert resolved(page, spec, people, bet, {"own": own}) == {"which": said, "most": most}


@pytest.mark.parametrize(
    ("option", "bet", "said", "most"),
    [("a", "3-5", "hit", ["3-5"]), ("b", "3-5", "miss", ["0-2"]), ("gone", "3-5", "miss", ["0-2"]), ("a", None, "nobet", ["3-5"])],
)
def test_chose_counts_people_in_ten_who_chose_one_option(page, option, bet, said, most) -> None:
    """No matter what a person chose; nobody is counted in a cell that doesn't exist."""
    spec = {"outcome": "chose", "option": option, "options": TENS}
    assert resolved(page, spec, shown({"a": 9, "b": 4, "c": 7}), bet, {"own": "c"}) == {"which": said, "most": most}


@pytest.mark.parametrize(
    ("wished", "said_to", "said", "most"),
    [
        ({"a": 5, "b": 5}, {"a": 5, "b": 5}, "miss", ["9-10"]),
        ({"a": 8, "b": 2}, {"a": 2, "b": 8}, "hit", ["3-5"]),  # two of ten find an a, two a b
        ({"a": 8, "b": 2}, {"a": 4, "b": 16}, "hit", ["3-5"]),  # the same of twice as many people
        ({"a": 8, "b": 2}, {"a+b": 10}, "miss", ["9-10"]),  # joined: nobody may know more
        ({"a": 8, "b": 2}, None, "unknown", []),  # the other result is still open, or was kept closed
    ],
)
def test_a_match_is_what_two_results_have_in_common(page, wished, said_to, said, most) -> None:
    spec = {"outcome": "match", "options": TENS, "against": "m.said"}
    other = said_to and shown(said_to)
    assert resolved(page, spec, shown(wished), "3-5", {"own": None, "other": other}) == {"which": said, "most": most}
    assert resolved(page, spec, {"face": "withheld"}, "3-5", {"own": "a", "other": other})["which"] == "withheld"
    withheld = {"own": None, "other": {"face": "withheld"}}
    assert resolved(page, spec, shown(wished), "3-5", withheld)["which"] == "unknown"


@pytest.mark.parametrize(
    ("now", "then", "leans"),
    [
        ({"a": 2, "b": 8}, {"a": 6, "b": 4}, "b"),
        ({"a": 6, "b": 4}, {"a": 2, "b": 8}, "a"),
        ({"a": 10, "b": 10}, {"a": 5, "b": 5}, "same"),  # as many of a hundred, not as many heads
        ({"a": 4, "b": 5, "c": 1}, {"a": 4, "b": 4, "c": 2}, "same"),  # a tenth is no move
        ({"a": 3, "b": 5, "c": 2}, {"a": 4, "b": 4, "c": 2}, "b"),
        ({"a": 3, "c": 7, "b": 0}, {"a": 6, "c": 4, "b": 0}, "b"),  # away from the one is towards the other
        ({"a": 2, "b": 8}, {"a+c": 6, "b": 4}, None),  # joined: nobody may know more
        ({"a": 2, "b": 8}, None, None),
    ],
)
def test_a_lean_is_told_beside_an_earlier_result(page, now, then, leans) -> None:
    spec = {"outcome": "lean", "options": [{"key": key} for key in ("a", "same", "b")], "against": "m.then"}
    beside = {"own": None, "other": then and shown(then)}
    said = {"which": "unknown", "most": []} if leans is None else {"which": "hit" if leans == "b" else "miss", "most": [leans]}
    assert resolved(page, spec, shown(now), "b", beside) == said


def shown(cells: dict[str, int]) -> dict:
    """The frozen payload of a room that chose so."""
    return {
        "face": "shown",
        "people": sum(cells.values()),
        "cells": [[key, key, people] for key, people in cells.items()],
        "invented": False,
    }


def resolved(page, spec, payload, bet, beside=None):
    """What the browser makes of a guess."""
    given = [spec, payload, bet, beside or {}]
    return page.evaluate("(given) => import('/bet.js').then((kind) => kind.outcome(...given))", given)


def test_alone_the_invented_group_comes_when_guess_and_choice_are_done(phone, address) -> None:
    page = at(phone(), address + "?mode=alone", share=False)
    page.evaluate("see({ reveals: { 'arrive.box': 'shown' } })")
    choose(page, "box", "owe")
    press(page, "box", "send")
    state(page, "box", "saved")
    assert page.locator(".ws-key-box .ws-bars").count() == 0, "the guess would know the answer"
    press(page, "box_bet", "skip")
    state(page, "box", "revealed")


def test_everything_can_be_done_with_keys(page) -> None:
    page.locator(".ws-key-box [role=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.key") == "owe"
    assert page.locator(".ws-key-box [role=radio][tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    state(page, "box", "saved")


def test_words_that_look_like_markup_stay_words(page) -> None:
    page.evaluate(
        """async () => {
          const { default: kind } = await import("/choice.js");
          const bad = "<img src=x onerror='window.fired = true'>";
          const words = { title: bad, text: bad, options: [{ key: "a", text: bad }] };
          const spec = { kind: "choice", key: "bad", id: "arrive.box", page: "p", shared: true, ...words };
          kind.render({ model: { get: () => spec }, el: main });
        }"""
    )
    expect(page.locator(".ws-key-bad .ws-option")).to_contain_text("<img")
    page.wait_for_timeout(200)
    assert page.evaluate("window.fired") is None and page.locator(".ws-key-bad img").count() == 0


@pytest.mark.parametrize("font", ["100%", "200%"])
def test_nothing_scrolls_sideways_and_targets_are_large(phone, address, font) -> None:
    page = at(phone(width=320, height=640), address)
    page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", font)
    close(page)
    expect(page.locator(".ws-key-box .ws-bars")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        """[...document.querySelectorAll(".ws-activity :is(button, summary, textarea)")].filter((node) => node.offsetParent)
             .filter((node) => node.getBoundingClientRect().height < 44).map((node) => node.className || node.textContent)"""
    )
    assert small == []


def test_two_pages_in_one_window_do_not_mix(page) -> None:
    """JupyterLab shows several notebooks, each with a kernel and a page of its own, in one window."""
    page.evaluate("import('/page.js').then(({ pageOf }) => { window.other = pageOf('q'); })")
    choose(page, "box", "owe")
    press(page, "box", "send")
    state(page, "box", "saved")
    assert page.evaluate(f"other.done('{BOX}') || other.done('{BET}')") is False
