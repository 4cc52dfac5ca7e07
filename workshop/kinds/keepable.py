"""A question that a module may also declare private."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from workshop.kinds.base import Context, Question


@dataclass(frozen=True, kw_only=True)
class Keepable(Question):
    """A question that stays in the browser when its module says `private = true`: then nothing of it is ever sent.

    TOML fields besides those of every question: `private`; a private one has no `example`, no `merge`, and is never
    `sensitive`, because no room sees it.
    """

    private: bool = False
    example: dict[str, int] = field(default_factory=dict)

    @property
    def shared(self) -> bool:  # type: ignore[override]
        return not self.private

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if self.private:
            for name in ("example", "merge", "sensitive"):
                if getattr(self, name):
                    yield name, f"is private, so nobody but the person sees it; leave '{name}' out"
        elif not self.example:
            yield "example", "has no 'example'; invent a group for it, or declare it private"
            return
        yield from super().faults(context)
