"""Adding one more kind takes one class, one ES module and its TOML fields: shown by one that lives outside the package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.authoring import HEAD, write

OUTSIDE = Path(__file__).parent / "gallery" / "outside"
EXAMPLE = """
[[activities]]
key = "thanks"
kind = "thanks"
text = "How many people did you thank today?"
fingers = 4
example = { 0 = 2, 1 = 4, 2 = 3, 3 = 2, 4 = 1 }
"""
# What a page of it does, in a process of its own: what kinds there are is settled when the package is imported.
SCRIPT = """
import json, random
from workshop import assets
from workshop.declaration import curriculum
from workshop.page import Page
from workshop.room.local import LocalRoom
from workshop.store import Store

store = Store.open("workshop.sqlite")
room = LocalRoom.create(store, closing=0)
room.open_module("small")
room.open("small.thanks")
said = []
question = curriculum.module("small").activity("thanks")
for person in range(8):
    page = Page("small", room=room)
    keys = [f"{person:064x}", f"{person + 100:064x}"]
    value = 99 if person == 7 else question.scripted(random.Random(person))
    message = {"type": "submit", "id": f"{person:032x}", "question": "small.thanks", "keys": keys, "value": value, "intent": "send"}
    said.append(page.handle(message))
room.close("small.thanks")
room.settle("small.thanks")
shown = json.loads(room.reveal(room.view()["reveals"]["small.thanks"]))
widget = Page("small", room=room).activity("thanks")
print(json.dumps({
    "results": [reply["result"] for reply in said], "messages": [reply["message"] for reply in said][-1:],
    "people": shown.get("people"), "cells": [label for _, label, _ in shown.get("cells", [])],
    "script": assets.bundle()["thanks.js"].decode(), "inlined": "One tap more" in widget._esm, "fingers": widget.spec["fingers"],
}))
"""


def run(script: str, tmp_path: Path, kinds: str) -> subprocess.CompletedProcess:
    """The script, with a module that uses the kind, and the kind where WORKSHOP_KINDS says."""
    write(tmp_path, HEAD + EXAMPLE)
    path = os.pathsep.join([str(OUTSIDE), os.environ.get("PYTHONPATH", ""), str(Path(__file__).parent.parent)])
    env = {**os.environ, "WORKSHOP_MODULES": str(tmp_path), "WORKSHOP_KINDS": kinds, "PYTHONPATH": path}
    return subprocess.run([sys.executable, "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)


def test_one_class_one_es_module_and_its_fields(tmp_path: Path) -> None:
    """Its module loads, its answers are checked, counted and shown, its script is in the bundle and in the widget."""
    ran = run(SCRIPT, tmp_path, "thanks")
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["results"] == ["saved"] * 7 + ["refused"] and said["messages"] == ["As many as one hand has fingers."]
    assert said["people"] == 7 and said["cells"] == [f"{number} thanks" for number in range(5)]
    assert said["script"] == (OUTSIDE / "thanks.js").read_text("utf-8") and said["inlined"] and said["fingers"] == 4


def test_without_being_named_it_is_not_there(tmp_path: Path) -> None:
    """Nothing is picked up that nobody asked for."""
    ran = run("from workshop.declaration.curriculum import modules; modules()", tmp_path, "")
    assert ran.returncode != 0 and "activity 'thanks' is of kind 'thanks'; known kinds: " in ran.stderr


@pytest.mark.parametrize("name", ["choice", "other"])
def test_a_name_that_is_taken_or_not_its_own_is_refused(tmp_path: Path, name: str) -> None:
    """A kind from outside replaces none of ours, and is called as its class says."""
    (tmp_path / "clash.py").write_text(f"import thanks\nKINDS = {{{name!r}: thanks.Thanks}}\n")
    ran = run(f"import sys; sys.path.insert(0, {str(tmp_path)!r})\nimport workshop.kinds", tmp_path, "clash")
    assert ran.returncode != 0 and f"clash brings a kind '{name}', whose name is taken or isn't that of its class." in ran.stderr
