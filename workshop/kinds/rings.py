"""People, roles and groups on rings around oneself: a picture for its person alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.sentences import twice

MOST = 12  # things that can still be told apart on a phone


@dataclass(frozen=True, kw_only=True)
class Rings(Activity):
    """Things that a person names and puts on a ring, near to the middle or further out. Nothing of it leaves the browser.

    They are placed by tapping the words of a ring, and moved by dragging, by tapping the picture, by arrow keys or by
    buttons: all do the same. TOML fields besides those of every activity: `rings`, two to four of {key, text}, from the
    middle outwards; `sorts`, two to four of {key, text}, what a thing can be, each with a shape of its own; `marks`, at most
    two of {key, text}, such as new or gone; `naming`, the label of the field for a name.

        [[activities]]
        key = "circle"
        kind = "rings"
        text = "Who and what belongs to you? Put it nearer to the middle, or further out."
        naming = "A person, a role or a group. Only you see this."
        rings = [{ key = "near", text = "Near" }, { key = "between", text = "Between" }, { key = "far", text = "Far" }]
        sorts = [{ key = "person", text = "Person" }, { key = "role", text = "Role" }, { key = "group", text = "Group" }]
        marks = [{ key = "new", text = "New this year" }, { key = "gone", text = "Gone this year" }]
    """

    kind: ClassVar[str] = "rings"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    rings: tuple[Option, ...]
    sorts: tuple[Option, ...]
    marks: tuple[Option, ...] = ()
    naming: str
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    @property
    def figure(self) -> str:
        return "rings with the person's own names, on their page"

    def resolve(self, context: Context) -> Self:
        return replace(self, words=dict(context.words["rings"]))

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        for name, least, most in (("rings", 2, 4), ("sorts", 2, 4), ("marks", 0, 2)):
            keys = [one.key for one in getattr(self, name)]
            if twice(keys) or not least <= len(keys) <= most:
                yield name, f"needs {least or 'none'} to {most} '{name}' with keys of their own"

    def spec(self) -> dict[str, Any]:
        lists = {name: [asdict(one) for one in getattr(self, name)] for name in ("rings", "sorts", "marks")}
        return super().spec() | lists | {"naming": self.naming, "most": MOST, "words": self.words}

    def paper(self) -> str:
        named = {name: ", ".join(one.text for one in getattr(self, name)) for name in ("rings", "sorts", "marks")}
        signs = self.words.get("paper_marks", "").format(**named) if self.marks else ""
        return "\n\n".join(filter(None, [super().paper(), self.words.get("paper", "").format(**named), signs]))
