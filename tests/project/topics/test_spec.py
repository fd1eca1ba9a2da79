"""Topics' specs: what is read, what is refused, and how a mistake is told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from app.base.text import printable
from app.base.toml_lines import key_lines, line_of
from app.errors import SpecError
from app.project.bundled import crate_dir, specs_dir
from app.project.topics.spec import Spec, field_help, load_spec, load_specs, nearest_key
from app.project.topics.spec_toml import toml_text
from app.project.topics.titles import spec_titles

ROOT = Path(__file__).resolve().parents[3]

GOOD = """\
title = "Merging"
sources = ["src/merge.rs"]
crates = ["tokio"]
system = "You merge."
output = "merging.jsonl"
guidelines = '''
# Hello
'''
[repository]
url = "https://example.org/larkspur.git"
branch = "main"
[target]
min = 3
max = 5
"""


def write(folder: Path, text: str, name: str = "merging.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str, name: str = "merging.toml") -> str:
    with pytest.raises(SpecError) as caught:
        load_spec(write(folder, text, name))
    return caught.value.what.replace(str(folder), "")


def test_a_spec_is_read(tmp_path: Path) -> None:
    spec = load_spec(write(tmp_path, GOOD))
    assert spec.repository.url == "https://example.org/larkspur.git"
    assert (spec.repository.branch, spec.repository.commit) == ("main", None)
    assert (spec.target.min, spec.target.max) == (3, 5)
    assert spec.sources == ("src/merge.rs",)
    assert (spec.reviews, spec.imports, spec.allow_tests, spec.practice) == (1, "whole", False, False)
    assert spec.guidelines == "# Hello\n"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "merging.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_spec(path).title == "Merging"


def test_a_spec_cannot_be_changed(tmp_path: Path) -> None:
    spec = load_spec(write(tmp_path, GOOD))
    with pytest.raises(ValueError, match="frozen"):
        spec.title = "Other"


def test_an_unknown_key_is_told_with_its_line_and_the_nearest_key(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD.replace('crates = ["tokio"]', 'crate = ["tokio"]'))
    assert said == "/merging.toml:3: crate: there is no such key; did you mean crates?"


def test_an_unknown_key_in_a_table_is_compared_with_that_table(tmp_path: Path) -> None:
    said = refusal(tmp_path, GOOD.replace("max = 5", "max = 5\nmaximum = 6"))
    assert said == "/merging.toml:15: target.maximum: there is no such key; did you mean max?"


def test_every_mistake_is_told_in_the_order_of_lines(tmp_path: Path) -> None:
    text = GOOD.replace('title = "Merging"', "title = 7").replace("min = 3", 'min = "three"')
    text = text.replace('system = "You merge."\n', "")
    said = refusal(tmp_path, text).split("\n")
    assert said == [
        "/merging.toml:1: system: is missing",
        "/merging.toml:1: title: must be text in quotes (it is 7)",
        "/merging.toml:12: target.min: must be a whole number (it is 'three')",
    ]


def test_an_entry_of_a_list_has_its_own_line(tmp_path: Path) -> None:
    text = GOOD.replace(
        '["src/merge.rs"]', '[\n  "src/merge.rs", # this one is fine: [\n  "../secret.rs",\n]'
    )
    said = refusal(tmp_path, text)
    assert said.startswith("/merging.toml:4: sources, entry 2: must not leave the repository with ..")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("title = \n", ":1:9: not valid TOML: Invalid value"),
        ('title = "a"\ntitle = "b"\n', ":2:"),
        ('title = "a\n', ":1:11: not valid TOML"),
        ("title = '''a\nb\n", ":2: not valid TOML"),
        ("a = " + "[" * 5000, "nested too deeply"),
        ("a = " + "9" * 5000, "numbers too long"),
    ],
)
def test_broken_toml_is_told_with_line_and_column(tmp_path: Path, text: str, where: str) -> None:
    assert where in refusal(tmp_path, text)


@pytest.mark.parametrize(
    "name",
    [
        "../x.jsonl",
        "a/b.jsonl",
        "a\\\\b.jsonl",
        ".x.jsonl",
        "-x.jsonl",
        "x.json",
        "x.jsonl ",
        ".jsonl",
        "a b.jsonl",
        "C:x.jsonl",
        "x\\u0007.jsonl",
        "x\\n.jsonl",
        "/x.jsonl",
        "y" * 300 + ".jsonl",
        "",
    ],
)
def test_an_output_that_is_no_bare_name_is_refused(tmp_path: Path, name: str) -> None:
    said = refusal(tmp_path, GOOD.replace("merging.jsonl", name))
    assert said.startswith("/merging.toml:5: output: ")


@pytest.mark.parametrize(
    "glob",
    [
        "/etc/*.rs",
        "../*.rs",
        "a/../../b.rs",
        "C:/a.rs",
        "a\\\\b.rs",
        "~/a.rs",
        "!a.rs",
        ":(top)a.rs",
        "",
        " ",
    ],
)
@pytest.mark.parametrize("key", ["sources", "related"])
def test_a_glob_that_leaves_the_repository_is_refused(tmp_path: Path, key: str, glob: str) -> None:
    text = f'{key} = ["{glob}"]\n' + (
        GOOD if key == "related" else GOOD.replace('sources = ["src/merge.rs"]\n', "")
    )
    assert refusal(tmp_path, text).startswith(f"/merging.toml:1: {key}, entry 1: ")


@pytest.mark.parametrize(
    "url", ["--upload-pack=x", "ext::sh -c id", "ftp://h/x", "https://me:pw@h/x", "sample:other", ""]
)
def test_a_repository_that_git_must_not_be_given_is_refused(tmp_path: Path, url: str) -> None:
    said = refusal(tmp_path, GOOD.replace("https://example.org/larkspur.git", url))
    assert said.startswith("/merging.toml:10: repository.url: ")
    assert "pw@h" not in said or "password" in said


@pytest.mark.parametrize(
    "url", ["sample:webhook", "../larkspur", "git@example.org:larkspur.git", "ssh://git@h/x", "/srv/x"]
)
def test_a_repository_may_be_a_url_a_path_or_the_sample(tmp_path: Path, url: str) -> None:
    text = GOOD.replace("https://example.org/larkspur.git", url)
    assert load_spec(write(tmp_path, text)).repository.url == url


def test_a_commit_is_a_full_id_and_stands_alone(tmp_path: Path) -> None:
    short = GOOD.replace('branch = "main"', 'commit = "4fc0cfb"')
    assert ":11: repository.commit: must be a full commit id" in refusal(tmp_path, short)
    both = GOOD.replace('branch = "main"', f'branch = "main"\ncommit = "{"a" * 40}"')
    assert "give commit or branch, not both" in refusal(tmp_path, both)


@pytest.mark.parametrize("name", ["-x", "a b", "a..b", "a.lock", "a/", "a^", "a@{1}", "a\\\\b"])
def test_a_branch_that_git_could_misread_is_refused(tmp_path: Path, name: str) -> None:
    assert "repository.branch" in refusal(tmp_path, GOOD.replace('"main"', f'"{name}"'))


def test_the_target_has_an_order(tmp_path: Path) -> None:
    assert refusal(tmp_path, GOOD.replace("min = 3", "min = 9")) == (
        "/merging.toml:12: target: max (5) must not be below min (9)"
    )
    assert "target.min" in refusal(tmp_path, GOOD.replace("min = 3", "min = true"))


def test_errors_never_hold_a_control_character(tmp_path: Path) -> None:
    bad = GOOD.replace('title = "Merging"', 'title = "\\u001b[31mred\\u0007\\u202e"\n"\\u001b]0;x" = 1')
    broken = 'title = "a\x1b[2J"\n'
    for text in (bad, broken):
        said = refusal(tmp_path, text)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", said), ascii(said)
    assert "\\x1b" in refusal(tmp_path, bad)


@pytest.mark.parametrize("name", ["Upper.toml", "a b.toml", "-x.toml", "ä.toml", "x.json", "a\x1bb.toml"])
def test_a_file_whose_name_cannot_name_a_topic_is_refused(tmp_path: Path, name: str) -> None:
    said = refusal(tmp_path, GOOD, name)
    assert "cannot name a topic" in said
    assert "\x1b" not in said


def test_files_that_cannot_be_read_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "latin.toml").write_bytes(b'title = "x"\nsystem = "caf\xe9"\n')
    (tmp_path / "huge.toml").write_bytes(b"#" * 1_000_001)
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nowhere")
    errors = load_specs(tmp_path)[1]
    assert errors["folder"].what.endswith("folder.toml is not a file")
    assert "latin.toml:2: byte 0xe9 (byte 25 of the file) is not UTF-8" in errors["latin"].what
    assert errors["huge"].what.endswith("is larger than 1,000,000 bytes")
    assert errors["gone"].what.endswith("does not exist")


def test_a_bad_spec_hides_no_good_one(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, "title = ", "broken.toml")
    write(tmp_path, "not a spec", ".merging.toml.swp")
    specs, errors = load_specs(tmp_path)
    assert list(specs) == ["merging"]
    assert list(errors) == ["broken"]
    with pytest.raises(SpecError, match="cannot list the specs"):
        load_specs(tmp_path / "nowhere")


def test_an_output_belongs_to_its_namesake_or_to_the_first(tmp_path: Path) -> None:
    for name in ("aa", "merging", "zz"):
        write(tmp_path, GOOD, f"{name}.toml")
    specs, errors = load_specs(tmp_path)
    assert list(specs) == ["merging"]
    assert "aa.toml:5: output: merging.jsonl is already the output of merging.toml" in errors["aa"].what
    # Some file systems take these two names for one file.
    write(tmp_path, GOOD.replace("merging.jsonl", "Merging.jsonl"), "zz.toml")
    assert "zz" in load_specs(tmp_path)[1]


def test_titles_are_listed_without_pydantic(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, "practice = true\ntitle = '\u202etfel'\ntarget.min = 'x'\n", "loose.toml")
    write(tmp_path, "title = ", "broken.toml")
    program = (
        "import sys, json; from pathlib import Path; from app.project.topics.titles import spec_titles\n"
        "found = spec_titles(Path(sys.argv[1]))\n"
        "print(json.dumps([found, [m for m in ('pydantic', 'textual', 'rich', 'tomlkit') if m in sys.modules]]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    titles, loaded = json.loads(answer.stdout)
    assert loaded == []
    broken, loose, merging = titles
    assert merging == ["merging", "Merging", 3, 5, False, ""]
    assert loose == ["loose", "\\u202etfel", 0, 0, True, ""]
    assert broken[1] == "broken"
    assert "broken.toml:1: not valid TOML" in broken[5]


def test_titles_and_specs_say_the_same_of_what_is_shipped() -> None:
    specs, errors = load_specs(specs_dir())
    assert not errors
    for topic, title, minimum, maximum, practice, problem in spec_titles(specs_dir()):
        spec = specs[topic]
        assert (title, minimum, maximum, practice) == (
            spec.title,
            spec.target.min,
            spec.target.max,
            spec.practice,
        )
        assert not problem


def test_the_practice_topic_reads_the_crate_that_comes_along() -> None:
    practice = load_specs(specs_dir())[0]["practice"]
    assert practice.practice
    assert practice.repository.url == "sample:webhook"
    assert all((crate_dir() / path).is_file() for path in practice.sources)


def test_every_key_has_a_line_of_help_and_a_place_in_the_reference() -> None:
    reference = (ROOT / "docs" / "spec-reference.md").read_text(encoding="utf-8")
    told = dict(field_help())
    assert {"title", "repository.commit", "target.max"} <= set(told)
    assert set(Spec.model_fields) <= set(told)
    for key, text in told.items():
        assert text.endswith("."), key
        assert f"`{key}`" in reference, key
        assert text in reference, f"{key}: the reference tells it in other words than the code"


def test_the_references_example_is_a_spec(tmp_path: Path) -> None:
    reference = (ROOT / "docs" / "spec-reference.md").read_text(encoding="utf-8")
    example = re.findall(r"```toml\n(.*?)```", reference, re.DOTALL)[0]
    spec = load_spec(write(tmp_path, example))
    unused = {key for key in Spec.model_fields if key not in spec.model_fields_set}
    assert not unused, "the example shows every key"


@pytest.mark.parametrize(
    ("typed", "meant"), [("sorces", "sources"), ("request-examples", "request_examples"), ("xyzzy", "")]
)
def test_the_nearest_key(typed: str, meant: str) -> None:
    assert nearest_key(typed) == meant


TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)
KEYS = st.text(alphabet="abcXYZ019_-", min_size=1, max_size=8)
VALUES = st.recursive(
    TEXTS | st.integers(-(2**40), 2**40) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in leaves(inner, (*path, key))]
    if isinstance(value, list):
        return [found for at, inner in enumerate(value) for found in leaves(inner, (*path, at))]
    return [path]


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_every_key_of_a_toml_text_is_found_on_its_line(value: dict[str, Any]) -> None:
    text = tomlkit.dumps(value)
    assert tomllib.loads(text) == value
    found = key_lines(text)
    lines = text.split("\n")
    for path in leaves(value):
        assert path in found
        named = [part for part in path if isinstance(part, str)]
        if path[-1] == named[-1]:
            assert str(named[-1]) in lines[found[path] - 1]
    assert line_of(found, ("no such", "key")) == 1


def test_keys_behind_multi_line_texts_and_comments_have_the_right_line() -> None:
    text = 'a = """\nb = 1 # "\n\\"""" # c = 2\nc = 3\n[[t]]\nx = 1\n[[t]]\n'
    text += "x.y = [ # [\n  1,\n  { z = 2 } ]\n\"q.r\" = ''''x'''\n"
    assert tomllib.loads(text)["t"][1]["x"]["y"] == [1, {"z": 2}]
    found = key_lines(text)
    assert {found[("a",)], found[("c",)], found[("t",)]} == {1, 4, 5}
    assert found[("t", 1, "x", "y")] == 8
    assert found[("t", 1, "x", "y", 1, "z")] == 10
    assert found[("t", 1, "q.r")] == 11


