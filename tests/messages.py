"""Writes workshop/front/messages.d.ts from the contract in Python (run by `make messages`): one declaration, read by both halves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from workshop import messages, screens
from workshop.reveal import Payload
from workshop.room import contract

FILE = Path(__file__).parent.parent / "workshop" / "front" / "messages.d.ts"
HEADER = "// Written by `make messages` from the contract in Python: what passes between a page or a desk and its kernel.\n"
ROOTS: dict[str, Any] = {
    "PageMessage": messages.PageMessage,
    "PageReply": messages.PageReply,
    "BoardMessage": messages.BoardMessage,
    "BoardReply": messages.BoardReply,
    "View": contract.View,
    "DeskView": contract.DeskView,
    "BoardState": screens.BoardState,
    "ScreenState": screens.ScreenState,
    "Plan": screens.Plan,
    "Payload": Payload,
}
PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null", Any: "any", object: "unknown"}


def declarations(roots: Mapping[str, Any]) -> str:
    """TypeScript for these types, and for every type that they name."""
    made: dict[str, str] = {}

    def typed(one: Any) -> str:
        """A type as TypeScript; whatever has a name is declared under it."""
        if one in PLAIN:
            return PLAIN[one]
        origin, args = get_origin(one), get_args(one)
        if origin in (Union, UnionType):
            return " | ".join(dict.fromkeys(typed(part) for part in args))
        if origin is Literal:
            return " | ".join(json.dumps(value) for value in args)
        if origin is NotRequired:
            return typed(args[0])
        if origin is list:
            return f"({inner})[]" if "|" in (inner := typed(args[0])) else f"{inner}[]"
        if origin is tuple:
            return f"[{', '.join(map(typed, args))}]"
        if origin is dict:
            return f"Record<string, {typed(args[1])}>"
        if is_typeddict(one):
            declare(one)
            return str(one.__name__)
        if isinstance(one, type) and issubclass(one, Enum):
            made[one.__name__] = f"export type {one.__name__} = {' | '.join(json.dumps(str(member.value)) for member in one)};\n"
            return one.__name__
        raise TypeError(f"{one} has no form in TypeScript here: add one to tests/messages.py.")

    def declare(one: Any) -> None:
        if one.__name__ in made:
            return
        made[one.__name__] = ""  # named while its own fields are looked at
        fields = []
        for name, of in get_type_hints(one, include_extras=True).items():
            optional = get_origin(of) is NotRequired or not one.__total__
            fields.append(f"  {name}{'?' if optional else ''}: {typed(of)};\n")
        made[one.__name__] = f"export interface {one.__name__} {{\n{''.join(fields)}}}\n"

    for name, root in roots.items():
        said = typed(root)
        if said != name:
            made[name] = f"export type {name} = {said};\n"
    return "\n".join(made[name] for name in sorted(made))


def written() -> str:
    """What the file should hold."""
    return f"{HEADER}\n{declarations(ROOTS)}"


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
