"""Every group of up to nine people, over five options: what the room gets of each is held against the promise.

Nothing is random here: see `groups`. The merges are those of the modules, and one of each other shape.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from itertools import combinations_with_replacement, product
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.groups import PEOPLE, Case, attack, frozen, promised, sizes, unadorned, useful
from tests.attacks.world import LONG, Breach, joining_only_the_few, options, threshold_only, weak_rule
from workshop.declaration import curriculum
from workshop.kinds import Question, base
from workshop.kinds.base import Paper
from workshop.kinds.choice import Choice
from workshop.kinds.several import Several
from workshop.reveal import Shown, release
from workshop.reveal import payload as real_payload

GUIDE = Path(__file__).parents[2] / "facilitator-guide" / "anonymity.md"
SENTENCE = (
    "One of these programs leaves no group of up to nine people out: it goes through {:,} of them, over five answers and "
    "more, with people on paper and without, and asks of each result what somebody could work out from it."
)
rule = sys.modules["workshop.reveal.rule"]


def five(sensitive: bool = False, merge: Mapping[str, str] | None = None, letters: str = "abcde") -> Choice:
    example = dict.fromkeys(letters, 4)
    return Choice(key="five", module="m", text="?", options=options(letters), sensitive=sensitive, merge=dict(merge or {}), example=example)


def several(letters: str, **fields: Any) -> Several:
    return Several(key="all", module="m", text="?", options=options(letters), people=12, example=dict.fromkeys(letters, 5), **fields)


def declared() -> dict[str, Question]:
    """Name -> each sensitive question of the modules, as a choice among its cells; the same cells and neighbours once."""
    found: dict[tuple, tuple[str, Question]] = {}
    for question in (one for module in curriculum.modules() for one in module.questions if one.sensitive):
        letters = "abcdefghij"[: len(cells := list(question.cells()))]
        short = dict(zip(cells, letters, strict=True))
        merge = {short[cell]: short[into] for cell, into in question.merge.items()}
        found.setdefault((letters, *merge.items()), (question.id, five(True, merge, letters)))
    return dict(found.values())


def neighbours(letters: str) -> Iterator[dict[str, str]]:
    """Every way in which options can take each other in that `workshop check` lets pass: all but circles."""
    for into in product((None, *letters), repeat=len(letters)):
        merge = {cell: other for cell, other in zip(letters, into, strict=True) if other}
        if all(_ends(merge, cell) for cell in merge):
            yield merge


def _ends(merge: Mapping[str, str], cell: str) -> bool:
    seen = set()
    while cell in merge and cell not in seen:
        seen.add(cell)
        cell = merge[cell]
    return cell not in seen


def shapes(letters: str) -> list[dict[str, str]]:
    """Of all that differ in their letters only the first and the last: the rule begins with the first cell."""

    def shape(merge: Mapping[str, str], root: str | None = None) -> tuple:
        return tuple(sorted(shape(merge, cell) for cell in letters if merge.get(cell) == root))

    by_shape: dict[tuple, list[dict[str, str]]] = defaultdict(list)
    for merge in neighbours(letters):
        by_shape[shape(merge)].append(merge)
    return [one for alike in by_shape.values() for one in (alike[:1] + alike[-1:] if len(alike) > 1 else alike)]


# --- every group


def joined(merges: Iterable[Mapping[str, str]]) -> list[Case]:
    return [Case(f"sensitive, {merge}", five(True, merge), sizes(8), unadorned) for merge in merges]


CASES = {
    "five options": [Case("five options", five())],
    **{id: [Case(id, question, publish=frozen if len(question.cells()) < 7 else unadorned)] for id, question in declared().items()},
    "sensitive, joined in each shape": joined(shapes("abcde")),
    "as many as fit": [Case("as many as fit", several("abc"), publish=unadorned)],
    "two at most": [Case("two at most, and one goes with no other", several("abcd", most=2, only="d"), sizes(most=6))],
    "as many as fit, sensitive": [Case("as many as fit, sensitive", several("abc", sensitive=True, merge={"a": "b"}), sizes(8), unadorned)],
    "paper": [Case("paper", five(letters="abc"), sizes(4, sheets=5, people=9))],
    "paper, sensitive": [Case("paper, sensitive", five(True, {"a": "b"}, "abc"), sizes(7, sheets=4))],
    "paper, sensitive, in a row": [Case("paper, in a row", five(True, {"a": "b", "b": "c"}, "abc"), sizes(8, sheets=3), unadorned)],
    "paper, as many as fit": [Case("paper, as many as fit", several("ab"), sizes(4, sheets=4), unadorned)],
}
IN_A_ROW = {"a": "b", "b": "c", "e": "d", "d": "c"}
LONGER = {
    "eleven people": lambda: [Case("eleven people", five(), sizes(most=11))],
    "sensitive, joined in every way": lambda: joined(neighbours("abcde")),
    "as many as fit of four": lambda: [Case("as many as fit of four", several("abcd"), sizes(5, 6), unadorned)],
    "paper, five options": lambda: [Case("paper, five options", five(), sizes(5, sheets=4, people=9), unadorned)],
    "paper, sensitive, five options": lambda: [Case("paper, sensitive, five", five(True, IN_A_ROW), sizes(8, sheets=3), unadorned)],
    "paper, as many as fit of three": lambda: [Case("paper, as many as fit of three", several("abc"), sizes(5, 6, 2, 7), unadorned)],
    "paper, much of it": lambda: [Case("paper, much of it", five(letters="ab"), sizes(5, 14, 12), unadorned)],
    "paper, more of it, sensitive": lambda: [Case("paper, more of it", five(True, {"a": "b"}, "abc"), sizes(8, 10, 5), unadorned)],
    # From the sixth sheet on somebody on paper may be surer of the other sheets than by the numbers alone: .868 where
    # eight phones and seven sheets allow .857.
    "paper, much of it, sensitive": lambda: [Case("paper, much of it", five(True, {"a": "b"}, "abc"), sizes(8, 10, 8), unadorned, False)],
}


@cache
def visited(name: str) -> tuple[int, int]:
    """Raises Breach; how many groups there are, and how many of them are shown."""
    found = [attack(one) for one in (CASES[name] if name in CASES else LONGER[name]())]
    return sum(groups for groups, _ in found), sum(shown for _, shown in found)


@pytest.mark.parametrize("name", [*CASES, *(LONGER if LONG else ())])
def test_nothing_follows_from_any_group(name: str) -> None:
    groups, shown = visited(name)
    print(f"{groups:,} groups, {shown:,} of them shown")
    assert 0 < shown < groups


# As many of five as fit: too many groups to look at each. What is shown depends on how many gave each answer, and on
# nothing else (above, of three options, every group was looked at); so each set of totals is tried with two groups.


def with_totals(people: int, totals: Mapping[str, int]) -> list[list[str]]:
    """Answers with these totals: people are assigned to them in turn."""
    said: list[list[str]] = [[] for _ in range(people)]
    turn = 0
    for option, count in totals.items():
        for _ in range(count):
            said[turn % people].append(option)
            turn += 1
    return [sorted(one) for one in said]


def totals_attack(letters: str = "abcde") -> tuple[int, int]:
    """Raises Breach; how many sets of totals there are, up to the names of the options, and how many are shown."""
    case, seen, shown = Case("as many of five as fit", several(letters), publish=unadorned), 0, 0
    nobody = (0,) * len(case.answers)
    for people in range(1, PEOPLE + 1):
        for counts in combinations_with_replacement(range(people, -1, -1), len(letters)):
            if sum(counts) < people:
                continue  # each gives one answer at least
            totals = dict(zip(letters, counts, strict=True))
            said = with_totals(people, totals)
            made = case.publish(case.question, said, None)
            if made != case.publish(case.question, with_totals(people, dict(reversed(totals.items()))), None):
                raise Breach("what is shown depends on more than its totals")
            face, group = json.loads(made), tuple(said.count(answer) for answer in case.answers)
            if face["face"] == "shown":
                promised(case, face, group, nobody)
            useful(case, face, group, nobody)
            seen, shown = seen + 1, shown + (face["face"] == "shown")
    return seen, shown


totals_visited = cache(totals_attack)


def test_nothing_is_shown_of_five_answers_that_go_together_where_nearly_all_agree() -> None:
    seen, shown = totals_visited()
    print(f"{seen:,} sets of totals, {shown:,} of them shown")
    assert 0 < shown < seen


def test_the_guide_says_how_many_groups_there_were() -> None:
    sentence = SENTENCE.format(sum(visited(name)[0] for name in CASES) + totals_visited()[0])
    print(sentence)
    assert sentence in " ".join(GUIDE.read_text("utf-8").split()), (
        f"In facilitator-guide/anonymity.md, under 'How sure can somebody become?', write instead: {sentence}"
    )


# --- weaker rules


@contextmanager
def changed(**names: Any) -> Iterator[None]:
    """The rule with other numbers, or without one of its parts."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in names.items():
            patch.setattr(rule if hasattr(rule, name) else base, name, value)
        yield


