"""Every reach into another project is written down, is still there, and agrees with the versions that we allow."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from workshop.server import compat

PACKAGE = Path(compat.__file__).parent.parent
ROOT = PACKAGE.parent
LIST = (PACKAGE / "server" / "compat.toml").read_text("utf-8")
REACHES = tomllib.loads(LIST)["reach"]
NOT_OURS = {"jsonschema"}  # not a dependency of ours: without it there is nothing to leave out
REACHED = {"ipykernel", "jupyter_client", "jupyter_server", "voila", "nbclient"}  # whose imports are all looked at
NAMES = [f"{reach['of']}: {reach['what'][:60]}" for reach in REACHES]


def found(target: str) -> bool:
    """Whether `module:name.name` is there; a trait or an annotation of a class counts."""
    module, _, names = target.partition(":")
    there = import_module(module)
    for name in names.split("."):
        if not hasattr(there, name):
            return any(name in getattr(one, "__annotations__", {}) for one in getattr(there, "__mro__", ()))
        there = getattr(there, name)
    return True


@pytest.mark.parametrize("reach", REACHES, ids=NAMES)
def test_what_we_reach_for_is_still_there(reach: dict) -> None:
    missing = [target for target in reach.get("targets", ()) if not found(target)]
    for line in reach.get("source", ()):
        module, _, text = line.partition(": ")
        if text not in inspect.getsource(import_module(module)):
            missing.append(line)
    for line in reach.get("browser", ()):
        place, _, text = line.partition(": ")
        scripts = list(Path(sys.prefix).glob(place))
        if not any(text in script.read_text("utf-8", "replace") for script in scripts):
            missing.append(line)
    assert not missing, f"{reach['of']} has changed: {missing}. We count on it because {reach['why']}."


@pytest.mark.parametrize("reach", REACHES, ids=NAMES)
def test_each_line_is_complete(reach: dict) -> None:
    """What, why, since when, until what; and our own files still exist and speak of it."""
    assert set(reach) - {"targets", "source", "browser"} == {"of", "what", "why", "since", "until", "at"}
    assert reach.keys() & {"targets", "source", "browser"}
    names = {re.split(r"\W+", target)[-1] for target in reach.get("targets", ())}
    texts = [(PACKAGE / "server" / file).read_text("utf-8") for file in reach["at"]]
    if names:
        assert any(name in text for name in names for text in texts)


def requirements() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {canonicalize_name(one.name): one for one in map(Requirement, project["dependencies"])}


@pytest.mark.parametrize("reach", REACHES, ids=NAMES)
def test_we_ask_for_versions_that_have_it_and_for_none_that_nobody_has_seen(reach: dict) -> None:
    """The lower bound is true, and there is an upper one: a new major version may have moved anything."""
    if reach["of"] in NOT_OURS:
        return
    specifier = requirements()[canonicalize_name(reach["of"])].specifier
    lower = [Version(one.version) for one in specifier if one.operator in (">=", "==")]
    assert lower and max(lower) >= Version(reach["since"])
    assert any(one.operator == "<" for one in specifier)


def imports() -> list[tuple[str, str]]:
    """("module:name", our file) of everything that we import from the packages in REACHED."""
    listed = []
    for path in sorted((PACKAGE).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in REACHED:
                listed += [(f"{node.module}:{alias.name}", path.name) for alias in node.names]
    return listed


def test_every_import_from_jupyter_has_a_line() -> None:
    known = [target for reach in REACHES for target in reach.get("targets", ())]
    sources = {line.partition(": ")[0] for reach in REACHES for line in reach.get("source", ())}
    found = imports()
    assert len(found) > 10
    assert not [one for one in found if one[0].partition(":")[0] not in sources and not any(target.startswith(one[0]) for target in known)]


def test_every_private_name_of_somebody_else_has_a_line() -> None:
    """An attribute with an underscore that nothing of ours defines belongs to another project."""
    used, own = set(), set()
    for path in (PACKAGE / "server").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr):
                (own if isinstance(node.ctx, ast.Store) and getattr(node.value, "id", "") == "self" else used).add(node.attr)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                own.add(node.name)
            elif isinstance(node, ast.AnnAssign | ast.Name):
                own.add(getattr(node, "id", "") or getattr(getattr(node, "target", None), "id", ""))
    theirs = {name for name in used - own if name != "_exit"}  # os._exit is Python's own
    assert "_kernel_buffers" in theirs, "the search has teeth"
    assert not {name for name in theirs if not re.search(rf"\b{name}\b", LIST)}
