"""What a page and a desk hear from their browsers and answer, as types: nothing here runs.

`front/messages.d.ts` is made from these, from `screens.py`, `room/contract.py` and `reveal/payload.py`.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from workshop.reveal.payload import Payload
from workshop.room.contract import Cover, Hello, Intent, Keys, Pace, Payoff, Submission
from workshop.simulations import Simulated

# --- a page's browser says


class HelloMessage(TypedDict):
    """`keys`: question, or pair -> its keys."""

    type: Literal["hello"]
    keys: dict[str, Keys]


class SubmitMessage(TypedDict):
    """`id`: 32 hex digits, the same at each try."""

    type: Literal["submit"]
    id: str
    question: str
    keys: Keys
    value: object
    intent: Intent


class RevealMessage(TypedDict):
    """`id`: the content id."""

    type: Literal["reveal"]
    id: str


class PayoffsMessage(TypedDict):
    """`keys`: round -> its keys."""

    type: Literal["payoffs"]
    activity: str
    keys: dict[str, Keys]


class SimulateMessage(TypedDict):
    """`values`: control -> value."""

    type: Literal["simulate"]
    activity: str
    values: dict[str, object]


class PlotlyMessage(TypedDict):
    """For plotly's own file, where no server of ours has it."""

    type: Literal["plotly"]


PageMessage = HelloMessage | SubmitMessage | RevealMessage | PayoffsMessage | SimulateMessage | PlotlyMessage


# --- and is told


class HelloReply(Hello):
    type: Literal["hello"]


class AckReply(Submission):
    type: Literal["ack"]


class RevealReply(TypedDict):
    type: Literal["reveal"]
    id: str
    payload: Payload


class PayoffsReply(TypedDict):
    type: Literal["payoffs"]
    activity: str
    rounds: list[Payoff]


class SimulatedReply(Simulated):
    type: Literal["simulated"]
    activity: str


class PlotlyReply(TypedDict):
    type: Literal["plotly"]
    text: str


class ErrorReply(TypedDict):
    """One sentence for the person, and what it is about where that is known."""

    type: Literal["error"]
    message: str
    id: NotRequired[str]
    question: NotRequired[str]
    activity: NotRequired[str]


PageReply = HelloReply | AckReply | RevealReply | PayoffsReply | SimulatedReply | PlotlyReply | ErrorReply


# --- a desk's browser says


class ModuleMessage(TypedDict):
    """Open the module's page, or tell its players what their tokens became."""

    type: Literal["module", "debrief"]
    slug: str


class QuestionMessage(TypedDict):
    type: Literal["open", "close", "cancel"]
    question: str


class TallyMessage(TypedDict):
    """`cells`: cell -> people; `people`: how many sheets, where one answer may count in several cells."""

    type: Literal["tally"]
    question: str
    cells: dict[str, int]
    people: int | None


class ApproveMessage(TypedDict):
    """`chosen`: places in the batch."""

    type: Literal["approve"]
    question: str
    chosen: list[int]


class GoMessage(TypedDict):
    """To a step of the plan."""

    type: Literal["go"]
    step: int


class Changes(TypedDict, total=False):
    """See `room.stage.Stage`; `timer`: minutes, 0 for none."""

    cover: Cover
    pace: Pace
    fiction: bool
    few: bool
    format: str
    step: int
    timer: float
    example: str


class ArrangeMessage(TypedDict):
    type: Literal["arrange"]
    changes: Changes


BoardMessage = ModuleMessage | QuestionMessage | TallyMessage | ApproveMessage | GoMessage | ArrangeMessage


class OkReply(TypedDict):
    type: Literal["ok"]


class SentenceReply(TypedDict):
    """One sentence for the facilitator."""

    type: Literal["error"]
    message: str


BoardReply = OkReply | SentenceReply
