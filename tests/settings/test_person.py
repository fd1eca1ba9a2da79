"""A person's settings: one mistake costs one setting, is named with its place, and stops nothing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.theme import BUILTIN_THEMES

from app.base.text import one_newline
from app.records.prose import changed_middle, matches, pasted
from app.settings import keys
from app.settings.editor import EditorError, external_edit
from app.settings.person import (
    THEMES,
    Settings,
    annotator,
    check,
    current_keys,
    editor_command,
    keymap,
    read,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def problems(file: Path, text: str) -> list[str]:
    """What is wrong with a text, as `line: text`."""
    file.write_text(text, encoding="utf-8")
    return [line.removeprefix(f"{file}:") for line in check(file)]


def test_without_a_file_there_are_defaults_and_no_problem(file: Path) -> None:
    assert read(file) == (Settings(), [])
    assert check(file) == []
    assert keymap(Settings()) == {}


def test_all_settings_are_read(file: Path) -> None:
    text = """
theme = "nord"
keymap = "vim"
name = "Ada Lovelace"
editor = "vim -n"
tab_size = 8
[keys]
"annotate.save" = "f2, alt+shift+x"
source.widen = ["w", ">"]
[layout]
source_width = 60
preview_lines = 12
"""
    assert problems(file, text) == []
    settings, _ = read(file)
    assert (settings.theme, settings.name, settings.editor) == ("nord", "Ada Lovelace", "vim -n")
    assert (settings.tab_size, settings.layout.source_width, settings.layout.preview_lines) == (8, 60, 12)
    assert settings.vim
    changed = keymap(settings)
    assert changed["annotate.save"] == "f2,alt+shift+x"
    assert changed["source.widen"] == "w,greater_than_sign"
    assert changed["annotate.imports"] == ",".join(keys.preset("vim")["annotate.imports"])
    assert current_keys(settings)["source.narrow"] == keys.defaults()["source.narrow"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('theme = "norb"', "1: theme: there is no theme 'norb'; did you mean `nord`?"),
        ('keymap = "vi"', "1: keymap: there is no keymap 'vi'; did you mean `vim`?"),
        ('\nkeymp = "vim"', "2: keymp: is no setting; did you mean `keymap`?"),
        ("[layout]\nsource_widht = 4", "2: layout.source_widht: is no setting; did you mean `source_width`?"),
        ("tab_size = true", "1: tab_size: must be a whole number from 1 to 16"),
        ("[layout]\nsource_width = 5", "2: layout.source_width: must be a whole number from 20 to 80"),
        ("layout = 3", "1: layout: must be a table: [layout]"),
        ("name = 3", "1: name: must be one line of at most 200 printable characters, in quotes"),
        ('name = "a\\u001b[31m"', "1: name: must be one line of at most 200 printable characters, in quotes"),
        ('editor = "vim \'"', "1: editor: cannot be split into words: no closing quotation"),
        ('[keys]\n"annotate.sav" = "f2"', "2: annotate.sav: is no action; did you mean `annotate.save`?"),
        ('[keys]\nsource.wide = "f2"', "2: source.wide: is no action; did you mean `source.widen`?"),
        ('[keys]\n"source.widen" = 3', "2: source.widen: must be keys in quotes, such as 'w,plus'"),
        (
            '[keys]\n"source.find" = "ctrl+i"',
            "2: source.find: `ctrl+i` cannot be told from tab: terminals send the same for both",
        ),
        (
            '[keys]\n"annotate.files" = "x"',
            "2: annotate.files: x types a character, and annotate.files works while typing",
        ),
        (
            '[keys]\n"annotate.files" = "up"',
            "2: annotate.files: up is needed for writing, and annotate.files works while typing",
        ),
        (
            '[keys]\n"annotate.save" = "escape"',
            "2: annotate.save: escape closes what is open, and annotate.save would take it first",
        ),
        (
            '[keys]\n"source.widen" = "ctrl+r"',
            "2: source.widen: ctrl+r clashes: annotate.imports (Imports) has it at the same time",
        ),
        ('theme = "a', "1: is not TOML: Unterminated string"),
    ],
)
def test_each_mistake_is_named_with_its_line(file: Path, text: str, told: str) -> None:
    (found,) = problems(file, text)
    assert found.startswith(told)
    assert read(file)[0] == Settings()


def test_one_mistake_costs_one_setting(file: Path) -> None:
    text = '[keys]\n"source.widen" = "ctrl+r"\n"source.find" = "ctrl+y"\n[layout]\nsource_width = 70'
    assert len(problems(file, text)) == 1
    settings, _ = read(file)
    assert settings.keys == {"source.find": ("ctrl+y",)}
    assert settings.layout.source_width == 70


def test_two_overrides_may_swap_their_keys(file: Path) -> None:
    text = '[keys]\n"annotate.files" = "f2,ctrl+s"\n"annotate.save" = "f3,ctrl+t"'
    assert problems(file, text) == []


def test_a_clash_of_two_overrides_is_told_once_and_neither_is_used(file: Path) -> None:
    text = '[keys]\n"source.widen" = "z"\n"source.narrow" = "z"'
    assert problems(file, text) == [
        "2: source.widen: z clashes: source.narrow (Narrow) has it at the same time"
    ]
    assert read(file)[0].keys == {}


@pytest.mark.parametrize("data", [b"\xff\xfe", b'name = "\xe9"', b"a" * 200_000, b"[" * 50_000, b"\x00"])
def test_a_file_of_another_kind_is_a_problem_not_a_crash(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    assert len(check(file)) == 1


def test_a_folder_in_the_files_place_is_a_problem(file: Path) -> None:
    file.mkdir()
    assert "cannot be read" in check(file)[0]


@given(st.text(max_size=200))
def test_no_text_is_a_crash_and_no_problem_holds_a_control_character(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert all(line.isprintable() for line in check(file))


def test_the_themes_are_textuals() -> None:
    assert set(THEMES) == set(BUILTIN_THEMES)


def test_settings_are_read_without_pydantic_and_textual(file: Path) -> None:
    file.write_text('keymap = "vim"\n[keys]\n"source.widen" = "z"')
    script = "import sys, pathlib, app.settings.person as s; print(s.keymap(s.read(pathlib.Path(sys.argv[1]))[0]));"
    script += "assert not {'pydantic', 'textual', 'rich', 'difflib'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_annotator_is_asked_of_git_only_if_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def unasked() -> str:
        raise AssertionError("git was asked")

    assert annotator(Settings(name="Ada"), unasked) == "Ada"
    assert annotator(Settings(), lambda: " Bo\x1b[31m\n") == "Bo [31m"
    monkeypatch.setenv("USER", "cy")
    assert annotator(Settings(), lambda: "") == "cy"


def test_the_editor_is_the_settings_then_visual_then_editor() -> None:
    both = {"VISUAL": "v", "EDITOR": "e"}
    assert editor_command(Settings(editor="s"), both) == "s"
    assert editor_command(Settings(), both) == "v"
    assert editor_command(Settings(), {"EDITOR": "e"}) == "e"
    assert editor_command(Settings(), {}) == ""


def editor(tmp_path: Path, body: str) -> str:
    """A command that runs Python on the file it is given, `path`."""
    script = tmp_path / "an editor.py"
    script.write_text(f"import sys, os, pathlib\npath = pathlib.Path(sys.argv[-1])\n{body}\n")
    return f"'{sys.executable}' '{script}' --wait"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the editor's files go in these tests."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_an_edit_comes_back_with_line_feeds_and_leaves_nothing(tmp_path: Path, temporary: Path) -> None:
    command = editor(tmp_path, "path.write_bytes(path.read_bytes().upper() + b'two\\r\\n')")
    assert external_edit("one é", command) == "ONE é\ntwo"
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("text", ["", "one", "one\n", "\n", "\n\n", "a\nb\n\n"])
def test_a_text_nobody_touched_is_no_edit(tmp_path: Path, text: str) -> None:
    assert external_edit(text, editor(tmp_path, "")) is None


def test_a_final_line_feed_is_the_texts_own_only_if_there_was_another(tmp_path: Path) -> None:
    assert external_edit("a", editor(tmp_path, "path.write_text('b')")) == "b"
    assert external_edit("a\n", editor(tmp_path, "path.write_text('b\\n\\n')")) == "b\n"


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    body = f"pathlib.Path({str(tmp_path / 'modes')!r}).write_text("
    body += "f'{path.stat().st_mode} {path.parent.stat().st_mode}')"
    external_edit("secret", editor(tmp_path, body))
    modes = [int(mode) for mode in (tmp_path / "modes").read_text().split()]
    assert [stat.S_IMODE(mode) for mode in modes] == [0o600, 0o700]


def test_no_shell_sees_the_command(tmp_path: Path) -> None:
    assert external_edit("a", editor(tmp_path, "") + f" ; touch {tmp_path}/pwned '$(x)'") is None
    assert not (tmp_path / "pwned").exists()


def test_an_editor_that_fails_without_a_change_is_no_edit(tmp_path: Path, temporary: Path) -> None:
    assert external_edit("a", editor(tmp_path, "sys.exit(1)")) is None
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "kept", "told"),
    [
        ("path.write_bytes(b'ok\\n\\xff')", b"ok\n\xff", r"not UTF-8 \(line 2\)"),
        ("path.write_bytes(b'half'); sys.exit(3)", b"half", "status 3"),
    ],
)
def test_what_cannot_be_used_is_kept_and_named(
    tmp_path: Path, temporary: Path, body: str, kept: bytes, told: str
) -> None:
    with pytest.raises(EditorError, match=told) as caught:
        external_edit("a", editor(tmp_path, body))
    (path,) = temporary.glob("*/*")
    assert str(path) in caught.value.remedy
    assert path.read_bytes() == kept


@pytest.mark.parametrize("command", ["", "  ", "vim '", "/nowhere/at-all", os.devnull, "a\0b"])
def test_an_editor_that_cannot_run_is_an_error_with_a_remedy(temporary: Path, command: str) -> None:
    with pytest.raises(EditorError, match="editor") as caught:
        external_edit("a", command)
    assert "EDITOR" in caught.value.remedy
    assert list(temporary.iterdir()) == []


def test_an_editor_that_deletes_the_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EditorError, match="cannot be read"):
        external_edit("a", editor(tmp_path, "path.unlink()"))


LINES = st.text(st.sampled_from("ab \r\n\v\f\x1c\x85\u2028\x1b\x9b\u202e漢"))


@given(LINES)
def test_line_ends_become_line_feeds_as_textuals_document_splits_them(text: str) -> None:
    *lines, last = (text + "|").splitlines()
    assert one_newline(text).split("\n") == [*lines, last.removesuffix("|")]
    assert one_newline(one_newline(text)) == one_newline(text)


@given(LINES)
def test_a_paste_is_clean_and_counts_what_it_left_out(text: str) -> None:
    clean, left_out = pasted(text)
    assert all(char.isprintable() or char in "\n\t" for char in clean)
    assert len(clean) + left_out == len(one_newline(text))
    assert pasted(clean) == (clean, 0)


@given(st.text(st.sampled_from("ab\n")), st.text(st.sampled_from("ab\n")))
def test_the_changed_middle_makes_the_new_text(old: str, new: str) -> None:
    start, end, middle = changed_middle(old, new)
    assert old[:start] + middle + old[end:] == new
    assert (start == end and not middle) == (old == new)


@given(st.text(st.sampled_from("aAb[")), st.text(st.sampled_from("aAb["), min_size=1, max_size=3))
def test_matches_are_where_the_text_says_so(text: str, wanted: str) -> None:
    found = matches(text, wanted)
    assert all(text[start:end].lower() == wanted.lower() for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    folded = text if wanted != wanted.lower() else text.lower()
    assert len(found) == folded.count(wanted)
