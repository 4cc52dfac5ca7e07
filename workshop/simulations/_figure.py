"""What the figures of several models share: lines with a token for their colour, a dash and a width, on two still axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# Lines differ in dash and width as well as in colour: `meta` names the token that the page colours them with.
STYLES = {
    "first": ("deep", "solid", 4),
    "second": ("ring", "dash", 3),
    "beside": ("soft", "dot", 2.5),
    "here": ("ink", "solid", 5),
    "other": ("ring", "solid", 2.5),
    "mark": ("ink", "dot", 1.5),
    "bar": ("deep", "solid", 6),
    "mine": ("sun", "solid", 10),
}


def trace(style: str, name: str, x: Iterable[float | None], y: Iterable[float | None], **more: Any) -> dict[str, Any]:
    """One line through these places; a None breaks it. `style` is a name of STYLES."""
    token, dash, width = STYLES[style]
    line = {"dash": dash, "width": width} | more
    places = ([None if place is None else round(float(place), 3) for place in places] for places in (x, y))
    return {"type": "scatter", "mode": "lines", "name": name, **dict(zip("xy", places, strict=True)), "line": line, "meta": token}


def figure(traces: list[dict[str, Any]], x: Mapping[str, Any], y: Mapping[str, Any], height: int = 260) -> dict[str, Any]:
    """The figure; `x` and `y`: what plotly is told of each axis, beside what holds for all."""
    still = {"fixedrange": True, "zeroline": False}
    return {
        "data": traces,
        "layout": {
            "height": height,
            "margin": {"l": 4, "r": 16, "t": 8, "b": 4},
            "showlegend": False,
            "dragmode": False,
            "xaxis": {**still, **x},
            "yaxis": {**still, **y},
        },
    }
