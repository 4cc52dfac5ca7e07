"""Every shipped module, and every activity in it, keeps the contract."""

from __future__ import annotations

import pytest

from tests.contracts.activity import ActivityContract
from workshop.declaration.curriculum import DOWN_SHARE, Module, check, module, modules
from workshop.kinds import Activity
from workshop.kinds.bet import Bet

BY_ID = {activity.id: activity for module in modules() for activity in module.activities}


def test_nothing_is_wrong_and_the_order_is_that_of_the_numbers() -> None:
    """What is shipped passes the check, and comes in the order of the path; a module that is not written yet leaves a gap."""
    assert check() == []
    numbers = [module.number for module in modules()]
    assert numbers == sorted(set(numbers)) and numbers[0] == 1


class TestEveryActivity(ActivityContract):
    """The contract, over all activities of all modules."""

    @pytest.fixture(params=list(BY_ID), ids=str)
    def activity(self, request: pytest.FixtureRequest) -> Activity:
        """That activity."""
        return BY_ID[request.param]


@pytest.mark.parametrize("one", modules(), ids=lambda module: module.slug)
class TestEveryModule:
    """What a module keeps as a whole."""

    def test_it_is_found_by_its_slug(self, one: Module) -> None:
        """By name, and its activities and questions by key."""
        assert module(one.slug) == one
        assert all(one.activity(question.key) is question for question in one.questions)

    def test_its_session_adds_up(self, one: Module) -> None:
        """Both versions' minutes are the sums of their steps, and the phones are down long enough in both."""
        for whole, minutes in ((one.minutes, lambda step: step.minutes), (one.cut_to, lambda step: step.cut)):
            assert sum(map(minutes, one.steps)) == whole
            assert sum(minutes(step) for step in one.steps if step.phones == "down") >= DOWN_SHARE * whole

    def test_its_steps_can_be_said_and_tell_what_to_do(self, one: Module) -> None:
        """The facilitator has words to say and something to do at every step; the phones show something."""
        assert all(step.say.strip() and step.do and step.shows for step in one.steps)

    def test_every_reveal_has_its_step_and_follows_a_step_that_opened_it(self, one: Module) -> None:
        """A question is worked on before it is revealed, and each one whose result is shown is revealed in the plan."""
        worked: list[str] = []
        for step in one.steps:
            assert not step.reveals or step.activity in worked
            worked.append(step.activity)
        revealed = {step.activity for step in one.steps if step.reveals}
        assert revealed == {question.key for question in one.questions if not question.with_ and question.revealed}

    def test_a_guess_comes_before_what_it_is_about(self, one: Module) -> None:
        """Bet before every reveal, and before one's own answer, unless it is about those who answer alike."""
        places = {asked.key: place for place, activity in enumerate(one.activities) for asked in (*activity.asked, activity)}
        for bet in (activity for activity in one.activities if isinstance(activity, Bet)):
            assert bet.found or (places[bet.key] < places[bet.about]) == (bet.outcome != "alike")
            assert bet.withheld and bet.always

    def test_it_ends_with_what_we_keep_what_it_leaves_out_and_the_sources(self, one: Module) -> None:
        """The last three boxes, in this order; the sources only where there are some. The coercion box where it is declared:
        only a light module goes without."""
        roles = [activity.role for activity in one.activities if activity.kind == "note"]
        end = ["keep", "leaves_out", "sources"] if one.sources else ["keep", "leaves_out"]
        assert roles[-len(end) :] == end
        assert ("coercion" in roles) == one.coercion_box and (one.coercion_box or one.intensity == "low")

    def test_research_is_told_with_design_and_limit(self, one: Module) -> None:
        """Each source says what was done and what it cannot tell; none says that one thing leads to another."""
        for source in one.sources:
            assert source.design and source.cannot_tell and str(source.year) in str(source)
            assert "still to be" not in str(source) and "[" not in source.authors  # what we could not read is said as such
            assert not {"causes", "leads", "proves"} & set(source.says.lower().split())

    def test_blocks_of_text_are_short(self, one: Module) -> None:
        """At most sixty words between two things to do; the coercion box, folded after its first reading, is the exception."""
        long = {a.key: len(a.text.split()) for a in one.activities if getattr(a, "role", "") != "coercion" and len(a.text.split()) > 60}
        assert not long
