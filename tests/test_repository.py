"""The repository's own promises: pins agree, imports run one way, notebooks are thin and carry no outputs, nothing comes from elsewhere."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.requirements import environment

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "workshop"
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))

# The floors of the house, lowest first: a file imports from its own floor and from those below, never from above.
FLOORS = [
    {"kinds"},
    {"declared"},
    {"curriculum"},
    {"simulations", "table", "formats", "help"},
    {"store"},
    {"reveal"},
    {"figures"},
    {"wire", "chance"},
    {"count", "stage", "games"},
    {"room"},
    {"assets", "reading"},
    {"spoken", "terms"},
    {"guide"},
    {"widgets"},
    {"page", "desk", "rehearsal"},
    {"server", "launch", "cli"},
]


def floor(module: str) -> int:
    """The floor on which a top-level module of the package lives."""
    return next(number for number, names in enumerate(FLOORS) if module in names)


def imports(path: Path) -> set[str]:
    """The package's top-level modules that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "workshop":
            found |= {node.module.split(".")[1]} if "." in node.module else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("workshop.")}
    return found - {"__version__"}


def modules() -> list[tuple[str, Path]]:
    """Every file of the package with the top-level module that it belongs to."""
    files = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]
    return [(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path) for path in sorted(files)]


@pytest.mark.parametrize(("module", "path"), modules(), ids=lambda value: str(value.relative_to(ROOT)) if isinstance(value, Path) else "")
def test_imports_run_one_way(module: str, path: Path) -> None:
    """No file imports from a floor above its own."""
    upward = {name for name in imports(path) if name != module and floor(name) > floor(module)}
    assert not upward


def test_only_widgets_and_above_know_ipywidgets_and_only_the_store_knows_sql() -> None:
    """The science and the store never import the screen; nobody but the store speaks SQL."""
    for module, path in modules():
        names = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        if floor(module) < floor("widgets"):
            assert not names & {"ipywidgets", "anywidget", "IPython"}, path
        if module != "store":
            assert "sqlalchemy" not in names, path


def test_the_package_alone_is_light() -> None:
    """`import workshop` loads neither pandas nor plotly nor SQLAlchemy nor ipywidgets."""
    heavy = "[name for name in ('pandas', 'plotly', 'sqlalchemy', 'ipywidgets', 'numpy') if name in sys.modules]"
    found = subprocess.run([sys.executable, "-c", f"import sys, workshop; print({heavy})"], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def pins() -> dict[str, set[str]]:
    """Package -> pinned versions (several where markers choose)."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement = Requirement(line)
            found.setdefault(requirement.name, set()).add(str(requirement.specifier).removeprefix("=="))
    return found


def test_every_dependency_is_pinned_within_its_range() -> None:
    """requirements.txt pins each dependency of pyproject.toml, at a version that pyproject.toml allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + [line for lines in project["optional-dependencies"].values() for line in lines]
    for requirement in map(Requirement, wanted):
        assert requirement.name in pins(), f"run `make requirements`: {requirement.name} has no pin"
        assert all(requirement.specifier.contains(version) for version in pins()[requirement.name]), requirement.name


def test_the_environment_holds_the_same_pins() -> None:
    """environment.yml is what `make requirements` writes from requirements.txt."""
    assert (ROOT / "environment.yml").read_text("utf-8") == environment((ROOT / "requirements.txt").read_text("utf-8"))


def test_no_index_address_in_the_pins() -> None:
    """The pins can be installed from any index."""
    assert "://" not in (ROOT / "requirements.txt").read_text("utf-8") + (ROOT / "environment.yml").read_text("utf-8")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_notebooks_are_thin_and_carry_no_outputs(path: Path) -> None:
    """A code cell calls the package in at most three lines; outputs and execution counts stay out of the repository."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            assert not cell["outputs"] and cell["execution_count"] is None
            assert len("".join(cell["source"]).strip().splitlines()) <= 3


def tracked() -> list[Path]:
    """Every file that git tracks or would add."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_nothing_is_loaded_from_elsewhere() -> None:
    """No file that reaches a browser names a content network or a font service."""
    elsewhere = re.compile(r"https?://[^\s\"')]*(jsdelivr|unpkg|cdnjs|googleapis|gstatic|cloudflare|esm\.sh)")
    shown = [path for path in tracked() if path.suffix in {".py", ".js", ".css", ".html", ".j2", ".ipynb", ".toml"}]
    guilty = [path.name for path in shown if "tests" not in path.parts and elsewhere.search(path.read_text("utf-8"))]
    assert guilty == []


def test_no_path_of_one_machine() -> None:
    """The repository can live anywhere."""
    machine = re.compile(r"(?<![\w.])/(" + "|".join(("root", "home/[a-z]", "Users/[a-z]", "work")) + ")/")
    texts = [
        path for path in tracked() if path.suffix in {".py", ".js", ".css", ".md", ".toml", ".yml", ".txt", ".ipynb", ".sh", ".j2", ".html"}
    ]
    assert [path.name for path in texts if path.name != "test_repository.py" and machine.search(path.read_text("utf-8"))] == []
