"""oTree as a peer: the same words and choices as server-rendered forms, without a kernel (`make bench ARGS=--otree`).

oTree is installed by pip into a place of its own (`build/otree`) the first time, since the kit itself has no use for it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.benchmarks.servers import Served, free_port, is_up, until
from workshop.declaration import curriculum
from workshop.declaration.curriculum import Module

PLACE = Path(__file__).parents[2] / "build" / "otree"

SETTINGS = """
SESSION_CONFIGS = [dict(name="forms", app_sequence=["forms"], num_demo_participants=1)]
SESSION_CONFIG_DEFAULTS = dict(real_world_currency_per_point=1, participation_fee=0, doc="")
ROOMS, PARTICIPANT_FIELDS, SESSION_FIELDS = [], [], []
LANGUAGE_CODE, REAL_WORLD_CURRENCY_CODE, USE_POINTS = "en", "EUR", True
DEMO_PAGE_INTRO_HTML, SECRET_KEY, ADMIN_USERNAME, ADMIN_PASSWORD = "", "bench", "admin", "bench"
"""

APP = """
from otree.api import *
class C(BaseConstants):
    NAME_IN_URL, PLAYERS_PER_GROUP, NUM_ROUNDS = "forms", None, 1
class Subsession(BaseSubsession): pass
class Group(BaseGroup): pass
class Player(BasePlayer):
{fields}
{pages}
page_sequence = [{names}]
"""

TEMPLATE = "{{ block title }}TITLE{{ endblock }}\n{{ block content }}\nWORDS\n{{ next_button }}\n{{ endblock }}"


def program() -> Path:
    """The `otree` command, installed if it isn't there yet."""
    folder = PLACE / ("Scripts" if os.name == "nt" else "bin")
    if not (folder / "otree").exists():
        venv.create(PLACE, with_pip=True)
        subprocess.run([folder / "python", "-m", "pip", "install", "--quiet", "otree"], check=True)
    return folder / "otree"


def project(folder: Path, modules: list[Module]) -> None:
    """An oTree project with one page for each module: its texts, and a list of radio buttons for each of its choices."""
    fields, pages = [], []
    app = folder / "forms"
    for name in ("_static", "_templates", "forms"):
        (folder / name).mkdir()
    for number, module in enumerate(modules):
        asked, words = [], []
        for one in module.activities:
            words.append(f"<h2>{one.title}</h2><p>{one.text}</p>")
            if one in module.questions and getattr(one, "options", ()):
                field = f"p{number}_{one.key}"
                choices = [[option.key, option.text] for option in one.options]
                fields.append(f"    {field} = models.StringField(choices={choices!r}, widget=widgets.RadioSelect, label='', blank=True)")
                asked.append(field)
                words.append("{{ formfield '" + field + "' }}")
        pages.append(f"class Page{number}(Page):\n    form_model, form_fields = 'player', {asked!r}")
        body = TEMPLATE.replace("TITLE", module.title).replace("WORDS", "\n".join(words))
        (app / f"Page{number}.html").write_text(body, encoding="utf-8")
    names = ", ".join(f"Page{number}" for number in range(len(modules)))
    (app / "__init__.py").write_text(APP.format(fields="\n".join(fields), pages="\n".join(pages), names=names), encoding="utf-8")
    (folder / "settings.py").write_text(SETTINGS, encoding="utf-8")


@contextmanager
def otree(*slugs: str) -> Iterator[Served]:
    """oTree's own production server with a page for each module; `join_url` leads to the first one, a new person at each visit."""
    command = program()
    folder, port = Path(tempfile.mkdtemp(prefix="bench-")), free_port()
    project(folder, [curriculum.module(slug) for slug in slugs])
    env = os.environ | {"PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}", "OTREE_PRODUCTION": "1"}
    quiet = {"cwd": folder, "env": env, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([command, "resetdb", "--noinput"], check=True, **quiet)
    process = subprocess.Popen([command, "prodserver", str(port)], start_new_session=True, **quiet)
    try:
        until(lambda: is_up(port), 60)
        wanted = json.dumps({"session_config_name": "forms", "num_participants": 60}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/api/sessions", wanted, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            path = json.load(answer)["session_wide_url"].split("/", 3)[3]
        base = f"http://127.0.0.1:{port}"
        yield Served(base, process, join_url=f"{base}/{path}")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 15) if sys.platform != "win32" else process.kill()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
