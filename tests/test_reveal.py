"""The release rule, case by case and for any group of answers; and the payload that everybody gets."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.kinds import Option, Question
from workshop.kinds.base import K_SENSITIVE, MARGIN, MARGIN_SENSITIVE, K, Paper
from workshop.kinds.choice import Choice
from workshop.kinds.pair import Pair
from workshop.kinds.text import Text
from workshop.reveal import (
    Shown,
    Side,
    approved,
    batch,
    content_id,
    example,
    pair_payload,
    payload,
    release,
    release_pair,
    threshold,
)
from workshop.reveal.figures import bars

OPTIONS = tuple(Option(key, f"Option {key}") for key in "abcd")
PLAIN = Choice(key="q", module="m", text="?", options=OPTIONS, example={"a": 5, "b": 4, "c": 3, "d": 0})
SENSITIVE = replace(PLAIN, sensitive=True, merge={"a": "b", "b": "c", "d": "c"}, example={"a": 5, "b": 4, "c": 4, "d": 0})


@dataclass(frozen=True, kw_only=True)
class Several(Question):
    """Any number of a, b, c, d: an answer is a string of their letters."""

    kind = "several"
    exclusive = False

    def cells(self):
        return {option.key: option.text for option in OPTIONS}

    def cells_of(self, value):
        return tuple(value)


SEVERAL = Several(key="s", module="m", example={"a": 5, "b": 4, "c": 3, "d": 2})


class Twice(Choice):
    """A kind with a mistake in it."""

    def cells_of(self, value):
        return ("a", "b")


def answers(**counts: int) -> list[str]:
    return [key for key, count in counts.items() for _ in range(count)]


def seen(shown: Shown | None) -> dict[str, int] | None:
    return shown and {cell.key: cell.people for cell in shown.cells}


def test_the_numbers_of_the_rule():
    """They are a promise on the first page; nobody changes them in passing."""
    assert (K, K_SENSITIVE, MARGIN, MARGIN_SENSITIVE) == (5, 8, 2, 3)


@pytest.mark.parametrize(
    ("question", "values", "expected"),
    [
        # Enough
        (PLAIN, [], None),
        (PLAIN, answers(a=2, b=2), None),
        (PLAIN, answers(a=3, b=2), {"a": 3, "b": 2, "c": 0, "d": 0}),
        (SENSITIVE, answers(b=3, c=4), None),
        (SENSITIVE, answers(b=4, c=4), {"a+b": 4, "c+d": 4}),
        # Not alike
        (PLAIN, answers(a=5), None),
        (PLAIN, answers(a=29, b=1), None),
        (PLAIN, answers(a=28, b=1, c=1), {"a": 28, "b": 1, "c": 1, "d": 0}),
        (SENSITIVE, answers(b=28, c=2), None),
        (SENSITIVE, answers(b=27, c=3), {"a+b": 27, "c+d": 3}),
        # Not few: one or two people join their neighbour, and so does nobody: a joined cell does not tell that it has somebody …
        (SENSITIVE, answers(a=2, b=4, c=4), {"a+b": 6, "c+d": 4}),
        (SENSITIVE, answers(a=4, b=1, c=4), {"a": 4, "b+c+d": 5}),
        (SENSITIVE, answers(a=4, c=4, d=1), {"a": 4, "b+c+d": 5}),
        # … and go on with it while they are still few …
        (SENSITIVE, answers(a=1, b=1, c=3, d=3), {"a+b+c": 5, "d": 3}),
        # … unless no neighbour is declared, or too few differ in the end.
        (SENSITIVE, answers(a=4, b=4, c=1), None),
        (SENSITIVE, answers(a=1, b=8, c=0, d=0), None),
        (replace(SENSITIVE, merge={}), answers(a=2, b=4, c=4), None),
        # In an ordinary question nothing is joined.
        (replace(PLAIN, merge=SENSITIVE.merge), answers(a=1, b=4, c=4), {"a": 1, "b": 4, "c": 4, "d": 0}),
        # Where an answer may count in several cells, each cell's yes and its no
        (SEVERAL, ["ab", "ab", "cd", "cd", ""], {"a": 2, "b": 2, "c": 2, "d": 2}),
        (SEVERAL, ["abc", "abc", "abcd", "cd", ""], None),  # c: four of five said yes
        (SEVERAL, ["ab", "ab", "cd", "c", ""], None),  # d: four of five said no
        (SEVERAL, ["ab", "ab", "c", "c", ""], None),  # d: nobody said yes
        (replace(SEVERAL, sensitive=True), ["ab"] * 3 + ["cd"] * 3 + [""] * 2, {"a": 3, "b": 3, "c": 3, "d": 3}),
        (replace(SEVERAL, sensitive=True), ["ab"] * 2 + ["cd"] * 3 + [""] * 3, None),
        (replace(SEVERAL, sensitive=True, merge={"d": "c"}), ["ab"] * 3 + ["c"] * 2 + ["cd"] + [""] * 2, {"a": 3, "b": 3, "c+d": 3}),
    ],
)  # fmt: skip
def test_release(question, values, expected):
    shown = release(question, values)
    assert seen(shown) == expected
    assert shown is None or shown.people == len(values)


def test_joined_cells_keep_their_words():
    shown = release(SENSITIVE, answers(a=2, b=4, c=4))
    assert [cell.label for cell in shown.cells] == ["Option a / Option b", "Option c / Option d"]


@pytest.mark.parametrize(("sensitive", "k", "expected"), [(False, None, 5), (True, None, 8), (False, 7, 7), (True, 7, 8), (True, 9, 9)])
def test_a_room_may_raise_k(sensitive, k, expected):
    assert threshold(sensitive, k) == expected


@pytest.mark.parametrize("k", [4, 1, 0, -5])
def test_a_room_may_not_lower_k(k):
    with pytest.raises(ValueError, match="more than 5"):
        release(PLAIN, answers(a=3, b=3), k)


def test_an_answer_in_two_cells_of_an_exclusive_question_is_not_counted_as_two_people():
    with pytest.raises(ValueError, match="counts in one cell"):
        release(Twice(**vars(PLAIN)), answers(a=3, b=3))


groups = st.lists(st.sampled_from("abcd"), max_size=40)
sets = st.lists(st.sets(st.sampled_from("abcd")).map("".join), max_size=40)
rooms = st.one_of(st.none(), st.integers(K, 12))


@given(st.sampled_from([PLAIN, SENSITIVE]), groups, rooms)
def test_never_few_never_alike(question, values, k):
    """What is shown comes from enough people, and no cell, shown or counted before joining, holds nearly all of them."""
    shown = release(question, values, k)
    if shown is not None:
        people, margin = len(values), 3 if question.sensitive else 2
        assert people >= max(k or 0, 8 if question.sensitive else 5)
        assert sum(cell.people for cell in shown.cells) == people
        assert all(cell.people <= people - margin for cell in shown.cells)
        assert all(values.count(key) <= people - margin for key in "abcd")
        if question.sensitive:
            assert not {cell.people for cell in shown.cells} & {1, 2}


@given(st.booleans(), sets, rooms)
def test_never_alike_in_any_part_of_a_question_with_several(sensitive, values, k):
    shown = release(replace(SEVERAL, sensitive=sensitive, merge={"d": "c"}), values, k)
    if shown is not None:
        margin = 3 if sensitive else 2
        for cell in shown.cells:
            assert margin <= cell.people <= len(values) - margin
            assert cell.people == sum(bool(set(cell.key) & set(value)) for value in values)


@given(groups, groups, rooms, rooms)
def test_withheld_is_one_face(few, alike, k, other_k):
    """Too few and too alike, few or many, whatever the room asks for: the same bytes."""
    made = {payload(PLAIN, values, k) for values, k in ((few[:4], k), (["a"] * len(alike), other_k))}
    assert made == {payload(PLAIN, [])}


@given(st.permutations(answers(a=4, b=3, c=2)))
def test_the_order_of_answers_leaves_no_trace(values):
    assert payload(PLAIN, values) == payload(PLAIN, sorted(values))


def test_payload_shown():
    frozen = payload(PLAIN, answers(a=4, b=3, c=1))
    content = json.loads(frozen)
    assert content == {
        "question": "m.q",
        "face": "shown",
        "people": 8,
        "cells": [["a", "Option a", 4], ["b", "Option b", 3], ["c", "Option c", 1], ["d", "Option d", 0]],
        "summary": "Of 8 people, 4 chose “Option a”, 3 chose “Option b”, 1 chose “Option c” and nobody chose “Option d”.",
        "follows": [],
        "invented": False,
    }
    assert frozen == json.dumps(json.loads(frozen), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_payload_withheld_holds_the_invented_group_and_nothing_of_the_room():
    content = json.loads(payload(PLAIN, answers(a=29, b=1)))
    assert content == {"question": "m.q", "face": "withheld", "example": json.loads(example(PLAIN))}
    assert content["example"]["invented"] is True
    assert content["example"]["summary"].startswith("Of an invented group of 12 people, 5 chose “Option a”")


def test_content_id_is_the_sha256_of_the_bytes():
    assert content_id(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("invented", [False, True])
def test_a_figure_holds_what_the_payload_shows_and_can_be_changed(invented):
    shown = json.loads(example(PLAIN) if invented else payload(PLAIN, answers(a=4, b=3, c=1)))
    figure = bars(shown)
    [trace] = figure.data
    assert list(trace.x) == [people for *_, people in shown["cells"]]
    assert list(figure.layout.yaxis.ticktext) == [label for _, label, _ in shown["cells"]]
    assert bool(trace.marker.pattern.shape) is invented
    assert figure.layout.title.text == ("An invented group" if invented else "8 people")
    assert figure.update_traces(marker_color="red").data[0].marker.color == "red"


def test_a_figure_wraps_long_labels_and_shows_their_signs_as_they_are():
    """Plotly reads a little HTML in its texts."""
    long = replace(PLAIN, options=(Option("a", "I <b> owe something now & will think about it for weeks"), *OPTIONS[1:]))
    figure = bars(json.loads(payload(long, answers(a=4, b=3))))
    assert figure.layout.yaxis.ticktext[0] == "I &lt;b&gt; owe something now &amp; will think<br>about it for weeks"


def test_what_shows_no_bars_has_no_figure():
    for frozen in (payload(PLAIN, []), example(TEXT)):
        with pytest.raises(ValueError, match="no bars"):
            bars(json.loads(frozen))


# Paper: the rule holds for the phones alone and for the sum


def paper(people: int | None = None, **cells: int) -> Paper:
    return Paper(cells, sum(cells.values()) if people is None else people)


@pytest.mark.parametrize(
    ("question", "values", "sheets", "expected"),
    [
        (PLAIN, answers(a=3, b=2), paper(a=1, c=2), {"a": 4, "b": 2, "c": 2, "d": 0}),
        # Paper does not make up for phones, neither in number …
        (PLAIN, answers(a=2, b=2), paper(a=3, b=3), None),
        # … nor in difference: without the paper all but one agree, and who counted it can subtract …
        (PLAIN, answers(a=5, b=1), paper(b=5), None),
        # … and what the paper adds does not count when they agree without it.
        (PLAIN, answers(a=1, b=4), paper(a=1), None),
        # Five phones that were shown leave two elsewhere; so four and two, with one sheet, would tell what the sheet says …
        (PLAIN, answers(a=3, b=2), paper(a=1), None),
        (PLAIN, answers(a=3, b=2), paper(b=1), {"a": 3, "b": 3, "c": 0, "d": 0}),
        (PLAIN, answers(a=3, b=3), paper(a=1), {"a": 4, "b": 3, "c": 0, "d": 0}),
        # … and with two sheets, the person who wrote one of them would know the other one.
        (PLAIN, answers(a=2, b=3), paper(a=1, b=1), None),
        (PLAIN, answers(a=2, b=3), paper(b=20), None),
        (PLAIN, answers(a=2, b=3), paper(b=18, c=2), {"a": 2, "b": 21, "c": 2, "d": 0}),
        # Tender: one or two phones stay few however many sheets lie on them, and join; one sheet alone is few as well.
        (SENSITIVE, answers(a=2, b=4, c=4), paper(a=5), None),
        (SENSITIVE, answers(a=2, b=4, c=4), paper(a=2, d=3), {"a+b": 8, "c+d": 7}),
        (replace(SENSITIVE, merge={}), answers(a=2, b=4, c=4), paper(a=5), None),
        (replace(SENSITIVE, merge={}), answers(b=4, c=4), paper(a=1), None),
        (replace(SENSITIVE, merge={}), answers(b=5, c=5), paper(a=4), None),
        (replace(SENSITIVE, merge={}), answers(b=5, c=5), paper(a=5), {"a": 5, "b": 5, "c": 5, "d": 0}),
        # What is few only with its sheets joins as well: three phones that were shown alone tell that no sheet is there.
        (SENSITIVE, answers(a=3, b=3, c=4), paper(c=1), {"a+b": 6, "c+d": 5}),
        # Where one may choose several, totals do not say who chose one or the other: no cells are joined with paper.
        (SEVERAL, ["ab", "ab", "cd", "cd", ""], paper(3, a=2, b=1), None),
        (SEVERAL, ["ab", "ab", "cd", "cd", ""], paper(4, a=2, b=2, c=2, d=2), {"a": 4, "b": 4, "c": 4, "d": 4}),
        (SEVERAL, ["ab", "ab", "cd", "cd", ""], paper(30, a=30, b=2, c=2, d=2), None),
        (SEVERAL, ["ab", "ab", "cd", "cd"], paper(30, a=15), None),
        (replace(SEVERAL, sensitive=True, merge={"d": "c"}), ["ab"] * 3 + ["c"] * 3 + [""] * 2, paper(3, a=3), None),
    ],
)  # fmt: skip
def test_paper(question, values, sheets, expected):
    shown = release(question, values, paper=sheets)
    assert seen(shown) == expected
    assert shown is None or shown.people == len(values) + sheets.people


sheets = st.fixed_dictionaries({cell: st.integers(0, 6) for cell in "abcd"})


@given(st.sampled_from([PLAIN, SENSITIVE]), groups, sheets)
def test_somebody_who_subtracts_the_paper_learns_only_what_the_rule_lets_out(question, values, cells):
    shown = release(question, values, paper=Paper(cells, sum(cells.values())))
    if shown is not None:
        margin, people = (3 if question.sensitive else 2), len(values)
        for cell in shown.cells:
            phones = cell.people - sum(cells[key] for key in cell.key.split("+"))
            assert phones == sum(values.count(key) for key in cell.key.split("+")) <= people - margin
            assert not question.sensitive or (phones not in (1, 2) and cell.people not in (1, 2))
        assert people >= (8 if question.sensitive else 5)


# Declared pairs

A = replace(PLAIN, key="one", options=OPTIONS[:2], example={"a": 5, "b": 5})
B = replace(A, key="two")
PAIR = Pair(of=("one", "two"), module="m", title="Both", questions=(A, B), example={"a/a": 5, "a/b": 6, "b/a": 7, "b/b": 5})
BOTH = [["a", "a"]] * 5 + [["a", "b"]] * 6 + [["b", "a"]] * 7 + [["b", "b"]] * 5


def sides(rows: list[list[str]], first: list[str] = (), second: list[str] = (), on_paper: Paper | None = None) -> tuple[Side, Side]:
    """Both questions counted by themselves: those in `rows`, and those who answered one of them only."""
    values = [[row[place] for row in rows] + list(more) for place, more in enumerate((first, second))]
    one, two = (release(question, said, paper=sheet) for question, said, sheet in ((A, values[0], on_paper), (B, values[1], None)))
    return Side(one, values[0], on_paper), Side(two, values[1])


@pytest.mark.parametrize(
    ("rows", "first", "second", "on_paper", "shown"),
    [
        (BOTH, [], [], None, True),
        (BOTH[1:], [], [], None, False),  # four in a cell
        ([row for row in BOTH if row != ["b", "b"]], [], [], None, False),  # everyone who said b said a
        (BOTH, ["a"], [], None, False),  # one who can be found by subtracting
        (BOTH, ["a"] * 6, [], None, False),  # six who all say the same
        (BOTH, ["a"] * 3 + ["b"] * 3, [], None, True),
        (BOTH, [], ["a"] * 3 + ["b"] * 3, None, True),
        (BOTH, [], ["b", "b"], None, False),
        (BOTH, [], [], Paper({"a": 2, "b": 1}, 3), False),  # the sheets would stand there alone
        (BOTH, [], [], Paper({"a": 3, "b": 3}, 6), True),
        (BOTH, ["a"] * 3 + ["b"] * 2, [], Paper({"a": 1}, 1), False),  # by subtracting, the sheet could be read
        (BOTH, ["a"] * 3 + ["b"] * 2, [], Paper({"b": 1}, 1), True),
        ([], [], [], None, False),
    ],
)
def test_a_declared_pair(rows, first, second, on_paper, shown):
    made = release_pair(PAIR, rows, sides(rows, first, second, on_paper))
    assert (made is not None) is shown
    if shown:
        assert seen(made) == {"a/a": 5, "a/b": 6, "b/a": 7, "b/b": 5} and made.people == 23


def test_a_pair_of_a_room_that_asks_for_more():
    assert release_pair(PAIR, BOTH, sides(BOTH), k=6) is None
    assert release_pair(replace(PAIR, questions=(replace(A, sensitive=True), B)), BOTH, sides(BOTH)) is None


def test_rows_that_nobody_can_have_sent_close_the_pair():
    """A browser may send a pair without its answers: then the pair has more people than its questions."""
    assert release_pair(PAIR, [*BOTH, *[["a", "a"]] * 6], sides(BOTH)) is None


def test_the_payload_of_a_pair():
    content = json.loads(pair_payload(PAIR, BOTH, sides(BOTH)))
    assert content["question"] == "m.one+two" and content["cells"][0] == ["a/a", "Option a · Option a", 5]
    assert content["summary"].startswith("Of 23 people who answered both questions, 5 chose “Option a · Option a”")
    closed = {pair_payload(PAIR, rows, sides(rows)) for rows in ([], BOTH[1:], [["a", "a"]] * 30)}
    assert len(closed) == 1 and json.loads(closed.pop())["example"]["invented"] is True


# Texts

TEXT = Text(key="t", module="m", text="?", example=("One.", "Two.", "Three.", "Four.", "Five."))
SENT = [f"text {number}" for number in range(7)]


def test_texts_are_shuffled_once_and_shown_as_approved():
    frozen = batch(TEXT, SENT)
    order = json.loads(frozen)
    assert sorted(order) == SENT and len({batch(TEXT, SENT) for _ in range(20)}) > 10
    content = json.loads(approved(TEXT, frozen, [6, 0, 1, 2, 4]))
    assert content["texts"] == [order[place] for place in (0, 1, 2, 4, 6)]
    assert (content["face"], content["people"], content["cells"]) == ("shown", 5, [])
    assert content["summary"].startswith("5 people wrote, in no order: “text")  # how many were left out is not said


@pytest.mark.parametrize("chosen", [[], [0, 1, 2, 3], [0, 0, 0, 0, 0], [-1, 7, 8, 9, 99], list(range(7, 30))])
def test_fewer_than_five_approved_texts_show_none(chosen):
    assert approved(TEXT, batch(TEXT, SENT), chosen) == payload(TEXT, []) == payload(TEXT, SENT)


def test_too_few_texts_are_not_read_by_anybody():
    assert batch(TEXT, SENT[:4]) is None and batch(TEXT, SENT, k=8) is None
    closed = json.loads(payload(TEXT, SENT[:4]))
    assert closed["face"] == "withheld" and closed["example"]["texts"] == list(TEXT.example) and closed["example"]["invented"] is True
