"""Globs: one reading for whoever checks them and whoever uses them, git's meaning, and never slow."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.base.globs import LONGEST, check_pattern, fits, glob_of, starred
from app.checks.reading import words_of
from app.checks.rules.topic import traits_met
from app.checks.word_lists import Phrases
from app.repository.repository import Snapshot
from app.repository.snapshot import Entry
from tests.gitfixtures import git

NAMES = st.text(st.sampled_from("ab.-[]!^z1"), min_size=1, max_size=4).filter(
    lambda name: name.strip(".") != ""
)
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
PARTS = (
    st.sampled_from(["**", "*", "*.rs", "a*", "?", "??", "[ab]", "[!a]b", "a*b*", "[a-z]", "b", "a", "ab"])
    | NAMES
)
GLOBS = st.builds(
    lambda parts, end: "/".join(parts) + end,
    st.lists(PARTS, min_size=1, max_size=5),
    st.sampled_from(["", "/", "/**"]),
)


class Listed(Snapshot):
    """A repository of which only the paths are known."""

    def __init__(self, *paths: str) -> None:
        super().__init__("", "listed")
        self._entries = {path: Entry(0o100644, "") for path in paths}


@pytest.fixture(scope="module")
def ignoring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty repository, to ask git what a `.gitignore` means."""
    root = tmp_path_factory.mktemp("ignoring")
    git(root, "init", "--quiet")
    return root


def git_means(root: Path, glob: str, paths: list[str]) -> list[bool]:
    (root / ".gitignore").write_text(f"**/{glob}\n")
    asked = ["git", "-C", str(root), "check-ignore", "--no-index", "-z", "--stdin"]
    answer = subprocess.run(asked, input="\0".join(paths).encode(), capture_output=True, check=False)
    assert answer.returncode in (0, 1), answer.stderr
    told = answer.stdout.decode().split("\0")
    return [path in told for path in paths]


@settings(max_examples=150)
@given(GLOBS, st.lists(PATHS, min_size=1, max_size=12, unique=True))
def test_a_glob_of_files_means_what_it_means_to_git(ignoring: Path, glob: str, paths: list[str]) -> None:
    try:
        found = glob_of(glob)
    except ValueError:
        return
    # What is not closed within a name is a plain [ here, and nothing at all, or a class over a slash, to git.
    assume(not any("[" in re.sub(r"\[[!^]?+\]?+[^]]*\]", "", part) for part in glob.split("/")))
    assert [found.fits(path.split("/")) for path in paths] == git_means(ignoring, glob, paths)


@pytest.mark.parametrize(
    ("glob", "path", "meant"),
    [
        ("src", "src/a.rs", True),
        ("src/", "src", False),
        ("src/", "src/a.rs", True),
        ("src/**", "src/a/b.rs", True),
        ("src/**", "src", False),
        ("a/**/b.rs", "a/b.rs", True),
        ("a/**/b.rs", "x/a/y/z/b.rs", True),
        ("a/*/b.rs", "a/b.rs", False),
        ("*.rs", "a/b.rs", True),
        ("a*.rs", "a/b.rs", False),
        ("[!a].rs", "b.rs", True),
        ("[^a].rs", "a.rs", False),
        ("[^a].rs", "b.rs", True),
        ("./src//a.rs", "src/a.rs", True),
        ("a[b.rs", "a[b.rs", True),
        ("1:x.rs", "src/1:x.rs", True),
        ("#x.rs", "#x.rs", True),
        ("-x.rs", "-x.rs", True),
        ("**", "a.rs", True),
        ("**/**/a.rs", "a.rs", True),
        ("**/", "a.rs", False),
        ("**/", "x/a.rs", True),
        ("src/**/", "src/a.rs", False),
        ("src/**/", "src/x/a.rs", True),
        ("a/**/a/**/b", "a/a/a/b", True),
        ("a/b", "a/b/c.rs", True),
        ("A.rs", "a.rs", False),
    ],
)
def test_what_globs_mean(glob: str, path: str, meant: bool) -> None:
    assert glob_of(glob).fits(path.split("/")) is meant
    assert Listed(path).match([glob], "") == ((path,) if meant else ())


