"""The 90 minutes in a real Chromium, from the first tap to the last: five phones, and a desk that goes step by step through
its own plan. In the middle of a round the desk is reloaded, a phone is closed, one comes late, and every kernel and both servers are
killed: nothing is lost, and nobody waits for anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.walk import SLOW, activity, desk, go, join, state
from tests.chromium import Phone
from tests.running import Workshop, until
from workshop.declaration import curriculum, formats
from workshop.declaration.formats import Line
from workshop.kinds import Question

MOVES = [0, 1, 2, 2, 4]  # of five: nothing, 5, 10, 10, all 20 into the pot
BACK = 40_000  # ms: a page finds its way back to a server that was killed
CLOSING = 10_000  # ms
OVER = re.compile("ws-state-(revealed|late)")


class Evening:
    """Five phones and a desk; `where`: the present line of the plan."""

    def __init__(self, workshop: Workshop, board: Phone, phones: list[Phone]) -> None:
        self.workshop, self.board, self.phones = workshop, board, phones
        self.closing: list[Question] = []  # what the desk has closed and nobody has looked at yet
        self.slug, self.moved_on = "", False

    def begin(self, lines: tuple[Line, ...]) -> None:
        """Choose the format, and begin."""
        self.board.page.locator(".ws-setup select").select_option("90")
        self._press(self.board.page.get_by_role("button", name="Begin now"))
        self._at(lines[0])

    def onward(self, line: Line) -> None:
        """Press Next; the desk is at the next line of its plan, and the phones come along where it has opened a page."""
        button = self.board.page.locator(".ws-next")
        expect(button).to_have_text(f"Next: {line.step.title}")
        button.click()
        self._at(line)
        if line.opens and line.module != self.slug:
            self.slug, self.moved_on = line.module, True
        if self.moved_on and line.step.phones == "up":  # before that they lie face down
            self.moved_on = False
            for one in self.phones:
                if not one.page.url.endswith(f"/{line.module}"):  # people who join come to the page that is open
                    one.page.locator(".ws-along").click(timeout=SLOW)
            for one in self.phones:
                expect(one.page.locator(".ws-activity").last).to_be_attached(timeout=SLOW)

    def _at(self, line: Line) -> None:
        expect(self.board.page.locator(".ws-now h1")).to_have_text(line.step.title, timeout=SLOW)

    def card(self, key: str) -> Locator:
        """The question's card at the desk, which the step brings to the front."""
        return self.board.page.locator(f".ws-question-{key}.ws-present")

    def _press(self, button: Locator) -> None:
        expect(button).to_have_attribute("aria-disabled", "false", timeout=SLOW + CLOSING)
        button.click()

    def open(self, question: Question) -> None:
        self._press(self.card(question.key).locator(".ws-main"))
        for one in self.phones:
            expect(activity(one, question.key)).to_have_class(state("open"), timeout=SLOW)

    def close(self, question: Question) -> None:
        """Begin its ten seconds; the evening goes on meanwhile."""
        self._press(self.card(question.key).locator(".ws-main"))
        expect(self.card(question.key)).to_have_attribute("data-phase", re.compile("closing|closed"), timeout=SLOW)
        if question.pooled:
            self._read(question)
        self.closing.append(question)

    def _read(self, question: Question) -> None:
        """All texts at once, without names; each is ticked and may be shown."""
        batch = self.card(question.key).locator(".ws-batch")
        expect(batch.get_by_role("checkbox")).to_have_count(len(self.phones), timeout=SLOW + CLOSING)
        for box in batch.get_by_role("checkbox").all():
            box.check()
        batch.locator(".ws-main").click()

    def look(self, phones: list[Phone]) -> None:
        """What was closed on the page that these phones have open shows its result, withheld or not; or nothing at all."""
        for question in [question for question in self.closing if question.module == self.slug]:
            for one in phones:
                card = activity(one, question.key)
                if question.revealed:
                    expect(card).to_have_class(OVER, timeout=SLOW + CLOSING)
                    expect(card.locator(".ws-reveal :is(.ws-bars, .ws-withheld, .ws-written)").first).to_be_visible(timeout=SLOW)
                else:
                    expect(card).to_be_hidden(timeout=SLOW + CLOSING)
            self.closing.remove(question)

    def look_back(self) -> None:
        """One phone goes through the pages again, and finds every result that nobody has waited for."""
        for slug in dict.fromkeys(question.module for question in self.closing):
            self.slug = slug
            self.look([go(self.phones[0], self.workshop, slug)])

    def answer(self, question: Question) -> None:
        """Guess and answer, each something else; the last one skips."""
        module = curriculum.module(question.module)
        for asked in (one for one in module.questions if question.key in (one.key, one.with_)):
            for place, one in enumerate(self.phones):
                if asked.kind == "map":
                    self._dots(one, skips=place > 1)
                elif asked.kind == "lines":
                    self._lines(one, asked.key, place)
                    activity(one, asked.key).get_by_role("button", name="See what grew").click()
                    activity(one, asked.key).locator(".ws-send").click()
                elif asked.pooled:
                    activity(one, asked.key).locator("textarea").fill(f"{place + 2} hands and one pot")
                    activity(one, asked.key).locator(".ws-send").click()
                else:
                    move(one, asked.key, place)
            for one in self.phones:
                expect(activity(one, asked.key)).to_have_class(re.compile("ws-state-(saved|skipped)"), timeout=SLOW)

    def _dots(self, one: Phone, skips: bool) -> None:
        for name, keys in () if skips else (("Today", ["ArrowUp"]), ("In a year", ["ArrowUp"] * 4 + ["ArrowRight"] * 3)):
            activity(one, "dots").get_by_role("button", name=name).first.focus()
            for key in keys:
                one.page.keyboard.press(key)
        activity(one, "dots").locator(".ws-skip" if skips else ".ws-send").click()

    def _lines(self, one: Phone, key: str, place: int) -> None:
        """Two lines, sorted: in a private list both of the first kind, in the one after it one of another kind, on each phone
        another one. So what grew is never tied."""
        listed = curriculum.module(self.slug).activity(key)
        kinds = [option.text for option in listed.codings[0].options]
        grew = 0 if listed.private else 1 + place % (len(kinds) - 1)
        card = activity(one, key)
        for at, word in enumerate(("patient", "in good company")):
            card.get_by_role("textbox").nth(at).fill(word)
        card.get_by_role("button", name="Now sort them").click()
        for kind in (kinds[0], kinds[grew]):
            card.locator(".ws-sorter").get_by_role("button", name=kind, exact=True).click()

    def private(self, line: Line) -> None:
        """What stays on a phone is tried on the first one; a first list is written on each, as a later one is held against it."""
        card = activity(self.phones[0], line.step.activity)
        kind = next(one.kind for one in curriculum.module(line.module).activities if one.key == line.step.activity)
        if kind == "lines":
            for place, one in enumerate(self.phones):
                self._lines(one, line.step.activity, place)
        elif kind == "vignette":
            card.get_by_role("radio").first.click()
            expect(card.locator(".ws-then")).to_be_visible()
        elif kind == "simulation":
            card.get_by_role("button", name="See what happens").click()
            expect(card.locator(".ws-happened")).not_to_be_empty(timeout=SLOW)


