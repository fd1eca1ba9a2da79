"""The sample crate is real Rust, keeps its bytes, and the awkward files are what they say they are."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_rust
from tree_sitter import Language, Node, Parser

from app.project.bundled import crate_dir
from app.rust.source import SourceFile
from tests.awkward import AWKWARD, CASES, Awkward, big_rust

CRATE = crate_dir()
ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(CRATE.glob("src/**/*.rs"))
GAPS = CRATE / "src/odd/gaps.rs"
"""The one file in which the grammar is known to fail: valid Rust that tree-sitter does not know."""

STD_ONLY = ("backoff", "clock", "metrics", "retry", "sha256", "signing")
"""Modules that use nothing but std, so that rustc can judge them without a network."""

PARSER = Parser(Language(tree_sitter_rust.language()))


def _name(path: Path) -> str:
    return path.relative_to(CRATE).as_posix()


def _errors(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        here = stack.pop()
        if here.is_error or here.is_missing:
            yield here
        elif here.has_error:
            stack.extend(here.children)


def _rustc(root: Path, *options: str) -> str:
    """What rustc complains about in a library's root file; skips without a rustc that knows the syntax."""
    rustc = shutil.which("rustc")
    if rustc is None:
        pytest.skip("no rustc on this machine: nobody judged whether the Rust compiles")
    version = subprocess.run([rustc, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"rustc 1\.(\d+)", version)
    if found is None or int(found[1]) < 85:
        pytest.skip(f"{version.strip()} is older than 1.85: nobody judged whether the Rust compiles")
    command = [rustc, "--edition=2021", "--crate-type=lib", "--emit=metadata", *options, str(root)]
    done = subprocess.run(command, cwd=root.parent, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode or "warning" in done.stderr else ""


def _library(folder: Path, modules: dict[str, Path]) -> Path:
    root = folder / "library.rs"
    lines = [f'#[path = "{path.as_posix()}"]\npub mod {name};\n' for name, path in modules.items()]
    root.write_text("".join(lines), encoding="utf-8")
    return root


@pytest.mark.parametrize("path", [path for path in SOURCES if path != GAPS], ids=_name)
def test_every_file_parses(path: Path) -> None:
    data = path.read_bytes()
    assert [data[node.start_byte : node.end_byte] for node in _errors(PARSER.parse(data).root_node)] == []


def test_the_documented_gap_is_one_item_and_the_rest_is_whole() -> None:
    items = PARSER.parse(GAPS.read_bytes()).root_node.named_children
    broken = [item for item in items if item.has_error]
    assert [item.type for item in broken] == ["function_item"]
    assert items[-1].type == "function_item" and items[-1] not in broken


@pytest.mark.parametrize("options", [('--cfg=feature="jitter"',), (), ('--cfg=feature="jitter"', "--test")])
def test_what_needs_only_std_compiles_without_a_warning(options: tuple[str, ...], tmp_path: Path) -> None:
    modules = {name: CRATE / f"src/{name}.rs" for name in STD_ONLY}
    assert _rustc(_library(tmp_path, modules), *options, "-Dwarnings") == ""


def test_what_is_odd_compiles_all_the_same(tmp_path: Path) -> None:
    modules = {path.stem: path for path in SOURCES if path.parent.name == "odd"}
    assert len(modules) >= 10
    assert _rustc(_library(tmp_path, modules), "-Awarnings") == ""


def test_the_manifest_and_the_library_name_what_is_there() -> None:
    manifest = tomllib.loads((CRATE / "Cargo.toml").read_text("utf-8"))
    assert manifest["package"]["license"] == "MIT" and (CRATE / "LICENSE").is_file()
    modules = re.findall(r"^pub mod (\w+);", (CRATE / "src/lib.rs").read_text("utf-8"), re.MULTILINE)
    files = {path.stem for path in (CRATE / "src").glob("*.rs")} - {"lib", "main"}
    assert set(modules) == files
    used = {
        word for path in SOURCES for word in re.findall(r"^use (\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    outside = used - {"std", "core", "crate", "super", "hookline"}
    assert outside == set(manifest["dependencies"])


def test_every_file_is_text_with_line_feeds() -> None:
    for path in SOURCES:
        data = path.read_bytes()
        assert SourceFile.of(_name(path), data).obstacle == ""
        assert b"\r" not in data and data.endswith(b"\n") and not data.endswith(b"\n\n")


def test_no_editor_has_tidied_what_is_odd() -> None:
    words = (CRATE / "src/odd/words.rs").read_text("utf-8")
    assert all(character in words for character in "\t\u0301\u200b\u200d\ufe0f\u3000\u05e9")
    lines = (CRATE / "src/odd/lines.rs").read_bytes()
    assert b"{   \n" in lines and max(map(len, lines.splitlines())) > 4_000


def test_git_leaves_the_bytes_alone_and_unites_journals() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nobody asked git what it would do to the files")

    def attribute(name: str, path: str) -> str:
        command = ["git", "check-attr", name, "--", path]
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        return answer.strip().rsplit(": ", 1)[1]

    assert attribute("text", "app/project/bundled/crate/src/odd/words.rs") == "unset"
    assert attribute("text", "tests/export/golden/chatml.jsonl") == "unset"
    assert attribute("merge", "datasets/any.jsonl") == "union"
    assert attribute("text", "app/cli/main.py") == "unspecified"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_awkward_file_is_what_it_says(case: Awkward) -> None:
    assert bool(SourceFile.of(f"{case.name}.rs", case.data).obstacle) is not case.annotatable, case.why
    assert PARSER.parse(case.data).root_node.has_error is not case.parses, case.why


def test_awkward_files_cover_what_mangles_them() -> None:
    assert len(AWKWARD) == len(CASES)
    together = b"".join(case.data for case in CASES if case.annotatable)
    for needle in (
        b"\r\n",
        b"\r",
        b"\f",
        b"\x1b[2J",
        b"\x1b]52;",
        b"\x1b]8;",
        b"\x07",
        b"\x08",
        b"\x7f",
        b"[/",
    ):
        assert needle in together
    for character in "\x85\x9b\u2028\u2029\u200d\u202e\u2066\ufeff\u0301":
        assert character.encode() in together
    assert max(len(line) for line in AWKWARD["long-line"].splitlines()) > 1_000_000


@pytest.mark.parametrize("lines", [0, 1, 6, 7, 1_000, 10_000])
def test_big_rust_has_exactly_the_lines_asked_for(lines: int) -> None:
    data = big_rust(lines)
    assert data.count(b"\n") == lines and (not data or data.endswith(b"\n"))
    assert data == big_rust(lines)
    assert not PARSER.parse(data).root_node.has_error


def test_big_rust_compiles(tmp_path: Path) -> None:
    root = tmp_path / "big.rs"
    root.write_bytes(big_rust(1_000))
    assert _rustc(root, "-Awarnings") == ""
