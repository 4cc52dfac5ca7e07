"""The release rule, case by case and for any group of answers; and the payload that everybody gets."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.figures import bars
from workshop.kinds import Option, Question
from workshop.kinds.bet import Bet
from workshop.kinds.choice import Choice
from workshop.reveal import K_SENSITIVE, MARGIN, MARGIN_SENSITIVE, K, Shown, content_id, example, payload, release, threshold

OPTIONS = tuple(Option(key, f"Option {key}") for key in "abcd")
PLAIN = Choice(key="q", module="m", text="?", options=OPTIONS, example={"a": 5, "b": 4, "c": 3, "d": 0})
SENSITIVE = replace(PLAIN, sensitive=True, merge={"a": "b", "b": "c", "d": "c"}, example={"a": 5, "b": 4, "c": 4, "d": 0})
BET = Bet(key="bet", module="m", about="q", options=OPTIONS, example=PLAIN.example, hit="", miss="", tie="", nobet="")


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
    made = {payload(PLAIN, values, [BET], k, draw=bars) for values, k in ((few[:4], k), (["a"] * len(alike), other_k))}
    assert made == {payload(PLAIN, [], [BET], draw=bars)}


@given(st.permutations(answers(a=4, b=3, c=2)))
def test_the_order_of_answers_leaves_no_trace(values):
    assert payload(PLAIN, values, [BET], draw=bars) == payload(PLAIN, sorted(values), [BET], draw=bars)


def test_payload_shown():
    frozen = payload(PLAIN, answers(a=4, b=3, c=1), [BET], draw=bars)
    content = json.loads(frozen)
    figure = content.pop("figure")
    assert content == {
        "question": "m.q",
        "face": "shown",
        "people": 8,
        "cells": [["a", "Option a", 4], ["b", "Option b", 3], ["c", "Option c", 1], ["d", "Option d", 0]],
        "outcome": {"bet": ["a"]},
        "summary": "Of 8 people, 4 chose “Option a”, 3 chose “Option b”, 1 chose “Option c” and nobody chose “Option d”.",
        "invented": False,
    }
    assert figure == bars(release(PLAIN, answers(a=4, b=3, c=1)))
    assert frozen == json.dumps(json.loads(frozen), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_payload_withheld_holds_the_invented_group_and_nothing_of_the_room():
    content = json.loads(payload(PLAIN, answers(a=29, b=1), [BET], draw=bars))
    assert content == {"question": "m.q", "face": "withheld", "example": json.loads(example(PLAIN, [BET], draw=bars))}
    assert content["example"]["invented"] is True
    assert content["example"]["summary"].startswith("Of an invented group of 12 people, 5 chose “Option a”")


@pytest.mark.parametrize(
    ("values", "outcome"),
    [(answers(a=4, b=3), ["a"]), (answers(a=3, b=3, c=1), ["a", "b"])],
)
def test_a_bet_comes_true_by_what_is_shown(values, outcome):
    assert json.loads(payload(PLAIN, values, [BET], draw=bars))["outcome"] == {"bet": outcome}


def test_a_bet_on_joined_cells_knows_no_more_than_the_figure():
    content = json.loads(payload(SENSITIVE, answers(a=2, b=4, c=4), [BET], draw=bars))
    assert content["outcome"] == {"bet": ["a", "b"]}


def test_content_id_is_the_sha256_of_the_bytes():
    assert content_id(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("invented", [False, True])
def test_figure_is_one_that_plotly_knows(invented):
    """Plotly refuses what it does not know, and adds nothing: its template would be 7 KB more for every phone."""
    figure = bars(replace(release(PLAIN, answers(a=4, b=3, c=1)), invented=invented))
    assert go.Figure(figure).to_plotly_json() == figure
    assert len(json.dumps(figure)) < 2500
    assert ("pattern" in figure["data"][0]["marker"]) is invented


def test_figure_wraps_long_labels_above_their_bars():
    long = replace(PLAIN, options=(Option("a", "I <b> owe something now & will think about it for weeks"), *OPTIONS[1:]))
    figure = bars(release(long, answers(a=4, b=3)))
    first, second, *_ = figure["layout"]["annotations"]
    assert first["text"] == "I &lt;b&gt; owe something now &amp; will think<br>about it for weeks"
    thick = figure["data"][0]["width"][0]
    top_of_bar = figure["data"][0]["y"][0] - thick / 2
    assert first["y"] + 2 * 20 < top_of_bar and top_of_bar + thick < second["y"]
