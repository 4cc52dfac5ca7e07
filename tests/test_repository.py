"""The repository's own promises: pins agree, imports run one way, notebooks are thin and carry no outputs, nothing comes from elsewhere."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.requirements import environment

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "workshop"
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))

# The floors of the house and of its rooms, lowest first: a file imports from its own floor and from those below, never from
# above. A new file or folder gets its place here.
FLOORS: dict[str, list[set[str]]] = {
    "": [
        {"sentences", "phases", "shipped", "typed"},
        {"kinds"},
        {"declaration"},
        {"simulations"},
        {"store"},
        {"reveal"},
        {"room"},
        {"messages"},
        {"assets", "guide"},
        {"script"},
        {"widgets", "screens"},
        {"page", "desk"},
        {"person"},
        {"rehearsal"},
        {"lab"},
        {"server", "launch", "cli", "tile"},
    ],
    "kinds": [{"base"}, {"choice", "keepable", "scoring"}, {"slider"}, set(), {"__init__"}],
    "simulations": [{"__init__", "_figure"}, set()],
    "declaration": [{"reader"}, {"shared", "helplines"}, {"module"}, {"checks"}, {"curriculum"}, {"formats"}],
    "room": [
        {"contract", "front"},
        {"count", "countdown", "declared", "listeners", "seats", "stage", "wire"},
        {"games", "served"},
        {"parts"},
        {"page_side", "server_side"},
        {"desk_side"},
        {"local"},
    ],
    "reveal": [{"rule", "figures"}, {"payload"}, {"__init__"}, {"chance"}],
    "guide": [{"reading"}, {"spoken", "terms"}, {"blocks"}, {"pages"}],
    "store": [{"tables", "locks"}, {"engines"}, {"presence", "questions"}, {"store"}, {"__init__"}],
    "server": [
        {
            "__init__",
            "addresses",
            "capacity",
            "compat",
            "frames",
            "light",
            "limits",
            "line",
            "logs",
            "options",
            "origins",
            "pages",
            "ports",
            "shelf",
            "terminal",
        },
        {"run", "channels", "kernels"},
        {"runfiles", "web", "holders", "seats", "render"},
        {"ending", "reach", "showing", "supervise", "hub", "pool"},
        {"moving"},
        {"handlers"},
        {"choosing", "opening", "join"},
        {"base"},
        {"participants", "desk"},
    ],
    "server/kernels": [{"manager", "pagekernel", "provisioner"}, {"fork"}],
}
MANY = 5  # files from which on a folder needs floors of its own
LINES, METHODS = 350, 25  # of a file, of a class: what is larger holds more than one idea


def imports(path: Path) -> set[Path]:
    """The package's files that a file imports, wherever in it, for types only too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "workshop":
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.split(".")[0] == "workshop"]
        found |= {_file(name.split(".")[1:]) for name in names}
    return found - {path, PACKAGE / "__init__.py"}


def _file(parts: list[str]) -> Path:
    """The file of `workshop.a.b.c`, where c may be a name in it."""
    for end in range(len(parts), 0, -1):
        place = PACKAGE.joinpath(*parts[:end])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.is_file():
                return file
    return PACKAGE / "__init__.py"


def files() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def floor(folder: str, name: str) -> int:
    """The floor of a file or a folder in `folder`; the one without names is everybody's who isn't named."""
    floors = FLOORS[folder]
    named = next((number for number, names in enumerate(floors) if name in names), None)
    rest = next((number for number, names in enumerate(floors) if not names), None)
    number = rest if named is None else named
    assert number is not None, f"{folder or 'workshop'}/{name} has no floor: give it one in FLOORS, in tests/test_repository.py"
    return number


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    """No file imports from a floor above its own, neither in the house nor in any room that it's in."""
    for folder in FLOORS:
        room = PACKAGE / folder
        if not path.is_relative_to(room):
            continue
        own = path.relative_to(room).parts[0].removesuffix(".py")
        others = {other.relative_to(room).parts[0].removesuffix(".py") for other in imports(path) if other.is_relative_to(room)}
        assert not [name for name in others - {own} if floor(folder, name) > floor(folder, own)]


