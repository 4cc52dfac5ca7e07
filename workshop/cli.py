"""The `workshop` command. Whatever is wrong is said in one clear sentence; then the command ends with status 2."""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from workshop import __version__, launch
from workshop.launch import check_curriculum, data_directory, fail, no_room, open_store
from workshop.server.options import StartOptions


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def main() -> None:
    """A workshop about interdependence: standing on our own feet, leaning on each other, and leaving each other room."""
    for stream in (sys.stdout, sys.stderr):  # a letter that the terminal's encoding lacks ends nothing
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@main.command()
@click.option("--no-browser", is_flag=True, help="Don't open the desk in a browser.")
@launch.options()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line first, for other programs.")
def start(no_browser: bool, as_json: bool, **options: Any) -> None:
    """Run a workshop on this computer. Phones join with the QR code, and the facilitator works at the desk."""
    asks = not as_json and sys.stdin.isatty()
    run = launch.prepare(StartOptions(**options), forgotten="ask" if asks else "say")
    launch.run_workshop(run, as_json=as_json, browser=not no_browser)


@main.command()
@click.option("--people", default=12, show_default=True, type=click.IntRange(1, 1000), help="How many simulated people.")
@click.option("--modules", "slugs", help="Which modules: their short names, with commas between them. If you leave it out: all of them.")
@click.option("--format", "plan", help="A whole evening by its plan, as in `--format 90`: somebody comes late, somebody leaves half-way.")
@click.option("--seed", type=int, help="The same number gives the same group. If you leave it out, every rehearsal is different.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line for each module; with --desk, the one line of `workshop start`.")
@click.option("--desk", is_flag=True, help="Practise yourself: the servers run, and the simulated group follows your desk.")
@click.option("--speed", default=1.0, show_default=True, type=click.FloatRange(0.1, 100), help="With --desk: how fast the group is.")
@click.option("--no-browser", is_flag=True, help="With --desk: don't open the desk in a browser.")
@launch.options("host", "port", "desk_port", prefix="With --desk: ")
@click.option("--data-dir", default="", help="With --desk: where notebooks find the running workshop.")
def rehearse(
    people: int,
    slugs: str | None,
    plan: str | None,
    seed: int | None,
    as_json: bool,
    desk: bool,
    speed: float,
    no_browser: bool,
    **options: Any,
) -> None:
    """Take a simulated group through the modules; with --desk, practise with it yourself. Nothing of it is kept."""
    from workshop import rehearsal

    if not desk:
        walk_unattended(people, slugs, plan, seed, as_json)
        return
    with tempfile.TemporaryDirectory(prefix="workshop-rehearsal-") as folder:
        run = launch.prepare(StartOptions(**options, store=os.fspath(Path(folder, "rehearsal.sqlite")), mode="rehearsal"))
        with rehearsal.simulated_group(run.store, run.room, people, seed, speed):
            launch.run_workshop(run, as_json=as_json, browser=not no_browser)


def walk_unattended(people: int, slugs: str | None, plan: str | None, seed: int | None, as_json: bool) -> None:
    """One line a module; ends with status 1 where anything went wrong."""
    from workshop import rehearsal
    from workshop.declaration.curriculum import CurriculumError

    wanted = [slug.strip() for slug in slugs.split(",") if slug.strip()] if slugs else []
    errors = 0
    try:
        for report in rehearsal.evening(people, plan, seed) if plan else rehearsal.walk(people, wanted, seed):
            errors += report.errors
            click.echo(json.dumps(asdict(report)) if as_json else str(report))
    except CurriculumError as error:
        fail(error)
    if not as_json:
        click.echo("This was a simulated group, so nothing here is a result. To practise yourself: workshop rehearse --desk")
    if errors:
        sys.exit(1)


@main.command()
@click.option("--reading", is_flag=True, help="Also report how each page reads; status 1 if one goes over a rule and gives no reason.")
@click.option(
    "--spoken", metavar="FORMAT", help="Only print a format's steps with their minutes, and the seconds to say, for people, and left."
)
def check(reading: bool, spoken: str | None) -> None:
    """Check every module, its notebook and guide page, every model and format; say what's wrong, in which file and on which line."""
    from workshop import simulations
    from workshop.declaration import curriculum

    if spoken is not None:
        print_spoken(spoken)
        return

    problems = curriculum.check() or simulations.check()
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    unfit = report_unfit()
    count = len(curriculum.modules())
    result = f"{unfit} to mend, named above" if unfit else "nothing is wrong"
    click.echo(f"{count} module{'' if count == 1 else 's'} checked; {result}.")
    report_chances()
    if reading:
        report_reading()
    if unfit:
        sys.exit(1)


def print_spoken(name: str) -> None:
    from workshop.declaration.curriculum import CurriculumError
    from workshop.guide import spoken

    try:
        click.echo(spoken.in_columns(name))
    except CurriculumError as error:
        fail(error)


