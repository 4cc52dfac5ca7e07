"""The three consents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context
from workshop.sentences import tick_list


@dataclass(frozen=True, kw_only=True)
class Consent(Activity):
    """Three switches, all off at first: take part, keep notes on this phone, share answers with the room.

    They act in the browser and are never sent. TOML fields besides those of every activity, each with the shared
    words as its default: `part`, `keep`, `share`, and `always`, the line that stands under the third.

        [[activities]]
        key = "consents"
        kind = "consent"
        text = "Three choices. Only the first is needed."
    """

    kind: ClassVar[str] = "consent"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")
    kept: ClassVar[bool] = False

    part: str = ""
    keep: str = ""
    share: str = ""
    always: str = ""

    def resolve(self, context: Context) -> Self:
        shared = context.words["consent"]
        names = ("title", "part", "keep", "share", "always")
        texts: dict[str, Any] = {name: getattr(self, name) or shared[name] for name in names}
        return replace(self, **texts)

    def spec(self) -> dict[str, Any]:
        switches = [
            {"key": "part", "text": self.part, "needed": True},
            {"key": "keep", "text": self.keep, "needed": False},
            {"key": "share", "text": self.share, "needed": False},
        ]
        return super().spec() | {"switches": switches, "always": self.always}

    def paper(self) -> str:
        return f"{super().paper()}\n\n{tick_list((self.part, self.keep, self.share))}\n\n{self.always}"
