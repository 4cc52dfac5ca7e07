"""A person's own copy of the notebooks: made once, renewed by a newer version, and never written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import run
from workshop import lab, shipped


@pytest.fixture
def version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`version("0.2.0", one="text", …)`: from here on the workshop is that version, and these are its notebooks."""

    def now(number: str, **texts: str) -> None:
        source = tmp_path / f"version-{number}"
        for name, text in ({"00-start": ""} | texts).items():
            (source / "facilitator").mkdir(parents=True, exist_ok=True)
            (source / f"{name.replace('_', '-')}.ipynb").write_text(text, "utf-8")
        monkeypatch.setenv("WORKSHOP_NOTEBOOKS", str(source))
        monkeypatch.setattr(lab, "__version__", number)

    return now


def held(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in (folder / "notebooks").glob("*.ipynb")}


def test_a_new_version_renews_what_nobody_has_changed(tmp_path: Path, version) -> None:
    version("0.1.0", arrive="first", map="same")
    assert lab.bring(tmp_path / "copy").first
    version("0.2.0", arrive="second", map="same", steps="new")
    brought = lab.bring(tmp_path / "copy")
    assert brought.renewed == ["notebooks/arrive.ipynb"] and brought.new == ["notebooks/steps.ipynb"] and not brought.beside
    assert held(tmp_path / "copy") == {"00-start.ipynb": "", "arrive.ipynb": "second", "map.ipynb": "same", "steps.ipynb": "new"}
    assert "Version 0.2.0 brought 2 files" in brought.sentences()[0]


def test_a_changed_file_is_never_written(tmp_path: Path, version) -> None:
    """The new version lies beside it, once; the next one gets a place of its own."""
    version("0.1.0", arrive="first")
    lab.bring(tmp_path / "copy")
    (tmp_path / "copy" / "notebooks" / "arrive.ipynb").write_text("mine", "utf-8")
    assert not lab.bring(tmp_path / "copy").sentences()
    version("0.2.0", arrive="second")
    brought = lab.bring(tmp_path / "copy")
    assert brought.beside == ["notebooks/arrive (new in 0.2.0).ipynb"]
    assert "arrive (new in 0.2.0).ipynb" in brought.sentences()[0]
    assert not lab.bring(tmp_path / "copy").sentences()
    (tmp_path / "copy" / "notebooks" / "arrive (new in 0.2.0).ipynb").write_text("mine too", "utf-8")
    version("0.3.0", arrive="third")
    lab.bring(tmp_path / "copy")
    assert held(tmp_path / "copy") == {
        "00-start.ipynb": "",
        "arrive.ipynb": "mine",
        "arrive (new in 0.2.0).ipynb": "mine too",
        "arrive (new in 0.3.0).ipynb": "third",
    }


def test_without_its_note_every_difference_is_the_persons(tmp_path: Path, version) -> None:
    """A copy made by hand, or a note that was lost or cut off: nothing in it is written over."""
    version("0.1.0", arrive="first", map="same")
    lab.bring(tmp_path / "copy")
    (tmp_path / "copy" / "notebooks" / "arrive.ipynb").write_text("mine", "utf-8")
    for broken in ("", "{", None):
        note = tmp_path / "copy" / lab.NOTE
        note.unlink() if broken is None else note.write_text(broken, "utf-8")
        lab.bring(tmp_path / "copy")
        assert held(tmp_path / "copy")["arrive.ipynb"] == "mine"


def test_the_copy_is_laid_out_like_the_repository(tmp_path: Path) -> None:
    """So that a link from one page to another leads somewhere there too."""
    brought = lab.bring(tmp_path)
    assert {"notebooks/00-start.ipynb", "notebooks/facilitator/desk.ipynb", "facilitator-guide/pictures/desk.png"} <= set(brought.new)
    assert not [name for name in brought.new if "/." in name]
    assert (tmp_path / lab.FIRST).read_bytes() == (shipped.notebooks() / "00-start.ipynb").read_bytes()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("lab", "--folder", str(tmp_path / "file" / "copy"), "--copy-only")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"Your copy can't be written to {tmp_path / 'file' / 'copy'} (") and "--folder" in done.stderr


def test_notebooks_of_an_author_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKSHOP_NOTEBOOKS", str(tmp_path))
    done = run("lab", "--folder", str(tmp_path / "copy"), "--copy-only")
    assert done.returncode == 2 and done.stderr.startswith(f"WORKSHOP_NOTEBOOKS names {tmp_path}")
