"""The models against what can be worked out without them, and the message that runs one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from click.testing import CliRunner

from tests.contracts.authoring import HEAD, example_of, write
from workshop.cli import main
from workshop.declaration import curriculum
from workshop.kinds import BadAnswer
from workshop.kinds.simulation import Simulation
from workshop.page import Page
from workshop.room.contract import RoomError
from workshop.simulations import problems, rescue, simulate

GALLERY = Path(__file__).parent / "gallery" / "modules" / "99-gallery.toml"
DELTA, ALPHA, REST, COST = Fraction(1, 10), Fraction(3, 10), Fraction(1, 5), Fraction(3, 10)
LONG = 2000  # weeks, after which nothing moves any more


@pytest.fixture
def loop() -> Simulation:
    """The rescue loop as the gallery shows it."""
    return curriculum.load(GALLERY).activity("loop")


def rest_point(k: Fraction, beta: Fraction, alpha: Fraction = ALPHA) -> tuple[Fraction, Fraction]:
    """(capacity, energy) that reproduce themselves, worked out by hand: what fades is what grows, what is spent is what
    comes back. C: delta C = g (1 - C). E: r (1 - E) = c k (1 - C), no less than nothing."""
    growth = alpha * (1 - k) + beta * k
    capacity = growth / (DELTA + growth)
    return capacity, max(Fraction(0), 1 - COST * k * (1 - capacity) / REST)


SHARES = [Fraction(n, 20) for n in range(21)]


@pytest.mark.parametrize("beta", [Fraction(0), Fraction(3, 10), Fraction(9, 20)], ids=str)
def test_the_rescue_loop_comes_to_rest_where_it_reproduces_itself(beta: Fraction) -> None:
    """Every share at once, from any beginning, also where the energy would fall below nothing."""
    for begin in (0.0, 0.4, 1.0):
        capacity, energy = rescue.paths([float(k) for k in SHARES], float(beta), weeks=LONG, begin=begin)
        wanted = np.array([[float(one) for one in rest_point(k, beta)] for k in SHARES]).T
        np.testing.assert_allclose([capacity[-1], energy[-1]], wanted, atol=1e-9)


def test_known_rest_points() -> None:
    """Written out: half taken over without teaching; nine tenths, where the energy is gone; all of it, with teaching."""
    assert [round(float(one), 4) for one in rest_point(Fraction(1, 2), Fraction(0))] == [0.6, 0.7]
    assert [round(float(one), 4) for one in rest_point(Fraction(9, 10), Fraction(0))] == [0.2308, 0.0]
    assert [round(float(one), 4) for one in rest_point(Fraction(1), Fraction(9, 20))] == [0.8182, 0.7273]


def test_the_way_there_shrinks_by_the_same_factor_each_week() -> None:
    """The distance to the rest point is multiplied by 1 - delta - g."""
    k, beta = Fraction(1, 2), Fraction(0)
    capacity, _ = rescue.paths(float(k), float(beta), weeks=12, begin=0.2)
    distance = capacity - float(rest_point(k, beta)[0])
    factor = float(1 - DELTA - (ALPHA * (1 - k) + beta * k))
    np.testing.assert_allclose(distance[1:] / distance[:-1], factor, rtol=1e-9)


def test_where_growth_overshoots_the_rest_point_repels_and_the_bounds_hold_it() -> None:
    """Each step turns the distance from the rest point round, and below 2 in all it shrinks. Above, it grows, until it is
    clipped: from the whole load a tenth fades, and what grows from there passes the load again."""
    calm = rescue.paths(0.0, 0.0, alpha=1.8, weeks=200, begin=0.3)[0]
    assert calm[-1] == pytest.approx(1.8 / 1.9) and (np.diff(calm[:8]) > 0).tolist() == [True, False] * 3 + [True]
    assert rescue.paths(0.0, 0.0, alpha=3.0, weeks=1, begin=3.0 / 3.1)[0][-1] == pytest.approx(3.0 / 3.1)
    for begin in (0.0, 0.5, 0.96):
        np.testing.assert_allclose(sorted(rescue.paths(0.0, 0.0, alpha=3.0, weeks=41, begin=begin)[0][-2:]), [0.9, 1.0])


@pytest.mark.parametrize("k", [0.1, 0.5, 0.9, 1.0])
def test_taking_over_weakens_exactly_when_it_teaches_less_than_doing(k: float) -> None:
    """Below alpha less capacity than without help, above it more, at alpha the same."""
    ends = rescue.paths(k, [0.0, 0.29, 0.3, 0.31, 0.6], weeks=LONG)[0][-1]
    alone = rescue.paths(0.0, 0.0, weeks=LONG)[0][-1]
    assert ends[0] < ends[1] < alone < ends[3] < ends[4] and ends[2] == pytest.approx(alone)


def test_nothing_leaves_its_bounds() -> None:
    """Clipped where parameters would push it out: capacity within 0 and the load, energy within 0 and 1."""
    k, beta = np.meshgrid(np.linspace(0, 1, 11), np.linspace(0, 5, 11))
    capacity, energy = rescue.paths(k, beta, alpha=3.0, weeks=60, begin=0.0, cost=4.0, load=2.0)
    assert capacity.shape == (61, 11, 11)
    assert capacity.min() >= 0 and capacity.max() == 2.0 and energy.min() == 0 and energy.max() <= 1


@pytest.mark.parametrize("k", [0.0, 0.5, 1.0])
def test_capacity_that_cannot_grow_fades_whatever_is_done(k: float) -> None:
    """With alpha = beta = 0 the help changes nothing of it: taking help away teaches nobody."""
    capacity, _ = rescue.paths(k, 0.0, alpha=0.0, weeks=40)
    np.testing.assert_allclose(capacity, rescue.BEGIN * 0.9 ** np.arange(41))


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"k": 0, "beta": 0}, "You take over nothing. Noor comes to 75 % of it"),
        ({"k": 0.5, "beta": 0}, "Noor comes to 60 %; without your help it would be 75 %. You have 70 %"),
        ({"k": 1, "beta": 0}, "without your help it would be 75 %. And your energy is gone."),
        ({"k": 0.5, "beta": 0.3}, "Noor comes to 75 %, as without your help."),
        ({"k": 1, "beta": 0.45}, "Noor comes to 82 %; without your help it would be 75 %. You have 73 %"),
        ({"k": 0, "stuck": True}, "taking help away teaches her nothing"),
        ({"k": 0.3, "beta": 0.6, "stuck": True}, "Help decides how much is left undone."),
        ({"k": 1, "stuck": True}, "This takes more people than one."),
    ],
)
def test_one_sentence_says_what_happened(loop: Simulation, values: dict, part: str) -> None:
    """Each outcome has its own, with the numbers of the figure and of the table."""
    run = simulate(loop, values)
    assert part in run["sentence"].replace("\N{NO-BREAK SPACE}", " ")
    assert json.loads(json.dumps(run, allow_nan=False)) == run and len(json.dumps(run)) < 6000
    by_name = {trace["name"]: trace for trace in run["figure"]["data"]}
    assert [row[0] for row in run["table"][1:]] == ["0", "10", "20", "30", "40"]
    for column, name in enumerate(run["table"][0][1:], 1):
        assert run["table"][-1][column] == f"{round(by_name[name]['y'][-1])}\N{NO-BREAK SPACE}%"


def test_the_figure_is_one_that_plotly_knows(loop: Simulation) -> None:
    """plotly itself, which no page loads in Python, finds nothing wrong; no two lines look alike without colour."""
    figure = simulate(loop, {})["figure"]
    go.Figure(figure)
    assert len({(trace["line"]["dash"], trace["line"]["width"]) for trace in figure["data"]}) == len(figure["data"])


def test_the_same_again_is_the_same(loop: Simulation) -> None:
    """Seeded and pure."""
    assert simulate(loop, {"k": 0.3}) == simulate(loop, {"k": 0.3})


def test_controls_snap_to_their_steps_and_fill_in_what_is_missing(loop: Simulation) -> None:
    """The model never sees what no control can be set to."""
    assert loop.check({"k": 0.3333}) == {"k": 0.3, "beta": 0.0, "stuck": False}
    assert loop.check({}) == loop.start == {"k": 0.5, "beta": 0.0, "stuck": False}
    assert loop.check({"k": 1}) == {"k": 1.0, "beta": 0.0, "stuck": False}


@pytest.mark.parametrize("bad", [None, [], "k", {"gamma": 1}, {"k": 1.01}, {"k": "1"}, {"k": True}, {"k": float("nan")}, {"k": 10**400}])
def test_other_values_are_refused_in_words(loop: Simulation, bad: object) -> None:
    """Never computed with, and answered in one sentence."""
    with pytest.raises(BadAnswer, match=r"^The model (has no such control|can't be set to that)\.$"):
        loop.check(bad)
    with pytest.raises(BadAnswer):
        loop.check({"stuck": 1})


GALLERY_AND_ALL = (*curriculum.modules(), curriculum.load(GALLERY))
SIMULATIONS = {one.id: one for module in GALLERY_AND_ALL for one in module.activities if isinstance(one, Simulation)}


@pytest.mark.parametrize("one", SIMULATIONS.values(), ids=SIMULATIONS)
def test_every_simulation_can_say_whatever_happens(one: Simulation) -> None:
    """At every corner of its controls the model finds its labels and its sentence."""
    assert problems(one) == []


def test_a_missing_sentence_or_label_is_found(tmp_path: Path) -> None:
    """Otherwise the test above would prove nothing."""
    text = HEAD + example_of(Simulation)
    spent = next(line for line in text.splitlines() if line.startswith("spent ="))
    module = curriculum.load(write(tmp_path, text.replace(spent, "").replace('alone = "The same without my help", ', "")))
    assert problems(module.activity("loop")) == ["the model 'rescue' needs 'alone', which the activity doesn't have"]
    module = curriculum.load(write(tmp_path, text.replace(spent, "")))
    assert problems(module.activity("loop")) == ["the model 'rescue' needs 'spent', which the activity doesn't have"]


def test_the_check_names_file_and_line_of_a_model_that_would_say_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + example_of(Simulation)
    spent = next(line for line in text.splitlines() if line.startswith("spent ="))
    write(tmp_path, text.replace(spent, ""))
    monkeypatch.setenv("WORKSHOP_MODULES", str(tmp_path))
    line = text.replace(spent, "").splitlines().index("[[activities]]") + 1
    said = CliRunner().invoke(main, ["check"])
    assert said.exit_code == 1
    assert (
        said.output == f"01-small.toml, line {line}: activity 'loop': the model 'rescue' needs 'spent', which the activity doesn't have\n"
    )


def ask(values: object, activity: object = "gallery.loop", monkeypatch: pytest.MonkeyPatch | None = None) -> dict:
    """What a page of the gallery answers to one message."""

    class Nowhere:
        def __getattr__(self, name: str):
            raise RoomError("There is no room here.")

    monkeypatch.setenv("WORKSHOP_MODULES", str(GALLERY.parent))
    monkeypatch.setenv("WORKSHOP_MODE", "room")
    return Page("gallery", room=Nowhere()).handle({"type": "simulate", "activity": activity, "values": values})


def test_a_page_runs_a_model_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply for the activity; a sentence for what is not its own, or not allowed; no room is needed for it."""
    reply = ask({"k": 1}, monkeypatch=monkeypatch)
    assert reply["type"] == "simulated" and reply["activity"] == "gallery.loop" and "your energy is gone" in reply["sentence"]
    for values, activity in (({}, "gallery.box"), ({}, None), ({}, ["gallery.loop"]), ({}, "rescue")):
        assert ask(values, activity, monkeypatch)["message"] == "This page has no such model."
    refused = ask({"k": 7}, monkeypatch=monkeypatch)
    assert refused == {"type": "error", "message": "The model can't be set to that.", "activity": "gallery.loop"}


def test_a_page_without_a_run_loads_no_numpy_and_with_one_no_plotly() -> None:
    """What a hundred phones' kernels would pay for."""
    script = """
import sys
from workshop.page import Page
from workshop.room.wire import RemoteRoom
page = Page("gallery", room=object())
heavy = lambda: sorted({"numpy", "pandas", "plotly", "sqlalchemy"} & set(sys.modules))
print(heavy())
page.handle({"type": "simulate", "activity": "gallery.loop", "values": {}})
print(heavy())
"""
    env = {**os.environ, "WORKSHOP_MODULES": str(GALLERY.parent), "WORKSHOP_MODE": "room"}
    ran = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["[]", "['numpy']"]
