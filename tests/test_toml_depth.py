"""TOML that is nested beyond use is refused before it is read: it took seconds of every command."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.toml_lines import DEEPEST, TooDeepError, check_depth, loads
from app.errors import SourceError, SpecError
from app.project import marker as projectfile
from app.project.topics.claims import dependencies
from app.project.topics.spec import load_spec
from app.project.topics.titles import spec_titles
from app.repository.crates import crate_of, licence_of
from app.repository.index.modules import _crate_name
from app.repository.repository import Snapshot
from app.repository.snapshot import Entry, SourceBytes
from app.repository.sources import map_file, mappings
from app.settings import person as settings

DEEP = 5_000
NESTED = {
    "header": "[" + "a." * DEEP + "a]\n",
    "headers": "[[" + "a." * DEEP + "a]]\n",
    "key": "a." * DEEP + "a = 1\n",
    "spaced key": "a . " * DEEP + "a = 1\n",
    "quoted key": '"a".' * DEEP + "a = 1\n",
    "literal key": "'a'." * DEEP + "a = 1\n",
    "lists": "a = " + "[" * DEEP + "]" * DEEP + "\n",
    "tables": "a = " + "{ a = " * DEEP + "1" + " }" * DEEP + "\n",
    "unclosed": "a = " + "[" * DEEP,
}


@pytest.mark.parametrize("name", NESTED)
def test_what_is_nested_too_deeply_is_told_with_its_line_before_it_is_read(name: str) -> None:
    with pytest.raises(TooDeepError) as told:
        check_depth(f'# [[[\ntitle = """[\n[" """\n{NESTED[name]}')
    assert told.value.line == 4


@pytest.mark.parametrize("depth", [DEEPEST - 1, DEEPEST])
def test_as_deep_as_is_allowed_is_read(depth: int) -> None:
    assert loads("a = " + "[" * depth + "]" * depth)
    assert loads("a." * (depth - 1) + "a = 1")
    assert loads("[" + "a." * (depth - 1) + "a]")
    for text in ("a = " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "a." * DEEPEST + "a = 1"):
        with pytest.raises(TooDeepError):
            loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "a = '" + "[" * 99 + "'",
        'a = "' + "[" * 99 + r'\""',
        'a = """' + "[\n" * 99 + '"""',
        "a = '''" + "[\n" * 99 + "'''",
        'a = """' + "[" * 99 + '"""""',
        "# " + "[" * 99 + "\na = 1",
        "a = '" + "a." * 99 + "'",
        "a = [" + "[1], " * 99 + "]",
        "\n".join(f"a{n} = [1]" for n in range(99)),
        "a = [ # [[[\n" + "1, # [\n" * 99 + "]",
        '"a.' + "b." * 99 + '" = 1',
    ],
)
def test_what_only_looks_nested_is_read(text: str) -> None:
    assert loads(text) == tomllib.loads(text)


@given(st.text("\"'[]{}#=.\\\n a1", max_size=60))
def test_any_text_is_read_as_the_library_reads_it(text: str) -> None:
    try:
        meant = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(tomllib.TOMLDecodeError):
            loads(text)
    else:
        assert loads(text) == meant


ODD = (
    '"' * 300_001,
    '"""\\' * 60_000,
    "'" * 300_001,
    '"\\' * 200_000,
    "a" * 900_000,
    "a " * 400_000,
    "a. " * 31 + "\n",
)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_no_text_makes_the_look_itself_slow(odd: str) -> None:
    """Each has some way of beginning a string, or a key, again and again; a look that starts anew has no end here."""
    check_depth(odd)


class Crate(Snapshot):
    """A repository with one manifest."""

    def __init__(self, manifest: str) -> None:
        super().__init__("", "crate")
        self._manifest = manifest
        self._entries = {"Cargo.toml": Entry(0o100644, ""), "src/lib.rs": Entry(0o100644, "")}

    def _read(self, path: str, entry: Entry) -> SourceBytes:
        return SourceBytes(self._manifest.encode(), None)


@pytest.mark.parametrize("text", [*NESTED.values(), f"a = {'9' * 9_000}\n"], ids=[*NESTED, "number"])
def test_every_reader_of_toml_says_so_or_does_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    path = tmp_path / "retry.toml"
    path.write_text(text)
    with pytest.raises(SpecError, match="nested too deeply"):
        load_spec(path)
    assert [bool(one.problem) for one in spec_titles(tmp_path)] == [True]
    (wrong,) = settings.read(path)[1]
    (amiss,) = projectfile.read(path)[1]
    assert "deep" in wrong.text and "deep" in amiss.text
    map_file().parent.mkdir(parents=True, exist_ok=True)
    map_file().write_text(text)
    with pytest.raises(SourceError, match="cannot be read"):
        mappings()
    assert dependencies(text.encode()) == set()
    crate = Crate(text)
    assert _crate_name(crate, "Cargo.toml") == ""
    assert crate_of(crate, "src/lib.rs") is None
    assert licence_of(crate, "src/lib.rs").expression is None
