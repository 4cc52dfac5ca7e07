"""A reveal as a plotly figure that a facilitator can change. The workshop's own screens draw their bars themselves."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BAR, LONGEST = "#7fb3b3", "#0e5a60"
WIDE = 36  # characters in a line of a label
PER_BAR, PER_LINE, AROUND = 44, 18, 100  # px


def bars(shown: Mapping[str, Any]) -> Figure:
    """Horizontal bars of what a frozen payload shows, one a cell; ValueError where it shows none (withheld, or texts).

    The longest bars are dark, and the bars of an invented group are hatched, as on the screens.
    """
    if not shown.get("cells"):
        raise ValueError("There are no bars in this result: it was withheld, or it holds texts.")
    from plotly.graph_objects import Bar, Figure  # heavy: only a notebook that draws needs it

    labels = ["<br>".join(escape(line, quote=False) for line in textwrap.wrap(label, WIDE)) for _, label, _ in shown["cells"]]
    counts = [people for *_, people in shown["cells"]]
    pattern = {"shape": "/", "fillmode": "replace", "size": 8, "solidity": 0.35} if shown["invented"] else None
    colors = [LONGEST if people == max(counts) else BAR for people in counts]
    figure = Figure(Bar(x=counts, y=[*range(len(counts))], orientation="h", text=counts, textposition="outside", cliponaxis=False))
    figure.update_traces(hoverinfo="skip", marker={"color": colors, "pattern": pattern})
    # The bars stand on numbers: two cells may have the same label, and would fall into one bar.
    figure.update_layout(
        title="An invented group" if shown["invented"] else f"{shown['people']} people",
        template="plotly_white",
        height=AROUND + sum(max(PER_BAR, PER_LINE * (label.count("<br>") + 1)) for label in labels),
        margin={"r": 48},
        xaxis={"visible": False, "range": [0, max(*counts, 1)]},
        yaxis={"autorange": "reversed", "tickvals": [*range(len(labels))], "ticktext": labels, "automargin": True},
    )
    return figure
