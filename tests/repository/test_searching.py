"""Globs, search, licence: the same in git and in a plain folder, whatever names and bytes there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.globs import glob_of
from app.repository.crates import licence_of
from app.repository.repository import Repository, Snapshot, open_repository, shown
from tests.gitfixtures import git, make_repo
from tests.repository.samples import WORKER, both


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("svix-server/src/worker.rs", [WORKER]),
        (WORKER, [WORKER]),
        ("src/*.rs", [WORKER, "src/lib.rs"]),
        ("svix-server/**/retry.rs", ["server/svix-server/src/core/retry.rs"]),
        ("./core", ["server/svix-server/src/core/retry.rs"]),
        ("svix-server/src/work", []),
        ("#x", []),
    ],
)
def test_globs_match_from_any_depth(bare: Path, folder: Path, glob: str, expected: list[str]) -> None:
    for snapshot in both(bare, folder):
        assert snapshot.match([glob]) == tuple(expected)


def test_several_globs_give_each_file_once(opened: Repository) -> None:
    assert opened.snapshot().match(["worker.rs", "src/worker.rs"]) == (WORKER,)
    assert opened.snapshot().match([]) == ()


@pytest.mark.parametrize(
    "glob", ["../x.rs", "a/../../x", "/etc/*", "~/x", "C:/x", "", " ", "!a.rs", "a\n.rs", "\x1b[2J"]
)
def test_globs_that_leave_the_repository_are_refused(opened: Repository, glob: str) -> None:
    with pytest.raises(ValueError, match="glob") as caught:
        opened.snapshot().match([glob])
    assert str(caught.value).isprintable()


@given(st.text(max_size=12))
def test_any_glob_is_usable_or_refused_in_words(glob: str) -> None:
    snapshot = Snapshot("", "nothing")
    snapshot._entries = {}
    try:
        assert snapshot.match([glob]) == ()
    except ValueError as error:
        assert shown(str(error), 10_000) == str(error)
    else:
        assert ".." not in glob_of(glob).text.split("/")


def test_search_gives_paths_lines_and_text(bare: Path, folder: Path) -> None:
    for snapshot in both(bare, folder):
        hits = [(hit.path, hit.line, hit.text) for hit in snapshot.grep(["jitter", "Retry"])]
        assert hits == [
            ("server/svix-server/src/core/retry.rs", 1, "struct Retry;"),
            (WORKER, 2, "// jitter: none"),
        ]
        assert [hit.path for hit in snapshot.grep(["retry"], ["README.md", "not there"])] == ["README.md"]


@pytest.mark.parametrize("word", ["", "a\nb", "\0", "\ud800", "fn.*retry", "--help", "-e"])
def test_search_words_are_plain_text(bare: Path, folder: Path, word: str) -> None:
    for snapshot in both(bare, folder):
        assert snapshot.grep([word]) == []


def test_search_reads_odd_names_and_bytes_the_same_in_git_and_folder(tmp_path: Path) -> None:
    files = {
        "a:b\n1.rs": b"x\nneedle here\n",
        "-e.rs": b"-e needle",
        "nul.rs": b"\0 needle\0tail\nsecond needle \xff\n",
        "*.rs": b"needle\r\n",
        ":(top)x.rs": b"needle",
    }
    make_repo(tmp_path / "git", files)
    (tmp_path / "folder").mkdir()
    for name, data in files.items():
        (tmp_path / "folder" / name).write_bytes(data)
    found = [snapshot.grep(["needle"]) for snapshot in both(tmp_path / "git", tmp_path / "folder")]
    assert found[0] == found[1]
    assert [(hit.path, hit.line) for hit in found[0]] == [
        ("*.rs", 1),
        ("-e.rs", 1),
        (":(top)x.rs", 1),
        ("a:b\n1.rs", 2),
        ("nul.rs", 1),
        ("nul.rs", 2),
    ]


def test_searched_paths_are_names_and_no_patterns(tmp_path: Path) -> None:
    make_repo(tmp_path, dict.fromkeys(("*.rs", "a.rs", ":(top)a.rs", "[a].rs", "b[a]/c.rs"), b"needle"))
    with open_repository(tmp_path) as repository:
        for name in repository.snapshot().files():
            assert [hit.path for hit in repository.snapshot().grep(["needle"], [name])] == [name]


def test_search_stops_at_its_limit_and_cuts_long_lines(tmp_path: Path) -> None:
    data = b"x" * 5000 + b"\n" + b"x\n" * 50
    make_repo(tmp_path / "git", {"a.rs": data})
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.rs").write_bytes(data)
    for snapshot in both(tmp_path / "git", tmp_path / "folder"):
        hits = snapshot.grep(["x"], limit=7)
        assert len(hits) == 7
        assert hits[0].text == "x" * 1000


def test_search_covers_more_paths_than_one_command_line_holds(tmp_path: Path) -> None:
    files = {f"{'long' * 40}/file{number}.rs": b"needle\n" for number in range(600)}
    make_repo(tmp_path, files)
    with open_repository(tmp_path) as repository:
        assert [hit.path for hit in repository.snapshot().grep(["needle"])] == sorted(files)


def test_settings_and_attributes_do_not_change_a_search(tmp_path: Path) -> None:
    make_repo(tmp_path, {"a.rs": b"needle\n", ".gitattributes": b"*.rs binary\n"})
    for setting in (
        "grep.column=true",
        "grep.lineNumber=false",
        "grep.patternType=perl",
        "color.grep=always",
    ):
        git(tmp_path, "config", *setting.split("="))
    with open_repository(tmp_path) as repository:
        assert [(hit.line, hit.text) for hit in repository.snapshot().grep(["needle"])] == [(1, "needle")]


def test_the_licence_is_the_headers_then_the_crates(tmp_path: Path) -> None:
    files = {
        "Cargo.toml": b'[workspace]\nmembers=["*"]\n[workspace.package]\nlicense = "MIT/Apache-2.0"\n',
        "one/Cargo.toml": b'[package]\nname = "one"\nlicense = "ISC"\n',
        "one/src/lib.rs": b"fn f() {}\n",
        "one/src/own.rs": b"// SPDX-License-Identifier: MPL-2.0\nfn f() {}\n",
        "one/src/block.rs": b"/* SPDX-License-Identifier: BSD-3-Clause */\n",
        "one/src/late.rs": b"\n" * 5000 + b"// SPDX-License-Identifier: MPL-2.0\n",
        "two/Cargo.toml": b'[package]\nname = "two"\nlicense.workspace = true\n',
        "two/src/deep/lib.rs": b"",
        "odd/Cargo.toml": b'[package]\nlicense = "MIT\\u001b[31m"\n',
        "odd/lib.rs": b"",
        "file/Cargo.toml": b'[package]\nlicense-file = "COPYING"\n',
        "file/lib.rs": b"",
        "broken/Cargo.toml": b"[package\n",
        "broken/lib.rs": b"",
        "away/Cargo.toml": b'[package]\nworkspace = "/../.."\nlicense.workspace = true\n',
        "away/lib.rs": b"",
    }
    make_repo(tmp_path, files)
    expected = {
        "one/src/lib.rs": "ISC",
        "one/src/own.rs": "MPL-2.0",
        "one/src/block.rs": "BSD-3-Clause",
        "one/src/late.rs": "ISC",
        "two/src/deep/lib.rs": "MIT OR Apache-2.0",
        "odd/lib.rs": None,
        "file/lib.rs": None,
        "broken/lib.rs": "MIT OR Apache-2.0",
    }
    with open_repository(tmp_path) as repository:
        snapshot = repository.snapshot()
        assert {name: licence_of(snapshot, name).expression for name in expected} == expected
        licence_of(snapshot, "away/lib.rs")  # a path above the root ends, rather than climbing for ever
