"""A scene, a few things to say, and what happens then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from workshop.kinds.base import Activity, Context, Option
from workshop.kinds.choice import Choice
from workshop.kinds.keepable import Keepable

WORDS = 10  # a reply has at most


@dataclass(frozen=True)
class Reply:
    """Something to say, and what happens then."""

    key: str
    text: str
    then: str


@dataclass(frozen=True, kw_only=True)
class Vignette(Keepable, Choice):
    """A scene from someone's life and three or four replies, all defensible, each with its consequence.

    The reply is remembered in the browser, so that a later activity can meet it again (`again`, `met`). TOML fields
    besides those of every activity: `text`, the scene; `replies`, a list of {key, text, then}: a reply of at most ten
    words without quotation marks, and what happens; `spoken` (true), whether replies are something one says, so that they
    stand in quotation marks; `private`: nothing is sent, else the reply is shared as a choice is, with `example`.

        [[activities]]
        key = "noor"
        kind = "vignette"
        title = "Noor's form"
        text = "Noor's job form is due tomorrow. She sits on your sofa, looks at it, and sighs. What do you say?"
        replies = [
          { key = "take", text = "Give it here, I'm quick at these.", then = "Noor rests. Next week there is another form." },
          { key = "ask", text = "Would you like help, or company?", then = "“Company,” she says. You read. She writes." },
          { key = "cheer", text = "You can do this. Tea?", then = "She sends it at midnight, tired and proud. Or she doesn't." },
        ]
        example = { take = 5, ask = 5, cheer = 4 }
    """

    kind: ClassVar[str] = "vignette"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")

    text: str
    replies: tuple[Reply, ...]
    spoken: bool = True
    options: tuple[Option, ...] = field(default=(), metadata={"filled": True})
    scale: str = field(default="", metadata={"filled": True})
    words: dict[str, str] = field(default_factory=dict, metadata={"filled": True})

    def resolve(self, context: Context) -> Self:
        options = tuple(Option(reply.key, reply.text) for reply in self.replies)
        words = context.words["vignette"] | ({} if self.spoken else {"said": "{reply}"})
        return replace(self, options=options, words=words)

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if not 3 <= len(self.replies) <= 4:
            yield "replies", f"has {len(self.replies)} replies; give three or four"
        for reply in self.replies:
            if (count := len(reply.text.split())) > WORDS:
                yield "replies", f"has a reply of {count} words, '{reply.key}'; {WORDS} are the most"
            if not reply.then:
                yield "replies", f"doesn't say what happens after '{reply.key}'"
        yield from super().faults(context)

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"private": self.private, "words": self.words, "replies": [asdict(reply) for reply in self.replies]}

    def paper(self) -> str:
        replies = [
            f"- ☐ {self.words.get('said', '{reply}').format(reply=reply.text)}\n  *{self.words.get('folded', '')}* {reply.then}"
            for reply in self.replies
        ]
        return "\n\n".join([Activity.paper(self), "\n".join(replies)])
