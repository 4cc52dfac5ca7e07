"""My page, to take home: made in the browser, sent to nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context


@dataclass(frozen=True, kw_only=True)
class MyPage(Activity):
    """What a person did, wrote and was shown, as one file of their own; it brings another phone to the same place.

    No TOML fields besides those of every activity. The browser needs the words of all modules for it, its `catalogue`.

        [[activities]]
        key = "mine"
        kind = "mypage"
        title = "My page"
        text = "One file for you alone. It opens without a network, and you can print it."
    """

    kind: ClassVar[str] = "mypage"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")
    kept: ClassVar[bool] = False

    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        return replace(self, words=dict(context.words["mypage"]))

    def borrowed(self, modules: Callable[[], Iterable[Any]]) -> dict[str, Any]:
        """The words of every module's activities; what is in the file the browser alone knows."""
        pages = [{"title": one.title, "activities": [each.entry() for each in one.activities if each.kept]} for one in modules()]
        return {"catalogue": pages}

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"words": self.words}

    def paper(self) -> str:
        return "\n\n".join([super().paper(), self.words.get("paper", "")])