def report_unfit() -> int:
    """What is wrong around modules that can be read: formats, minutes, notebooks, guide pages, words before they are explained;
    how much of it."""
    from workshop.declaration import formats
    from workshop.declaration import helplines as lines
    from workshop.guide import pages, spoken, terms
    from workshop.guide.reading import NoPage
    from workshop.shipped import guide, notebooks

    own = not os.environ.get("WORKSHOP_MODULES")  # formats, notebooks and guide are made for our own modules
    problems = formats.check() + lines.check() if own else []
    if not problems:  # what follows walks through every format
        problems = spoken.check()
    if own and not problems:
        try:
            problems = pages.check(notebooks(), guide()) or terms.check(notebooks())
        except (NoPage, FileNotFoundError) as error:
            fail(error)
    for problem in problems:
        click.echo(problem)
    return len(problems)


def report_chances() -> None:
    """Beside every question: how often groups of eight and of fifteen would see its result."""
    from workshop.declaration.curriculum import modules
    from workshop.reveal.chance import chance, in_words

    questions = [question for module in modules() for question in module.questions]
    width = max((len(question.id) for question in questions), default=0)
    for question in questions:
        care = ", sensitive" if question.sensitive else ""
        of_8, of_15 = (in_words(chance(question, people)) for people in (8, 15))
        click.echo(f"  {question.id:{width}}  shown to 8 people: {of_8}, to 15: {of_15}{care}")


def report_reading() -> None:
    from workshop.declaration.curriculum import modules
    from workshop.guide.reading import NoPage, read
    from workshop.shipped import notebooks

    asked = False
    for module in modules():
        try:
            page = read(module, notebooks() / f"{module.path.stem}.ipynb")
        except (NoPage, FileNotFoundError) as error:
            click.echo(f"\n{error}")
            asked = True
            continue
        click.echo("\n".join(["", *page.lines()]))
        asked = asked or any(not flag.reason for flag in page.flags)
    if asked:
        sys.exit(1)


@main.command()
@click.argument("code")
@click.option("--data-dir", help="Where rooms are kept.")
@click.option("--store", help="The room's store, if it isn't the data directory's own.")
@click.option("--yes", is_flag=True, help="Don't ask first.")
def close(code: str, data_dir: str | None, store: str | None, yes: bool) -> None:
    """Delete a room's answers for good. What the group was shown stays."""
    from workshop.server import ending
    from workshop.server.runfiles import running
    from workshop.store import StoreError

    folder = data_directory(data_dir)
    _, opened = open_store(store, folder)
    try:
        room = opened.find(code) or fail(no_room(code))
        if other := running(folder).get(room.code):
            fail(f"Room {room.code} is running, as process {other['pid']}: end it first, with Ctrl-C.")
        if not yes:
            click.confirm(f"Delete the answers of room {room.code} for good?", abort=True)
        sentence, clean = ending.close(opened, room, folder)
    except StoreError as error:
        fail(error)
    finally:
        opened.close()
    click.echo(sentence)
    if not clean:
        sys.exit(1)


@main.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path))
def guide(directory: Path | None) -> None:
    """Write the tables of the facilitator guide in DIRECTORY again, from the modules.

    Without DIRECTORY: in the repository its own guide; otherwise your own copy, which is made if you have none yet.
    """
    from workshop import lab, shipped
    from workshop.declaration.curriculum import CurriculumError
    from workshop.guide import blocks as pages

    check_curriculum()
    if directory is None:
        directory = shipped.guide() if shipped.from_checkout() else own_copy(lab.own_folder()) / "facilitator-guide"
    if not directory.is_dir():
        fail(f"There is no folder {directory}: say where the facilitator guide is.")
    try:
        changed = pages.write(directory)
    except (pages.GuideError, CurriculumError) as error:
        fail(error)
    for page in changed:
        click.echo(page)
    click.echo(f"{len(changed)} page{'' if len(changed) == 1 else 's'} of the guide changed. Begin with {directory / 'README.md'}")


@main.command(context_settings={"ignore_unknown_options": True})
@click.option("--folder", type=click.Path(path_type=Path), help="Where your own copy is. If you leave it out: in your documents.")
@click.option("--copy-only", is_flag=True, help="Make your copy or bring it up to date, without opening JupyterLab.")
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(folder: Path | None, copy_only: bool, options: tuple[str, ...]) -> None:
    """Study alone: open your own copy of the notebooks in JupyterLab. Any other OPTIONS are JupyterLab's."""
    from workshop import lab as studying

    folder = own_copy(folder or studying.own_folder())
    if not copy_only:
        sys.exit(studying.jupyterlab(folder, options))


def own_copy(folder: Path) -> Path:
    """A person's own copy in `folder`, up to date; says what has changed."""
    from workshop import lab as studying
    from workshop import shipped

    folder = folder.expanduser().absolute()
    try:
        brought = studying.bring(folder)
    except shipped.Incomplete as error:
        fail(error)
    except OSError as error:
        fail(f"Your copy can't be written to {folder} ({(error.strerror or str(error)).lower()}): choose another place with --folder.")
    for sentence in brought.sentences():
        click.echo(sentence)
    return folder


if __name__ == "__main__":
    main()
