"""A page from an earlier day, brought back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context


@dataclass(frozen=True, kw_only=True)
class Back(Activity):
    """Where a person brings their saved page to another room, and meets again what they chose and wrote then.

    The file is read in the browser, and nothing of it is sent. TOML fields besides those of every activity: `recalls`, the
    ids "module.key" of the lasting questions that are shown again here.

        [[activities]]
        key = "back"
        kind = "back"
        title = "Your page, brought back"
        text = "Choose the file that you saved."
        recalls = ["steps.step"]
    """

    kind: ClassVar[str] = "back"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")
    kept: ClassVar[bool] = False

    recalls: tuple[str, ...] = ()
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def recalled(self) -> tuple[str, ...]:
        return self.recalls

    def borrowed(self, modules: Callable[[], Iterable[Any]]) -> dict[str, Any]:
        there = {one.id: one for module in modules() for one in module.activities}
        return {"catalogue": [there[id].entry() for id in self.recalls]}

    def resolve(self, context: Context) -> Self:
        return replace(self, words=context.words["mypage"] | context.words["back"])

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"words": self.words}

    def paper(self) -> str:
        return "\n\n".join([super().paper(), self.words.get("sheets", "")])
