"""Who signs: where the name is known from, and what is left of the settings when another one is kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.errors import StoreError, UsageError
from app.project.annotator import Signs, annotator, keep_name, signs
from app.settings.person import Settings, read, settings_path, unfit_name
from tests.gitfixtures import git

WRITTEN = """\
# mine
theme = "nord"  # dark

[keys]
"annotate.save" = "f2,ctrl+s"

[layout]
source_width = 60
"""


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on a machine where nobody has said who they are."""
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("LOGNAME", "login")
    return tmp_path


def test_a_name_is_guessed_where_neither_the_settings_nor_git_have_one(nobody: Path) -> None:
    assert signs(nobody, Settings()) == Signs("login", True)
    assert signs(nobody, Settings(name="Ada")) == Signs("Ada", False)
    git(nobody, "init", "-q")
    git(nobody, "config", "user.name", "Bob")
    assert signs(nobody, Settings()) == Signs("Bob", False)
    assert signs(nobody, Settings(name="Ada")) == Signs("Ada", False)


def test_a_name_is_kept_where_there_were_no_settings(nobody: Path) -> None:
    keep_name('Ada "the first" Lövelace')
    assert read(settings_path()) == (Settings(name='Ada "the first" Lövelace'), [])
    assert annotator(nobody) == 'Ada "the first" Lövelace'


@pytest.mark.parametrize(
    "before", [WRITTEN, f'name = "Bob"  # for now\n{WRITTEN}', WRITTEN.replace("\n", "\r\n")]
)
def test_a_name_is_kept_beside_all_that_the_file_says(nobody: Path, before: str) -> None:
    path = settings_path()
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xef\xbb\xbf" + before.encode())
    was = read(path)[0]
    keep_name("Ada")
    settings, problems = read(path)
    assert not problems and settings.name == "Ada" and settings.theme == was.theme == "nord"
    assert (settings.keys, settings.layout) == (was.keys, was.layout)
    lines = path.read_text("utf-8").splitlines()
    assert {"# mine", 'theme = "nord"  # dark'} <= set(lines)
    assert 'name = "Ada"  # for now' in lines or "# for now" not in before


def test_a_file_that_cannot_be_understood_is_left_as_it_is(nobody: Path) -> None:
    path = settings_path()
    path.parent.mkdir(parents=True)
    path.write_text("theme = \n")
    with pytest.raises(UsageError, match="is not TOML"):
        keep_name("Ada")
    assert path.read_text() == "theme = \n"


def test_what_a_link_leads_to_is_written(nobody: Path) -> None:
    (nobody / "mine.toml").write_text(WRITTEN)
    settings_path().parent.mkdir(parents=True)
    settings_path().symlink_to(nobody / "mine.toml")
    keep_name("Ada")
    assert settings_path().is_symlink() and 'name = "Ada"' in (nobody / "mine.toml").read_text()


def test_a_folder_that_cannot_be_made_is_told(nobody: Path) -> None:
    settings_path().parent.parent.mkdir(parents=True)
    settings_path().parent.write_text("no folder")
    with pytest.raises(StoreError, match="cannot be"):
        keep_name("Ada")


@pytest.mark.parametrize(
    ("name", "fits"),
    [("Ada", True), (" Ada ", True), ("", False), (" ", False), ("a\nb", False), ("x" * 201, False)],
)
def test_which_names_can_be_signed_with(name: str, fits: bool) -> None:
    assert (unfit_name(name) == "") == fits
