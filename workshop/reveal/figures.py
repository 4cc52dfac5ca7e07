"""What may be shown, as plotly figures: plain dicts that a browser draws as they are, without plotly in Python.

Drawn for a phone of 360 px: labels above the bars, numbers at their ends, nothing that needs a pointer or a toolbar.
The background is transparent. The colours hold on light and dark; `layout.meta` names the better ones for each.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import Any

from workshop.reveal import Cell, Shown

BAR, INK = "#2f8a8c", "#7a7684"  # at least 3:1 on the light and on the dark card
COLORS = {"light": {"bar": "#0e5a60", "ink": "#26232d"}, "dark": {"bar": "#86d3cf", "ink": "#f0ebe2"}}
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'
LINE, THICK, GAP = 21, 24, 18  # px: a line of label, a bar, the space after it
WIDE = 36  # characters a line of label: 300 px of the 15 px font
# What plotly makes of "no template"; without it a Figure made from this dict would carry 7 KB of defaults.
BARE = {"data": {"scatter": [{"type": "scatter"}]}}


def bars(shown: Shown, scale: float = 1) -> dict[str, Any]:
    """Horizontal bars, one a cell, in the cells' order; an invented group is hatched. `scale` enlarges it for a wall."""
    lines = [_lines(cell) for cell in shown.cells]
    tops, below = [], 0.0  # one unit of the y axis is one pixel, counted from the top
    for label in lines:
        tops.append(below)
        below += (LINE * len(label) + THICK + GAP) * scale
    middles = [top + (LINE * len(label) + THICK / 2) * scale for top, label in zip(tops, lines, strict=True)]
    counts = [cell.people for cell in shown.cells]
    font = {"family": FONT, "size": 15 * scale, "color": INK}
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "x": counts,
                "y": middles,
                "width": [THICK * scale] * len(counts),
                "text": [str(count) for count in counts],
                "textposition": "outside",
                "textangle": 0,
                "cliponaxis": False,
                "constraintext": "none",
                "hoverinfo": "skip",
                "marker": _hatched(scale) if shown.invented else {"color": BAR},
            }
        ],
        "layout": {
            "template": BARE,
            "meta": {"colors": COLORS},
            "height": below,
            "margin": {"l": 0, "r": 40 * scale, "t": 0, "b": 0},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": font,
            "showlegend": False,
            "dragmode": False,
            "xaxis": {"visible": False, "fixedrange": True, "range": [0, max([*counts, 1])]},
            "yaxis": {"visible": False, "fixedrange": True, "range": [below, 0]},
            "annotations": [_label(top, label) for top, label in zip(tops, lines, strict=True)],
        },
    }


def _lines(cell: Cell) -> list[str]:
    return textwrap.wrap(cell.label, WIDE) or [""]


def _label(top: float, lines: list[str]) -> dict[str, Any]:
    return {
        "text": "<br>".join(escape(line, quote=False) for line in lines),  # plotly reads a little HTML in its texts
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "y": top,
        "yanchor": "top",
        "align": "left",
        "showarrow": False,
        "borderpad": 0,
    }


def _hatched(scale: float) -> dict[str, Any]:
    return {
        "color": BAR,
        "pattern": {"shape": "/", "fillmode": "replace", "size": 8 * scale, "solidity": 0.35},
        "line": {"color": BAR, "width": 1.5},
    }