@pytest.mark.parametrize(
    ("glob", "why"),
    [
        ("src/[z-a].rs", "has a range that runs backwards: z-a"),
        ("[!z-a]", "runs backwards"),
        ("[0-9b-a]x", "runs backwards: b-a"),
        ("*" * 501, "at most 500 characters, not 501"),
        ("C:/x.rs", "drive letter"),
        ("/x", "repository's root"),
        ("~/x", "repository's root"),
        ("!x", "must not begin with !"),
        (":(top)x", "must not begin with :"),
        ("a/../b", "must not leave"),
        ("a\\b", "must use /"),
        ("a\x9bb", "control characters"),
        ("\n", "must not be empty"),
        ("", "must not be empty"),
    ],
)
def test_what_no_glob_is_is_refused_in_words_wherever_it_is_given(glob: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        glob_of(glob)
    with pytest.raises(ValueError, match="glob") as told:
        Listed("a.rs").match([glob])
    assert str(told.value).isprintable() and len(str(told.value)) < 500


@given(st.text(max_size=30) | st.text("*?[]!^-a/z.", max_size=20))
def test_whatever_is_read_can_be_used(text: str) -> None:
    try:
        found = glob_of(text)
    except ValueError:
        return
    found.fits(["a", "z-", "a.rs"])
    fits("impl A<'a>::z", check_pattern(text))


STARS = (
    "*a" * 249,
    "*" * LONGEST,
    "?*" * 249 + "b",
    "**/" * 166,
    "*a/" * 166,
    "**/*a" * 100,
    "[ab]*" * 100,
    "*a*b" * 124,
)
LONG = ("a" * 255, "ab" * 127, "/".join(["a" * 50] * 200), "/".join("a" * 2_000), "/".join(["a" * 255] * 16))


@pytest.mark.parametrize("pattern", STARS, ids=range(len(STARS)))
def test_no_glob_takes_more_steps_than_its_length_times_the_paths(pattern: str) -> None:
    """Each of these took the standard way for it minutes, or had no end."""
    found = glob_of(pattern)
    asked = 0

    def counted(step: object) -> object:
        def ask(name: str) -> object:
            nonlocal asked
            asked += 1
            assert callable(step)
            return step(name)

        return step and ask

    slow = type(found)(found.text, tuple(counted(step) for step in found.steps))  # type: ignore[misc]
    for path in LONG:
        parts = path.split("/")
        asked = 0
        slow.fits(parts)
        assert asked <= len(found.steps) * len(parts)
        fits(path, pattern)
        fits(path + "c", check_pattern(pattern))


@pytest.mark.parametrize(
    "phrase",
    ["b" + "*a" * 90, "b" + "*" * 190, "ba" + " " * 190 + "c", " ".join(["b*a*a*a*a*a*a*a*a*a*a"] * 8)],
)
def test_no_phrase_of_a_spec_can_be_made_slow(phrase: str) -> None:
    for text in ("b" + "a" * 3_000, "ba" + "-" * 3_000, ("b" + "a" * 500 + " ") * 9, "ba" + " " * 3_000):
        list(Phrases((phrase + "!",)).at(text, words_of(text)))
        traits_met(text, ("Delays",), {"Delays": (phrase + "!",)})


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("delv*", "we delved deep", "delved"),
        ("de*ve", "we delve deep", "delve"),
        ("d*l*d", "we delved deep", "delved"),
        ("d*ed", "needed, derided ", "derided"),
        ("d*e*ed", "dexd decided", "decided"),
        ("in  the* end", "in\n theta end.", "in\n theta end"),
        ("*", "word", "word"),
        ("a.b*", "a.bc axbc", "a.bc"),
    ],
)
def test_stars_in_phrases_take_what_they_took(phrase: str, text: str, found: str) -> None:
    pattern = re.compile(r"(?<!\w)" + starred(phrase, r"\w", r"\s+") + r"(?!\w)")
    assert [match[0] for match in pattern.finditer(text)] == [found]


@given(
    st.lists(st.text("ab*", min_size=1, max_size=6), min_size=1, max_size=3).map(" ".join),
    st.text("ab ", max_size=14),
)
def test_a_phrase_is_found_where_the_plain_expression_finds_it(phrase: str, text: str) -> None:
    plain = r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in phrase.split())
    ours = starred(phrase, r"\w", r"\s+")
    for end in (r"(?!\w)", ""):
        found = [bool(re.compile(rf"(?<!\w){one}{end}").search(text)) for one in (plain, ours)]
        assert found[0] == found[1]
