"""A box of words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from workshop.kinds.base import Activity, Context
from workshop.sentences import known


@dataclass(frozen=True, kw_only=True)
class Note(Activity):
    """Words in a box that looks the same in every module, to read and to go on.

    TOML fields besides those of every activity: `role`, one of "content" (what the next page is about; its default
    text is the module's `content`), "coercion" (its default text is the shared one), "keep", "leaves_out",
    "thanks" (under it: which of the article's ideas research backs, adds to, and sees differently, folded), "sources"
    (the module's sources are listed under it), and "term". Its default title is that of its role in the shared words.
    Coercion and sources can be folded to one line. A note of role "term" has no words of its own: `term` names one of
    the subject's words in `terms.toml`, and the line that explains it there is shown, with the word itself in bold.

        [[activities]]
        key = "keep"
        kind = "note"
        role = "keep"
        text = "Receiving is half of helping."

        [[activities]]
        key = "term_codependency"
        kind = "note"
        role = "term"
        term = "codependency"
    """

    kind: ClassVar[str] = "note"
    script: ClassVar[Path] = Path(__file__).with_suffix(".js")
    kept: ClassVar[bool] = False

    role: Literal["content", "coercion", "keep", "leaves_out", "thanks", "sources", "term"]
    term: str = ""
    items: tuple[str, ...] = field(default=(), metadata={"filled": True})
    groups: tuple[tuple[str, tuple[str, ...]], ...] = field(default=(), metadata={"filled": True})

    @property
    def folds(self) -> bool:
        """Whether it can be folded to its title."""
        return self.role in ("coercion", "sources")

    @property
    def around(self) -> list[str]:
        """For a term: what stands before it in its line, the term as it stands there, and what follows."""
        if self.role != "term" or self.term.lower() not in self.text.lower():
            return []
        at = self.text.lower().index(self.term.lower())
        end = at + len(self.term)
        return [self.text[:at], self.text[at:end], self.text[end:]]

    def resolve(self, context: Context) -> Self:
        if self.role == "term":
            return replace(self, text=self.text or context.terms[self.term].line) if self.term in context.terms else self
        texts = {"content": context.content, "coercion": context.words["care"]["coercion"]}
        tally = context.tally if self.role == "thanks" else {}
        return replace(
            self,
            title=self.title or context.words["notes"][self.role],
            text=self.text or texts.get(self.role, ""),
            items=context.sources if self.role == "sources" else (),
            groups=tuple((context.words["tally"][voice], claims) for voice, claims in tally.items()),
        )

    def faults(self, context: Context) -> Iterator[tuple[str, str]]:
        yield from super().faults(context)
        if self.role == "term":
            yield from self._term_faults(context)
        elif self.term:
            yield "term", "names a term, which only a note of role 'term' shows"
        elif not self.text and not self.items:
            yield "role", f"is a note '{self.role}' with nothing in it"

    def _term_faults(self, context: Context) -> Iterator[tuple[str, str]]:
        if not self.term:
            yield "term", f"is a note of a term without a 'term'; {known('terms', context.terms, '')}"
        elif self.term not in context.terms:
            yield "term", f"explains the term '{self.term}', which terms.toml does not have; {known('terms', context.terms, self.term)}"
        elif self.title or self.text != context.terms[self.term].line:
            yield "title" if self.title else "text", "is a note of a term, and has words of its own; its line stands in terms.toml"

    def spec(self) -> dict[str, Any]:
        whole = {"role": self.role, "folds": self.folds, "items": list(self.items), "term": self.around}
        return super().spec() | whole | {"groups": [{"text": text, "items": list(items)} for text, items in self.groups]}

    def paper(self) -> str:
        if self.around:
            before, term, after = self.around
            return f"{before}**{term}**{after}"
        groups = (line for text, items in self.groups for line in (f"*{text}*", *(f"- {item}" for item in items)))
        return "\n\n".join([super().paper(), *(f"- {item}" for item in self.items), *groups])
