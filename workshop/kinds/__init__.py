"""The kinds of activities. A new one is a class in a file of its own, its ES module beside it, and a line here.

A kind from outside the package: name a module in WORKSHOP_KINDS (several with commas) that has a dict `KINDS` of its
own, name -> class. Its ES module is the file that the class's `script` names.
"""

from __future__ import annotations

import os
from importlib import import_module

from workshop.kinds.back import Back
from workshop.kinds.base import Activity, BadAnswer, Option, Question
from workshop.kinds.bet import Bet
from workshop.kinds.card import Card
from workshop.kinds.choice import Choice
from workshop.kinds.consent import Consent
from workshop.kinds.estimate import Estimate
from workshop.kinds.game import Game
from workshop.kinds.journal import Journal
from workshop.kinds.lines import Lines
from workshop.kinds.map import Map
from workshop.kinds.moodlog import Moodlog
from workshop.kinds.mypage import MyPage
from workshop.kinds.note import Note
from workshop.kinds.plan import Plan
from workshop.kinds.portfolio import Portfolio
from workshop.kinds.pulse import Pulse
from workshop.kinds.puzzle import Puzzle
from workshop.kinds.questionnaire import Questionnaire
from workshop.kinds.rings import Rings
from workshop.kinds.scale import Scale
from workshop.kinds.several import Several
from workshop.kinds.sheet import Sheet
from workshop.kinds.simulation import Simulation
from workshop.kinds.slider import Slider
from workshop.kinds.sort import Sort
from workshop.kinds.text import Text
from workshop.kinds.vignette import Vignette
from workshop.kinds.weave import Weave
from workshop.kinds.whys import Whys

__all__ = ["KINDS", "Activity", "BadAnswer", "Option", "Question"]

KINDS: dict[str, type[Activity]] = {
    "back": Back,
    "bet": Bet,
    "card": Card,
    "choice": Choice,
    "consent": Consent,
    "estimate": Estimate,
    "game": Game,
    "journal": Journal,
    "lines": Lines,
    "map": Map,
    "moodlog": Moodlog,
    "mypage": MyPage,
    "note": Note,
    "plan": Plan,
    "portfolio": Portfolio,
    "pulse": Pulse,
    "puzzle": Puzzle,
    "questionnaire": Questionnaire,
    "rings": Rings,
    "scale": Scale,
    "several": Several,
    "sheet": Sheet,
    "simulation": Simulation,
    "slider": Slider,
    "sort": Sort,
    "text": Text,
    "vignette": Vignette,
    "weave": Weave,
    "whys": Whys,
}

for _name in filter(None, os.environ.get("WORKSHOP_KINDS", "").split(",")):
    for _kind, _class in import_module(_name.strip()).KINDS.items():
        if _kind in KINDS or _kind != _class.kind:
            raise ValueError(f"{_name} brings a kind '{_kind}', whose name is taken or isn't that of its class.")
        KINDS[_kind] = _class
