"""People's names, and names made safe to show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SourceError
from app.repository.repository import default_author, open_repository, shown
from tests.gitfixtures import git


@pytest.mark.parametrize(
    ("name", "expected"), [("Ada  Lovelace", "Ada Lovelace"), ("A\x1b[31mB", "A\\x1b[31mB")]
)
def test_the_author_is_gits_user(tmp_path: Path, name: str, expected: str) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "user.name", name)
    assert default_author(tmp_path) == expected


def test_without_gits_name_the_author_is_the_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("LOGNAME", "ada")
    assert default_author(tmp_path) == "ada"
    assert default_author(tmp_path / "absent") == "ada"


def test_without_git_the_error_says_so(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SourceError, match="git is not installed"):
        open_repository(bare)
    assert default_author(bare)


@given(st.text())
def test_what_is_shown_holds_nothing_a_terminal_obeys(text: str) -> None:
    safe = shown(text)
    assert not set(safe) & {chr(code) for code in (*range(32), *range(127, 160), 0x202E, 0x2066, 0x2028)}
    safe.encode("utf-8")
