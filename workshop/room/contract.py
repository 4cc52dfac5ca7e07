"""The seam between a page or a desk and its room: what may be asked, what is told, and in which form.

A verb is declared here and nowhere else: `LocalRoom` answers it from the store, `RemoteRoom` and `Served` carry it over
a local socket, and both ends of that wire read their verbs from these classes. Everything is JSON but a reveal's bytes.
Over the wire a phase arrives as the string that equals it. Nothing here loads the store: a phone's kernel imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import isfunction
from typing import Literal, NotRequired, Protocol, TypedDict, get_args

from workshop.phases import Mode, Phase

__all__ = ["DESK_VERBS", "INTENTS", "PAGE_VERBS", "STORED", "DeskRoom", "Mode", "PageRoom", "Phase", "RoomError"]


class RoomError(RuntimeError):
    """The room didn't do what was asked; the message is one sentence for the person."""


Keys = list[str]  # one person's two keys for one question, of 64 hex digits each: for the answer, and for being done
Intent = Literal["send", "keep", "skip", "undo"]
Result = Literal["saved", "kept", "skipped", "removed", "late", "waiting", "refused", "taken"]
STORED: Mapping[str, Result] = {"send": "saved", "keep": "kept", "skip": "skipped", "undo": "removed"}  # once committed
INTENTS: tuple[Intent, ...] = get_args(Intent)


# --- what everybody may know

Cover = Literal["", "down", "pause"]
Pace = Literal["free", "together"]


class StageView(TypedDict):
    """What covers the phones, whether everybody goes together, and the two careful modes; see `stage.Stage`."""

    cover: Cover
    pace: Pace
    fiction: bool
    few: bool


class TimerView(TypedDict):
    """A random name, another one for each timer, and the seconds that are left."""

    id: str
    seconds: float


class View(TypedDict):
    """What everybody may know of a room. `closing`: question -> seconds left; `reveals`: question -> content id."""

    id: str
    code: str
    mode: Mode
    module: str | None
    phases: dict[str, Phase]
    closing: dict[str, float]
    reveals: dict[str, str]
    ended: bool
    stage: StageView
    timer: TimerView | None
    on: list[str]  # the questions that can be answered now, in the order of the page
    until: str  # where the page ends while everybody goes together; "": where it ends anyway


# --- what only the desk may know


class PlanView(TypedDict):
    """The session's plan, and the step that it has reached; `begun`: whether it has begun at all."""

    format: str
    step: int
    begun: bool


class ClockView(TypedDict):
    """Seconds of the present step, and of the whole session."""

    step: int
    all: int


class DeskView(View):
    """What the desk may know as well. `joined`: people who have come in, whether or not their phones are `awake` now: what
    is said of a group goes by these. `done`, `paper`: question -> people, sheets; `unread`: questions whose texts wait
    to be read; `k`: answers that this room asks for; `example`: the question whose invented group the screen shows;
    `moved`: `join_url` has changed lately; `doubt`: questions that were open when a server forgot which phones had answered
    them."""

    joined: int
    awake: int
    done: dict[str, int]
    paper: dict[str, int]
    unread: list[str]
    join_url: str
    moved: bool
    k: int
    plan: PlanView
    clock: ClockView
    example: str
    doubt: list[str]


# --- answers to what is asked


class Mine(TypedDict):
    """What the room has of one person for one question."""

    value: object
    done: bool


class Hello(TypedDict):
    """`mine`: question -> what its keys find; `taken`: questions that this browser has answered under other keys."""

    view: View
    mine: dict[str, Mine]
    taken: NotRequired[list[str]]


class Submission(TypedDict):
    """What became of what one person sent; `message`: a sentence for the person, or ""."""

    id: str
    question: str
    result: Result
    message: str


class Payoff(TypedDict):
    """What one player has after a round; and for a player who sat in a group, the fields of their `seats.Seat`."""

    number: int
    payoff: float
    move: NotRequired[str]
    size: NotRequired[int]
    scripted: NotRequired[int]
    pot: NotRequired[int]
    got: NotRequired[float]
    turned: NotRequired[bool]


