"""Words for a message, a page or a sheet that more than one part of the house needs: "did you mean", blanks, boxes to tick."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from difflib import get_close_matches


def known(what: str, words: Iterable[str], wrong: str) -> str:
    """ "known scales: agree, often, near. Did you mean 'agree'?", the end of a sentence about a name that isn't among them."""
    words = list(words)
    near = get_close_matches(wrong, words, n=1)
    return f"known {what}: {', '.join(words) or 'none'}." + (f" Did you mean '{near[0]}'?" if near else "")


def twice(keys: Iterable[str]) -> list[str]:
    """The keys that are there more than once."""
    return sorted(key for key, times in Counter(keys).items() if times > 1)


def blank(length: int = 40) -> str:
    """A line to write on, in Markdown."""
    return chr(92) + "_" * length


def tick_list(texts: Iterable[str]) -> str:
    """Boxes to tick, in Markdown."""
    return "\n".join(f"- ☐ {text}" for text in texts)