def only_yes(question: Question, values: Sequence[Any], k: int | None = None, paper: Paper | None = None) -> Shown | None:
    """Looks at the people who gave an answer, and forgets the others."""
    shown = threshold_only(question, values, k, paper)
    return shown if shown and all(cell.people <= shown.people - 2 for cell in shown.cells) else None


def sheets_are_phones(question: Question, values: Sequence[Any], k: int | None = None, paper: Paper | None = None) -> Shown | None:
    """Forgets that somebody who has counted the paper can subtract it."""
    return release(question, [*values, *(cell for cell, people in (paper.cells if paper else {}).items() for _ in range(people))], k)


@contextmanager
def tells_why() -> Iterator[None]:
    """Says "too few" and "too alike"."""

    def payload(question: Question, values: Sequence[Any], **options: Any) -> bytes:
        made = json.loads(real_payload(question, values, **options))
        return json.dumps(made | ({"few": len(values) < 5} if made["face"] == "withheld" else {}), sort_keys=True).encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["workshop.reveal"], "payload", payload)
        yield


WEAKER: dict[str, tuple[Callable[[], AbstractContextManager[None]], str]] = {
    "a minimum and nothing else": (lambda: weak_rule(threshold_only), "five options"),
    "one may stand apart": (lambda: changed(MARGIN=1), "five options"),
    "two may stand apart, where it is sensitive": (lambda: changed(MARGIN_SENSITIVE=2), "as many as fit, sensitive"),
    "four are enough": (lambda: changed(K=4), "five options"),
    "seven are enough, where it is sensitive": (lambda: changed(K_SENSITIVE=7), "portrait.strokes_own"),
    "two are many": (lambda: changed(SMALL=1), "space.room"),
    "only the few are joined": (joining_only_the_few, "portrait.strokes_own"),
    "those who said no are forgotten": (lambda: weak_rule(only_yes), "as many as fit"),
    "too few looks other than too alike": (tells_why, "five options"),
    "sheets are phones": (lambda: weak_rule(sheets_are_phones), "paper"),
    "phones alone, and the sum alone": (lambda: changed(_more=lambda paper: 0), "paper"),
    "one more stands apart with paper": (lambda: changed(_more=lambda paper: min(1, paper.people) if paper else 0), "paper"),
    "the same, where it is sensitive": (lambda: changed(_more=lambda paper: 0), "paper, sensitive, in a row"),
    "the same, as many as fit": (lambda: changed(_more=lambda paper: 0), "paper, as many as fit"),
}


@pytest.mark.parametrize("name", WEAKER)
def test_the_same_look_sees_through_a_weaker_rule(name: str) -> None:
    weaker, where = WEAKER[name]
    with weaker(), pytest.raises(Breach) as found:
        attack(CASES[where][0])
    print(found.value)