def move(one: Phone, key: str, place: int) -> None:
    """Tap one of the options, and send it."""
    options = activity(one, key).get_by_role("radio")
    expect(activity(one, key)).to_have_class(state("open"), timeout=BACK)
    options.nth(place % options.count()).click()
    activity(one, key).locator(".ws-send").click()


def saved(phones: list[Phone], key: str) -> None:
    for one in phones:
        expect(activity(one, key)).to_have_class(state("saved"), timeout=BACK)


def test_the_whole_evening(start: Callable[..., Workshop], phone: Callable[..., Phone]) -> None:
    workshop = start()
    lines = formats.plan("90").lines()
    board = desk(phone(width=1440, height=900), workshop)
    evening = Evening(workshop, board, [join(phone(), workshop) for _ in MOVES])
    evening.begin(lines)

    def round_one(question: Question) -> None:
        """The desk is reloaded in the middle of it."""
        for one, put in zip(evening.phones[:3], MOVES, strict=False):
            move(one, question.key, put)
        saved(evening.phones[:3], question.key)
        board.page.reload()
        board.page.reload()
        expect(evening.card(question.key).locator(".ws-done")).to_have_text(re.compile("^3 of 5 "), timeout=SLOW)
        for one, put in zip(evening.phones[3:], MOVES[3:], strict=True):
            move(one, question.key, put)
        saved(evening.phones, question.key)

    def one_rule(question: Question) -> None:
        """One phone is closed in the middle, and one comes late; one does not vote at all."""
        for one, place in zip(evening.phones[:3], range(3), strict=True):
            move(one, question.key, place)
        activity(evening.phones[4], question.key).get_by_role("radio").first.click()
        evening.phones.pop().page.close()
        late = go(join(phone(), workshop), workshop, "commons")
        move(late, question.key, 2)
        saved([*evening.phones[:3], late], question.key)
        evening.phones.append(late)

    def round_two(question: Question) -> None:
        """Every kernel is killed, and the desk's server; then the phones' server: people who move meanwhile are counted."""
        for one, put in zip(evening.phones[:2], MOVES, strict=False):
            move(one, question.key, put)
        saved(evening.phones[:2], question.key)
        before = workshop.servers()["desk"]
        before.kill()
        for kernel in workshop.kernels():
            kernel.kill()
        for one, put in zip(evening.phones[2:4], MOVES[2:4], strict=True):
            one.page.wait_for_timeout(300)
            move(one, question.key, put)
        saved(evening.phones[:4], question.key)
        until(lambda: workshop.servers().get("desk") not in (None, before), 30, "a desk again")
        workshop.servers()["participants"].kill()
        move(evening.phones[4], question.key, MOVES[4])
        saved(evening.phones, question.key)

    rounds = {"before_1": round_one, "rule": one_rule, "after_1": round_two}
    shown = {(line.module, line.step.activity) for line in lines if line.step.reveals}
    told = []
    for line in lines[1:]:
        evening.onward(line)
        if not line.opens or not line.step.activity:
            continue
        module = curriculum.module(line.module)
        question = next((one for one in module.questions if one.key == line.step.activity), None)
        if question is None:
            evening.private(line)
        elif line.step.reveals:
            evening.close(question)
        else:
            if question.key in rounds:
                evening.look(evening.phones)  # what was closed before has come to its end
            evening.open(question)
            rounds.get(question.key, evening.answer)(question)
            if (line.module, question.key) not in shown:  # a short form ends it in its own step
                evening.close(question)
        if line.step.activity == "after_1" and line.step.reveals:
            told = debriefed(evening)
    evening.look(evening.phones)
    evening.look_back()
    assert not evening.closing
    expect(board.page.locator(".ws-next")).to_have_count(0)

    assert [re.search(r"[Yy]ou have ([\d.]+)\.", line)[1] for line in told] == ["38", "33", "28", "28", "18"]
    assert all("a group of 5; together it put in 45" in line and "machine" not in line for line in told)
    expect(board.page.locator(".ws-question[data-phase=closed]").first).to_be_attached()
    left = "all => all.map((card) => `${card.className} ${card.dataset.phase}`)"
    assert board.page.locator(".ws-question:is([data-phase=open], [data-phase=closing])").evaluate_all(left) == []


def debriefed(evening: Evening) -> list[str]:
    """The first round stands beside the second; then each phone is shown its own tokens, and nothing of them before."""
    evening.look(evening.phones)
    for one in evening.phones:
        expect(activity(one, "after_1").locator(".ws-both > div")).to_have_count(5)
    assert not any('"payoff"' in one.sent() for one in evening.phones), "nothing of tokens before the debrief"
    board = evening.board.page
    board.locator(".ws-others").evaluate("others => { others.open = true; }")
    board.locator(".ws-debrief").click()
    return tokens(evening.phones)


def tokens(phones: list[Phone]) -> list[str]:
    """What each phone tells of the last round, and tells again after a reload."""
    for one in phones:
        for game in ("before", "after"):
            expect(activity(one, game).locator(".ws-payoffs li")).to_have_count(1, timeout=SLOW)
    last = lambda one: activity(one, "after").locator(".ws-payoffs li").first  # noqa: E731
    told = [last(one).inner_text() for one in phones]
    expect(activity(phones[-1], "before").locator(".ws-payoffs li").first).to_contain_text("ou have 20. You weren't in a group")
    phones[0].page.reload()
    expect(last(phones[0])).to_have_text(told[0], timeout=SLOW)
    return told
