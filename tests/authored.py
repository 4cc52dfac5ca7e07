"""Notebooks of an author's own beside ours: with a module of theirs, with core widgets, with a figure."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat

from workshop.shipped import notebooks

ONE_OF_THEIRS = '''
import anywidget, traitlets
class Counter(anywidget.AnyWidget):
    _esm = """
    export default {
      initialize({ model }) { model.set("begun", model.get("begun") + 1); model.save_changes(); },
      render({ model, el, signal }) {
        const button = document.createElement("button"), said = document.createElement("output");
        button.className = "counter"; said.className = "said";
        const draw = () => { button.textContent = `count ${model.get("count")} of ${model.get("begun")}`; };
        button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); model.send({ ask: "double" }); };
        model.on("change:count", draw);
        model.on("msg:custom", (content) => { said.textContent = content.answer; if (content.end) model.send({ ask: "close" }); });
        draw();
        el.append(button, said);
        return () => { document.body.dataset.ended = "yes"; };
      },
    };
    """
    count = traitlets.Int(0).tag(sync=True)
    begun = traitlets.Int(0).tag(sync=True)
counter = Counter(count=3)
def hear(widget, content, buffers):
    if content["ask"] == "close":
        widget.close()
    else:
        widget.send({"answer": f"twice {widget.count} is {2 * widget.count}", "end": widget.count > 5})
counter.on_msg(hear)
counter
'''
SLIDER = """
import ipywidgets
slider = ipywidgets.IntSlider(value=2, description="How many")
told = ipywidgets.Output()
slider.observe(lambda change: told.append_stdout(f"moved to {change['new']}"), "value")
ipywidgets.VBox([slider, told])
"""
INTERACT = """
from ipywidgets import interact
@interact(n=(1, 5))
def square(n=3):
    print(f"the square is {n * n}")
    return f"and the cube is {n ** 3}"
"""
FIGURE = """
import plotly.graph_objects as go
go.FigureWidget(go.Bar(x=["a", "b"], y=[1, 2]))
"""


def author(folder: Path, **pages: list[str]) -> dict[str, str]:
    """An environment with notebooks of an author's own beside ours: name -> cells."""
    shutil.copytree(notebooks(), folder / "notebooks")
    for number, (name, cells) in enumerate(pages.items(), 90):
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f"# {name}"), *map(nbformat.v4.new_code_cell, cells)])
        nbformat.write(made, folder / "notebooks" / f"{number}-{name}.ipynb")
    return {"WORKSHOP_NOTEBOOKS": str(folder / "notebooks")}