PROSE = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.sampled_from("\n\t'\"\\"),
    max_size=60,
)
LINES = st.lists(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(
        str.strip
    ),
    max_size=5,
)


@given(PROSE.filter(str.strip), PROSE, LINES)
def test_what_is_written_as_toml_is_read_back(system: str, guidelines: str, traits: list[str]) -> None:
    fields = tomllib.loads(GOOD) | {"system": system, "guidelines": guidelines, "traits": tuple(traits)}
    text = toml_text(fields, {})
    assert Spec.model_validate(tomllib.loads(text)) == Spec.model_validate(fields)


@given(st.text(max_size=300))
def test_printable_text_is_printable_and_short(text: str) -> None:
    shown = printable(text, 50)
    assert len(shown) <= 51
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    if text.isascii() and text.isprintable() and len(text) <= 50:
        assert shown == text


# How records are reviewed.


def test_reviewing_is_open_to_everybody_unless_the_spec_says_otherwise(tmp_path: Path) -> None:
    review = load_spec(write(tmp_path, GOOD)).review
    assert (review.blind, review.own, review.minimum_seconds) == (False, False, 0)
    assert (review.assign, review.reviewers, review.overlap) == ("all", (), 0)


def test_a_review_table_is_read(tmp_path: Path) -> None:
    table = '[review]\nblind = true\nassign = "round-robin"\nreviewers = ["Ada", "Bob"]\noverlap = 10\n'
    review = load_spec(write(tmp_path, f"{GOOD}\n{table}")).review
    assert (review.blind, review.assign, review.reviewers) == (True, "round-robin", ("Ada", "Bob"))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("blinded = true", "review.blinded: there is no such key; did you mean blind?"),
        ('assign = "rota"', "review.assign: must be one of all, round-robin, file, share (it is 'rota')"),
        ('assign = "file"', "review: assign = 'file' needs reviewers: a list of names"),
        ('reviewers = ["Ada", "Ada"]', "review.reviewers: 'Ada' stands there twice"),
        ('reviewers = ["Ada "]', "review.reviewers: 'Ada ' has white space around it"),
        ("minimum_seconds = -1", "review.minimum_seconds: Input should be greater than or equal to 0"),
        ("overlap = 101", "review.overlap: Input should be less than or equal to 100"),
    ],
)
def test_a_wrong_review_table_is_told(tmp_path: Path, table: str, said: str) -> None:
    assert said in refusal(tmp_path, f"{GOOD}\n[review]\n{table}\n")


def test_fewer_reviewers_than_accepts_is_told(tmp_path: Path) -> None:
    text = f'reviews = 2\n{GOOD}\n[review]\nassign = "share"\nreviewers = ["Ada"]\n'
    said = refusal(tmp_path, text)
    assert "review: reviewers has 1 name, but reviews = 2: no record could be accepted" in said
