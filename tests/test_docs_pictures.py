"""The pictures in the docs show nobody's name but the one that they are of, whoever makes them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from docs.make import DOCS, PERSON, PICTURES, SIZES, surroundings

_WHO = """\
from pathlib import Path
from app.project.annotator import annotator
from app.settings.person import read, settings_path
print(annotator(Path(), read(settings_path())[0]))
"""


def test_nothing_of_the_maker_is_in_the_process_that_makes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = tmp_path / "maker"
    maker.mkdir()
    (maker / ".gitconfig").write_text("[user]\n\tname = The Maker\n")
    (maker / "config").mkdir()
    (maker / "config" / "settings.toml").write_text('name = "The Maker"\ntheme = "nord"\n')
    for name in ("HOME", "BACKSPAN_HOME"):
        monkeypatch.setenv(name, str(maker))
    monkeypatch.setenv("TEXTUAL_THEME", "nord")
    made = surroundings(tmp_path / "home")
    assert not any(str(maker) in value for name, value in made.items() if name != "PATH")
    assert set(made) & {"TEXTUAL_THEME", "COLUMNS", "PYTHONPATH"} == set()
    told = subprocess.run(
        [sys.executable, "-c", _WHO], env=made, cwd=DOCS.parent, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == PERSON
    assert os.environ["HOME"] == str(maker)  # the rest of the docs is made by the maker's own process


@pytest.mark.parametrize("size", [name for name in SIZES if name != "narrow"])
def test_the_queue_is_that_persons(size: str) -> None:
    """Where the header has room for it."""
    shown = (PICTURES / f"queue-{size}.svg").read_text("utf-8").replace("&#160;", " ")
    assert f"To review · {PERSON} " in shown
