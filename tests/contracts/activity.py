"""What holds for every activity, whatever its kind and no matter who wrote it. A test class that has an `activity` fixture inherits it."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import pytest

from workshop.kinds import KINDS, Activity, BadAnswer, Question
from workshop.reveal import enough, release

LONG = "x" * 10**6
# Anything that JSON can carry to the server, and nothing that a question should take.
HOSTILE: list[Any] = [
    None,
    True,
    False,
    -1,
    10**400,
    99,
    math.nan,
    math.inf,
    -math.inf,
    1e308,
    "",
    "nope",
    "\x00",
    "\ud800",
    "<img src=x onerror=alert(1)>",
    LONG,
    [],
    [[]],
    [LONG],
    [None, math.nan],
    {},
    {"key": LONG},
    {"__class__": "x"},
]
TEXTS = ("nope", "<img src=x onerror=alert(1)>")


class ActivityContract:
    """Inherit it, and add a fixture `activity`."""

    def test_its_spec_is_json_and_keeps_what_is_for_the_facilitator(self, activity: Activity) -> None:
        """The browser gets strict JSON with the names it relies on, and neither the SAY texts nor the invented group."""
        spec = activity.spec()
        assert json.loads(json.dumps(spec, allow_nan=False)) == spec
        assert {"kind", "key", "id", "shared", "title", "text"} <= set(spec)
        assert spec["id"] == f"{activity.module}.{activity.key}" and activity.module
        assert not {"say", "do", "debrief", "example"} & set(spec)

    def test_it_is_found_by_its_kind_and_has_its_script_beside_it(self, activity: Activity) -> None:
        """A kind's name leads to its class, and its ES module has its name, in the directory of the kinds."""
        assert type(activity) is KINDS[activity.kind]
        assert activity.script.name == f"{activity.kind}.js" and activity.script.parent.name == "kinds"
        assert isinstance(activity, Question) or not activity.shared

    def test_it_has_a_paper_form_with_its_words(self, activity: Activity) -> None:
        """People without a phone read the same words, and have the same things to tick."""
        paper = activity.paper()
        assert paper.strip() and activity.text in paper.replace("**", "") and activity.title in paper
        if activity.shared:
            assert all(label in paper for label in activity.cells().values())

    def test_scripted_answers_pass_and_fall_into_cells(self, activity: Activity) -> None:
        """A simulated visitor sends what a real one could, the same at the same seed, and more than one thing."""
        if not activity.shared:
            return
        answers = [activity.scripted(random.Random(seed)) for seed in range(60)]
        assert answers == [activity.scripted(random.Random(seed)) for seed in range(60)]
        for answer in answers:
            checked = activity.check(json.loads(json.dumps(answer)))
            assert activity.check(checked) == checked
            cells = activity.cells_of(checked)
            assert set(cells) <= set(activity.cells()) and len(set(cells)) == len(cells)
            assert len(cells) == 1 or not activity.exclusive
        assert len({json.dumps(answer) for answer in answers}) > 1

    @pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20] if value != 10**400 else "huge")
    def test_hostile_answers_are_refused_with_a_sentence(self, activity: Activity, value: Any) -> None:
        """Whatever the browser sends, the answer is a short plain sentence that does not throw it back."""
        if not activity.shared:
            return
        if activity.pooled and value in TEXTS:
            assert activity.check(value) == value  # any words are: screens show them as words, never as markup
            return
        with pytest.raises(BadAnswer) as refused:
            activity.check(value)
        sentence = str(refused.value)
        assert sentence.endswith(".") and 10 < len(sentence) < 150 and "\n" not in sentence
        assert "x" * 41 not in sentence and "<" not in sentence

    def test_its_invented_group_could_be_shown(self, activity: Activity) -> None:
        """The example covers the cells, and the real release rule lets it through unchanged."""
        if not activity.shared:
            return
        if activity.pooled:
            assert enough(activity, len({activity.check(text) for text in activity.example}))
            return
        assert list(activity.cells()) and set(activity.example) == set(activity.cells())
        if activity.exclusive:
            answers = {activity.cells_of(answer): answer for answer in (activity.scripted(random.Random(seed)) for seed in range(2000))}
            group = [answers[(cell,)] for cell, people in activity.example.items() for _ in range(people)]
            shown = release(activity, group)
            assert shown is not None and {cell.key: cell.people for cell in shown.cells} == activity.example