def test_every_large_room_has_floors() -> None:
    folders = {path.parent for path in files()}
    many = {str(one.relative_to(PACKAGE)) for one in folders if len([file for file in one.glob("*.py") if file.stat().st_size]) >= MANY}
    assert {one.replace(".", "") for one in many} <= set(FLOORS)


def test_no_circle_and_nothing_above_in_a_floor_that_is_gone() -> None:
    """If you follow imports you never come back to where you began; and FLOORS names nothing that isn't there."""
    edges = {path: imports(path) for path in files()}
    done: set[Path] = set()

    def visit(path: Path, way: tuple[Path, ...]) -> None:
        assert path not in way, " > ".join(str(one.relative_to(PACKAGE)) for one in (*way[way.index(path) :], path))
        if path not in done:
            for other in sorted(edges.get(path, ())):
                visit(other, (*way, path))
            done.add(path)

    for path in edges:
        visit(path, ())
    for folder, floors in FLOORS.items():
        for name in set().union(*floors):
            assert (PACKAGE / folder / name).is_dir() or (PACKAGE / folder / f"{name}.py").is_file(), f"{folder}/{name}"


def test_no_test_imports_a_test_module() -> None:
    """What tests share lies in a module of its own, so that one can be read, moved or run without another."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom | ast.Import):
                names = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
                assert not [name for name in names if name.rpartition(".")[2].startswith("test_")], f"{path.name} imports a test module"


@pytest.mark.parametrize("path", sorted([*files(), *PACKAGE.rglob("*.js")]), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_small(path: Path) -> None:
    """A file that outgrows this is two files."""
    assert len(path.read_text("utf-8").splitlines()) <= LINES


def test_classes_are_small() -> None:
    """Of the public methods and properties of a class, those that it inherits from our own classes are counted too."""
    classes = [node for path in files() for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ClassDef)]
    named: dict[str, list[ast.ClassDef]] = {}
    for node in classes:
        named.setdefault(node.name, []).append(node)

    def methods(node: ast.ClassDef) -> set[str]:
        own = {one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and not one.name.startswith("_")}
        bases = [
            base for name in map(ast.unparse, node.bases) for base in named.get(name.split("[")[0].split(".")[-1], []) if base is not node
        ]
        return own.union(*map(methods, bases))

    large = {node.name: len(methods(node)) for node in classes if len(methods(node)) > METHODS}
    assert not large, f"these classes have more than {METHODS} public methods: {large}"
    assert "subscribe" in methods(named["LocalRoom"][0]), "what is inherited counts"


def test_no_module_has_the_name_of_one_of_pythons() -> None:
    """`import queue` must mean one thing."""
    assert not {path.stem for path in files()} & set(sys.stdlib_module_names)


def test_every_import_is_a_declared_dependency() -> None:
    """What comes along with something else today may not come along tomorrow."""
    distributions = packages_distributions()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["postgresql"]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    for path in files():
        for name in outside(path):
            assert {canonicalize_name(one) for one in distributions[name]} & declared, f"{path.name} imports {name}"


def outside(path: Path) -> set[str]:
    """The packages of others that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names - set(sys.stdlib_module_names) - {"workshop", "__future__"}


def test_only_widgets_and_above_know_ipywidgets_and_only_the_store_knows_sql() -> None:
    """The science and the store never import the screen; nobody but the store speaks SQL."""
    for path in files():
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if floor("", room) < floor("", "widgets"):
            assert not outside(path) & {"ipywidgets", "anywidget", "IPython"}, path
        if room != "store":
            assert "sqlalchemy" not in outside(path), path


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


def test_the_environment_holds_what_running_needs_at_the_same_pins() -> None:
    """environment.yml is for people who run a workshop: every package of theirs, pinned as in requirements.txt, and no test's."""
    text = (ROOT / "environment.yml").read_text("utf-8")
    held = {line.strip().removeprefix("- ").strip('"') for line in text.splitlines() if "==" in line}
    assert held <= set((ROOT / "requirements.txt").read_text("utf-8").splitlines()), "run `make requirements`"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {Requirement(line).name for line in held}
    running, extras = project["dependencies"], project["optional-dependencies"]
    assert {Requirement(line).name for line in running + extras["hub"]} <= names
    assert not {Requirement(line).name for line in extras["test"]} & names
    assert text == environment("\n".join(sorted(held, key=lambda line: text.index(line))))


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