class BatchText(TypedDict):
    """A text to be read; `flags`: sign that it may point to somebody -> the words."""

    text: str
    flags: dict[str, list[str]]


class Batch(TypedDict):
    """The texts that wait to be read, shuffled; `least`: if fewer than that are chosen, none is shown."""

    texts: list[BatchText]
    least: int


class Ended(TypedDict):
    """Whether the answers are gone without a trace, and a sentence that says so."""

    clean: bool
    message: str


# --- what may be asked


class PageRoom(Protocol):
    """What a page may ask. Any thread may call. RoomError where the room doesn't do it, or is away for a moment."""

    def hello(self, keys: Mapping[str, Keys]) -> Hello:
        """The view, and for each question what its keys find."""
        ...

    def submit(self, id: str, question: str, keys: Keys, value: object, intent: Intent) -> Submission:
        """Store what one person sent; returns after the commit. The same call twice is the same as once."""
        ...

    def view(self) -> View:
        """What everybody may know of the room."""
        ...

    def reveal(self, content_id: str) -> bytes:
        """The frozen payload of that content id."""
        ...

    def payoffs(self, game: str, keys: Mapping[str, Keys]) -> list[Payoff]:
        """What one player has after each round; `keys`: round -> the player's keys. Only after the debrief."""
        ...

    def subscribe(self, callback: Callable[[View], object]) -> Callable[[], None]:
        """Call `callback(view)` whenever the view differs, on the room's own thread; returns what ends it."""
        ...


class DeskRoom(PageRoom, Protocol):
    """What a desk may ask in addition. Each verb that changes something returns the desk's view after it."""

    def desk_view(self) -> DeskView:
        """The view, and what only the desk may know; nothing about what anybody answered."""
        ...

    def arrange(self, changes: Mapping[str, object]) -> DeskView:
        """Change how the room stands: see `stage.Stage`. Going on to another step uncovers nothing and opens nothing."""
        ...

    def open_module(self, slug: str, changes: Mapping[str, object] | None = None) -> DeskView:
        """Go to a module: its page opens, and its questions wait until each is opened. `changes`: as for `arrange`, in the
        same moment, so that nobody sees the new page at an old step."""
        ...

    def open(self, question: str) -> DeskView:
        """Let the question, and the guesses about it, be answered."""
        ...

    def close(self, question: str) -> DeskView:
        """Begin its last ten seconds; answers are still taken."""
        ...

    def cancel(self, question: str) -> DeskView:
        """Keep it open after all."""
        ...

    def settle(self, question: str) -> DeskView:
        """Close it for good when its ten seconds are over, and make its reveal, once; asking again does no harm."""
        ...

    def debrief(self, slug: str) -> DeskView:
        """Let each player see what their own tokens became, in all games of a module; no further round can be opened."""
        ...

    def tally(self, question: str, cells: Mapping[str, int], people: int | None = None) -> DeskView:
        """Keep what was counted on paper, cell -> people, in place of an earlier tally; only before the count.

        `people`: how many sheets, for questions in which one answer may count in several cells.
        """
        ...

    def batch(self, question: str) -> Batch:
        """The texts that wait to be read, in their one shuffled order."""
        ...

    def approve(self, question: str, chosen: list[int]) -> DeskView:
        """Show the texts at these places of the batch, and no others, for good."""
        ...

    def end(self) -> Ended:
        """End the room and delete its answers; says whether anything of them is left. The reveals stay."""
        ...

    def desk_subscribe(self, callback: Callable[[DeskView], object]) -> Callable[[], None]:
        """The same as `subscribe`, with the desk's view."""
        ...


def _verbs(room: type) -> tuple[str, ...]:
    """What can be asked over a wire: everything but the subscriptions, whose news comes unasked."""
    named = [name for of in reversed(room.__mro__) for name, verb in vars(of).items() if isfunction(verb) and not name.startswith("_")]
    return tuple(name for name in named if not name.endswith("subscribe"))


PAGE_VERBS, DESK_VERBS = _verbs(PageRoom), _verbs(DeskRoom)
