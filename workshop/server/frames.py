"""The words of a notebook's activities, known from the declaration before any kernel has started: a page says them at once,
in the places where the activities will stand.
"""

from __future__ import annotations

import ast

from nbformat import NotebookNode

from workshop.declaration import curriculum

Frame = dict[str, str]


def frames(notebook: NotebookNode) -> dict[int, Frame]:
    """Number of a cell, counted from 1 -> {title, text} of the activity that it shows; only where that can be read plainly."""
    slug, found = "", {}
    for number, cell in enumerate(notebook.cells, 1):
        call = _last_call(cell.source) if cell.cell_type == "code" else None
        if call is None:
            continue
        name, argument = call
        if name == "Page":
            slug = argument
        elif name == "activity" and (frame := _frame(slug, argument)):
            found[number] = frame
    return found


def _last_call(source: str) -> tuple[str, str] | None:
    """(name, argument) of a cell that ends with `page.activity("box")` or `page = Page("arrive")`."""
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, IndexError):
        return None
    match getattr(last, "value", None):
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(argument))]):
            return name, argument
    return None


def _frame(slug: str, key: str) -> Frame | None:
    known = {module.slug: module for module in curriculum.modules()}
    activity = next((one for one in known[slug].activities if one.key == key), None) if slug in known else None
    if activity is None or activity.own_life:  # what's about one's own life may be left out: the room decides
        return None
    heads = (activity.title, activity.text) if activity.title else (activity.text, "")
    return dict(zip(("title", "text"), heads, strict=True)) if heads[0] else None
