"""Models to try out: pure functions over NumPy arrays, and for each a run in a form that a page can show.

A model is a file here with `run(values, labels, seed) -> Run`. NumPy is imported by the models only, so that a page
without one, or one that nobody has touched, does without it. Figures are plain dicts: plotly draws them in the browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from itertools import product
from typing import Any, TypedDict

from workshop.declaration import curriculum
from workshop.declaration.reader import Problem, places
from workshop.kinds.simulation import Simulation


@dataclass(frozen=True)
class Run:
    """What came out: the name of what happened, numbers as texts for its sentence, a plotly figure, the same as rows
    of a table, the names of the columns first."""

    outcome: str
    numbers: dict[str, str]
    figure: dict[str, Any]
    table: list[list[str]]


class Simulated(TypedDict):
    """One run, as JSON; `table`: the same as the figure, the names of the columns first."""

    values: dict[str, Any]
    figure: dict[str, Any]
    sentence: str
    table: list[list[str]]


def simulate(simulation: Simulation, values: object) -> Simulated:
    """One run with these values of the controls. BadAnswer for bad values."""
    checked = simulation.check(values)
    seed = sum(checked[button.key] for button in simulation.buttons)
    model = import_module(f"workshop.simulations.{simulation.model}")
    run = model.run({**simulation.fixed, **checked}, simulation.labels, seed)
    sentence = simulation.sentences[run.outcome].format_map(run.numbers)
    return {"values": checked, "figure": run.figure, "sentence": sentence, "table": run.table}


def problems(simulation: Simulation) -> list[str]:
    """What would go wrong at some corner of its controls: a sentence, a label or a parameter that is missing."""
    corners: list[list[Any]] = [[one.low, one.start, one.high] for one in simulation.sliders]
    corners += [[option.key for option in one.options] for one in simulation.picks]
    corners += [[False, True] for _ in simulation.switches] + [[0, 1] for _ in simulation.buttons]
    found: dict[str, None] = {}
    for corner in product(*corners):
        values = dict(zip((one.key for one in simulation.controls), corner, strict=True))
        try:
            simulate(simulation, values)
        except KeyError as error:
            found[f"the model '{simulation.model}' needs {error}, which the activity doesn't have"] = None
        except TypeError as error:
            found[f"the model '{simulation.model}' can't be run: {error}"] = None
    return list(found)


def check() -> list[Problem]:
    """The same for every model of the curriculum, with file and line."""
    found = []
    for module in curriculum.modules():
        lines, *_ = places(module.path.read_text("utf-8-sig"))
        for place, one in enumerate(module.activities):
            if isinstance(one, Simulation):
                line = lines.get(("activities", place), 0)
                found += [Problem(module.path.name, line, f"activity '{one.key}': {what}") for what in problems(one)]
    return found
