"""What a phone makes of a questionnaire's answers is what Python makes of them."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.chromium import Phone
from tests.gallery.states import gallery_server, module
from workshop.kinds import scoring as s

TURNS = [False, True] * 3
TWIN = """async ([cases, rule]) => {
  const js = await import("/assets/scoring.js");
  return cases.map(({ answers, turns, pairs, all, seconds, scores }) => {
    const percent = js.score(answers, turns, rule);
    const drawn = percent === null ? [null, null] : [js.stretch(percent, rule.half), js.band(percent, rule.bands)];
    return [percent, ...drawn, js.leaning(pairs, rule), js.careless(all, seconds, rule), js.emphasis(scores, rule.half)];
  });
}"""


def test_both_scorings_agree(phone: Callable[..., Phone]) -> None:
    """Over 2,000 people, with lines left out, sums at the edges of bands, rows of the same and rushes."""
    luck = random.Random(9)
    point = lambda: luck.choice([None, 1, 2, 3, 4, 5, 5])  # noqa: E731
    cases = []
    for _ in range(2000):
        answers = [point() for _ in TURNS]
        everything = [point() for _ in range(luck.randrange(24))] + [point()] * luck.choice([0, 11, 12]) + answers
        pairs = list(zip(answers[::2], answers[1::2], strict=True))
        others = [s.score([point() or 3 for _ in TURNS], TURNS, 1, 5) for _ in range(luck.choice([0, 1, 5, 5, 5]))]
        case = {"answers": answers, "turns": TURNS, "pairs": pairs, "all": everything, "seconds": luck.choice([0, 20, 50, 90])}
        cases.append(case | {"scores": [s.score(answers, TURNS, 1, 5), *others]})
    rule = module().activity("portrait").spec()["rule"]
    wanted = []
    for case in cases:
        percent = s.score(case["answers"], TURNS, 1, 5)
        drawn = [None, None] if percent is None else [list(s.stretch(percent, rule["half"])), s.band(percent)]
        wanted.append([percent, *drawn, s.leaning(case["pairs"], 1, 5), s.careless(case["all"], case["seconds"])])
        wanted[-1].append(s.emphasis(case["scores"], rule["half"]))
    with gallery_server() as address:
        page = phone().page
        page.goto(f"{address}/open")
        found = page.evaluate(TWIN, [cases, rule])
    assert found == wanted
    for place, kinds in ((0, 2), (2, 5), (4, 2), (5, 10)):  # otherwise the agreement would be about little
        assert len({str(one[place]) if place else one[place] is None for one in wanted}) >= kinds
