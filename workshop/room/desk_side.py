"""What a desk may ask of a room in this process besides what a page may ask."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from workshop.kinds.base import K, Question
from workshop.kinds.game import Round
from workshop.kinds.text import flags
from workshop.phases import RUNNING, Phase
from workshop.reveal import approved, content_id, threshold
from workshop.room import count
from workshop.room.contract import Batch, DeskView, Ended, RoomError, View
from workshop.room.page_side import NOT_UNDERSTOOD, PageSide
from workshop.room.parts import Parts
from workshop.room.stage import Stage
from workshop.store import Count, DeskState, Made, RoomEnded

NOTHING_TO_READ = "There are no texts to read: none were enough, or they have been read."
NOT_OPEN_YET = "This question belongs to a module that isn't open yet: open the module first."


class DeskSide(PageSide):
    """The half of `LocalRoom` that fulfils the rest of `DeskRoom`."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._desks = parts.desks
        self.moved = False  # `join_url` has changed lately

    def desk_view(self) -> DeskView:
        """The view, and how many people have joined, are awake and are done, how many sheets of paper were counted, which texts wait to be
        read; nothing about what anybody answered. Nothing about pairs: a person who sent one gave both answers, and skipped none."""
        desk = self._store.desk(self.id)
        return self._for_desk(self._view(desk.state), desk)

    def _for_desk(self, view: View, desk: DeskState) -> DeskView:
        phases, stage = desk.state.phases, Stage.read(desk.state.room.state)
        lasted = self._watch.step(stage)
        counted = [id for id in phases if id not in self._declared.pairs and id not in self._declared.games]
        return {
            **view,
            "joined": desk.joined,
            "awake": desk.awake,
            "done": {id: desk.done.get(id, 0) for id in counted},
            "paper": desk.sheets,
            "unread": list(desk.unread),
            "join_url": self.join_url,
            "moved": self.moved,
            "k": desk.state.room.k or K,
            "plan": {"format": stage.format, "step": stage.step, "begun": bool(stage.begun)},
            "clock": {"step": round(lasted), "all": round(stage.spent + lasted)},
            "example": stage.example,
            "doubt": [id for id in stage.doubt if phases.get(id) in RUNNING],
        }

    def desk_subscribe(self, callback: Callable[[DeskView], object]) -> Callable[[], None]:
        """Call `callback(view)` whenever the desk's view differs; returns what ends it."""
        return self._desks.add(callback)

    def refresh(self) -> None:
        """Tell everybody who wants to hear of the room, if what they may know is different from what they know."""
        with self._telling:
            desk = self._store.desk(self.id)
            view = self._view(desk.state)
            self._pages.tell(view)
            self._desks.tell(self._for_desk(view, desk))

    def arrange(self, changes: Mapping[str, object]) -> DeskView:
        """Change how the room stands: see `stage.Stage`. Going on to another step uncovers nothing and opens nothing."""
        return self._direct(lambda: self._change(changes))

    def _change(self, changes: Mapping[str, object]) -> None:
        def change(state: str) -> str:
            stage = Stage.read(state)
            try:
                return stage.changed(changes, self._watch.step(stage)).written()
            except ValueError as error:
                raise RoomError(str(error)) from None

        self._store.arrange(self.id, change)

    def open_module(self, slug: str, changes: Mapping[str, object] | None = None) -> DeskView:
        """Go to a module: its page opens, and its questions wait until each is opened. `changes`: as for `arrange`, in the
        same moment, so that nobody sees the new page at an old step."""
        modules = self._declared.modules
        if not isinstance(slug, str) or slug not in modules:
            raise RoomError(f"There's no such module; there are: {', '.join(modules)}.")
        module = modules[slug]
        asked = [*(one.id for one in module.questions), *(one.id for one in module.pairs), *(one.id for one in module.games)]

        def go() -> None:
            self._store.add_questions(self.id, asked, module=slug)
            if changes:
                self._change(changes)

        return self._direct(go)

    def open(self, question: str) -> DeskView:
        """Let the question, and the guesses about it, be answered; phones that were face down are up again. A game's
        rounds open one after the other, until its debrief. If the room is too small for a sensitive question, nobody is
        asked, and its invented group is there at once."""
        if isinstance(asked := self._declared.question(question), Round):
            self._games.in_turn(asked, self._store.state(self.id).phases)
        group = self._declared.together(question)
        stage = Stage.read(self._store.room(self.id).state)
        if stage.fiction and any(one.own_life for one in group):
            raise RoomError("This group talks about invented people only, so a question about people's own lives isn't opened.")
        if stage.few and any(one.sensitive for one in group):
            self._move(question, Phase.CLOSING, {Phase.WAITING}, {})
            return self._direct(lambda: self._count(group))
        if stage.cover == "down":
            self.arrange({"cover": ""})
        refusals = {Phase.CLOSED: "This question is closed for good: its result was counted."}
        return self._move(question, Phase.OPEN, {Phase.WAITING}, refusals, with_pairs=True)

    def debrief(self, slug: str) -> DeskView:
        """Let each player see what their own tokens became, in all games of a module; no further round can be opened."""
        modules = self._declared.modules
        games = modules[slug].games if isinstance(slug, str) and slug in modules else ()
        if not games:
            raise RoomError("This module has no game.")

        def debrief() -> None:
            self._games.debriefed(games, self._store.state(self.id).phases)
            self._store.move(self.id, [game.id for game in games], Phase.CLOSED, {Phase.WAITING})

        return self._direct(debrief)

    def close(self, question: str) -> DeskView:
        """Begin its last ten seconds; answers are still taken."""
        return self._move(question, Phase.CLOSING, {Phase.OPEN}, {Phase.WAITING: "This question isn't open yet."})

    def cancel(self, question: str) -> DeskView:
        """Keep it open after all."""
        return self._move(question, Phase.OPEN, {Phase.CLOSING}, {Phase.CLOSED: "Too late to cancel: the result was counted."})

    def settle(self, question: str) -> DeskView:
        """Close it for good when its ten seconds are over, and make its reveal, once; asking again does no harm."""
        group = self._declared.together(question)
        if left := self.view()["closing"].get(group[0].id):
            raise RoomError(f"This question is still ending: {left:g} s to go.")
        return self._direct(lambda: self._count(group))

    def _count(self, group: list[Question]) -> None:
        pairs = {pair.id: pair.ids for pair in self._declared.pairs_of(group)}
        before = self._store.settle(self.id, [one.id for one in group], self._freeze, pairs)
        if before.get(group[0].id) not in (Phase.CLOSING, Phase.CLOSED):
            raise RoomError("This question isn't ending yet: close it first.")

    def _freeze(self, closing: Count) -> Made:
        return count.freeze(closing, self._declared.counted)

    def tally(self, question: str, cells: Mapping[str, int], people: int | None = None) -> DeskView:
        """Keep what was counted on paper, cell -> people, in place of an earlier tally; only before the count."""
        asked = self._declared.question(question)
        counted = count.by_hand(asked, cells, people)

        def keep() -> None:
            phase = self._store.tally(self.id, asked.id, counted)
            if phase == Phase.CLOSED:
                raise RoomError("Too late for paper: the result was counted.")
            if phase is None:
                raise RoomError(NOT_OPEN_YET)

        return self._direct(keep)

    def batch(self, question: str) -> Batch:
        """The texts that wait to be read, in their one shuffled order."""
        asked, frozen = self._declared.question(question), self._store.batch(self.id, question)
        if frozen is None:
            raise RoomError(NOTHING_TO_READ)
        return {
            "texts": [{"text": text, "flags": flags(text)} for text in json.loads(frozen)],
            "least": threshold(asked.sensitive, self._store.room(self.id).k),
        }

    def approve(self, question: str, chosen: list[int]) -> DeskView:
        """Show the texts at these places of the batch, and no others, for good; fewer than `least`, and none is shown."""
        asked = self._declared.question(question)
        if not isinstance(chosen, list) or not all(type(place) is int for place in chosen):
            raise RoomError(NOT_UNDERSTOOD)

        def make(batch: bytes, k: int | None) -> tuple[str, bytes]:
            frozen = approved(asked, batch, chosen, k)
            return content_id(frozen), frozen

        def approve() -> None:
            if not self._store.approve(self.id, asked.id, make):
                raise RoomError(NOTHING_TO_READ)

        return self._direct(approve)

    def end(self) -> Ended:
        """End the room and delete its answers; says whether anything of them is left. The reveals stay."""
        self._not_alone()
        left = self._store.close_room(self.id)
        self.refresh()
        return {"clean": left.clean, "message": str(left)}

    # Inside

    def _move(self, question: str, to: Phase, when: Collection[Phase], refusals: Mapping[Phase, str], with_pairs: bool = False) -> DeskView:
        group = self._declared.together(question)
        ids = [one.id for one in group]
        if with_pairs:
            ids += [pair.id for pair in self._declared.pairs_of(group)]

        def move() -> None:
            before = self._store.move(self.id, ids, to, when).get(group[0].id)
            if before is None:
                raise RoomError(NOT_OPEN_YET)
            if before in refusals:
                raise RoomError(refusals[before])

        return self._direct(move)

    def _direct(self, verb: Callable[[], Any]) -> DeskView:
        """Do what the desk asked, tell everybody, return the desk's view."""
        self._not_alone()
        try:
            verb()
        except RoomEnded as error:
            raise RoomError(str(error)) from None
        self.refresh()
        return self.desk_view()

    def _not_alone(self) -> None:
        if self.mode == "alone":
            raise RoomError("You're on your own here: every question is open, and nobody closes it.")
