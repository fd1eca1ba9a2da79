"""What the checks are told of a record: its block beside the code it was taken from."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checks import check_record
from app.checks.findings import Context, Texts
from app.checks.running import Code, Library, spec_context, with_code
from app.project.project import Project, init_project
from app.project.topics.spec import Spec
from app.records.blocks import Piece, compose, pieces_of
from app.records.events import Block, Effort, Role, Span
from app.repository.repository import open_repository
from tests.gitfixtures import commit, make_repo

MANIFEST = b'[package]\nname = "waits"\nlicense = "MIT"\n[dependencies]\ntokio = "1"\nrand = "0.8"\nserde-json = "1"\n'
LIB = """\
use std::collections::HashMap;
use std::fmt::{self, Debug};
use rand::Rng;
use tokio::time::{sleep, Duration};

/// Counts ⏳ waits.
#[derive(Debug)]
pub struct Counter {
    seen: HashMap<String, u64>,
}

impl Counter {
    /// One more.
    #[inline]
    pub fn count(&mut self, name: String) -> Duration {
        let met = self.seen.entry(name).or_default();
        *met += 1;
        Duration::from_secs(*met)
    }
}

pub async fn pause(counter: &mut Counter) {
    sleep(counter.count("é".to_owned())).await
}

#[cfg(test)]
mod tests {
    fn it_counts() {}
}
""".encode()
OTHER = b"pub struct Elsewhere { field_of_it: u8 }\n"
READ = "pub async fn length(from: &mut Source) -> u16 {\n    from.read_u16().await.unwrap_or(0)\n}"
READS = f"use tokio::io::AsyncReadExt;\n\n{READ}\n".encode()
STEP_ERROR = "pub enum StepError {\n    Missed,\n}"
STEP = "pub fn step() -> Result<(), StepError> {\n    Err(StepError::Missed)\n}"
FILES = {
    "Cargo.toml": MANIFEST,
    "src/fails.rs": f"{STEP_ERROR}\n\n{STEP}\n".encode(),
    "src/lib.rs": LIB,
    "src/other.rs": OTHER,
    "src/reads.rs": READS,
    "examples/a.rs": b"fn main() {}\n",
}
Chosen = tuple[str, Role]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    path = tmp_path_factory.mktemp("waits")
    return path, make_repo(path, FILES)


def spec(path: Path, **more: object) -> Spec:
    fields: dict[str, object] = {
        "title": "Waits",
        "repository": {"url": str(path)},
        "sources": ["src/lib.rs"],
        "related": ["src/other.rs"],
        "crates": ["tokio"],
        "system": "You wait.",
        "output": "waits.jsonl",
        "target": {"min": 1, "max": 2},
    }
    return Spec.model_validate(fields | more)


def block(
    repository: tuple[Path, str], *chosen: Chosen, data: bytes = b"", path: str = "src/lib.rs"
) -> Block:
    """A block of the texts that are given, each found in the file; `data`: what it holds, if not the usual."""
    data = data or FILES[path]
    spans = []
    for number, (text, role) in enumerate(chosen):
        raw = text.encode()
        start = data.index(raw)
        digest = hashlib.sha256(raw).hexdigest()
        joint = "\n\n" if number else ""
        spans.append(
            Span(
                path=path,
                start=start,
                end=start + len(raw),
                role=role,
                item="x",
                sha256=digest,
                joint=joint,
            )
        )
    text = "\n\n".join(text for text, _ in chosen)
    return Block(repository=str(repository[0]), commit=repository[1], spans=tuple(spans), text=text)


def between(first: str, last: str) -> str:
    """The part of the file from one text to the end of another."""
    text = LIB.decode()
    start = text.index(first)
    return text[start : text.index(last, start) + len(last)]


COUNT = between("impl Counter {", "\n}")
PAUSE = between("pub async fn pause", "\n}")
STRUCT = between("/// Counts", "\n}")


def context(
    repository: tuple[Path, str], *chosen: Chosen, path: str = "src/lib.rs", **more: object
) -> Context:
    code = Code(open_repository(repository[0]).snapshot(repository[1]))
    made, topic = block(repository, *chosen, path=path), spec(repository[0], **more)
    return with_code(spec_context(topic, made), topic, made, code)


def test_a_whole_item_is_whole_and_one_without_its_lead_is_bare(repository: tuple[Path, str]) -> None:
    whole = context(repository, (STRUCT, "main"))
    assert ([span.whole for span in whole.spans or ()], whole.bare_items) == ([True], ())
    for begins in ("#[derive(Debug)]", "pub struct Counter"):
        bare = context(repository, (between(begins, "\n}"), "main"))
        assert ([span.whole for span in bare.spans or ()], bare.bare_items) == ([True], ("x",))
    for part in ("seen: HashMap<String, u64>,\n}", "*met += 1;", between("pub struct", "u64>,")):
        piece = context(repository, (part, "main"))
        assert ([span.whole for span in piece.spans or ()], piece.bare_items) == ([False], ())


def test_two_items_taken_as_one_range_are_whole(repository: tuple[Path, str]) -> None:
    (span,) = context(repository, (between("/// Counts", "(*met)\n    }\n}"), "main")).spans or ()
    assert span.whole


def test_places_in_the_block_are_characters(repository: tuple[Path, str]) -> None:
    first, second = context(repository, (STRUCT, "main"), (PAUSE, "helper")).spans or ()
    assert (first.start, first.end) == (0, len(STRUCT))
    assert (second.start, second.end) == (len(STRUCT) + 2, len(STRUCT) + 2 + len(PAUSE))


def test_imports_that_are_missing_and_unused_are_told_as_written(repository: tuple[Path, str]) -> None:
    found = context(repository, (PAUSE, "main"))
    assert (found.missing_imports, found.unused_imports) == (("use tokio::time::{sleep, Duration};",), ())
    found = context(
        repository,
        ("use rand::Rng;", "import"),
        ("use tokio::time::{sleep, Duration};", "import"),
        (PAUSE, "main"),
    )
    assert (found.missing_imports, found.unused_imports) == ((), ("use rand::Rng;",))
    every = context(repository, ("use rand::Rng;", "import"), (PAUSE, "main"), imports="all")
    assert every.unused_imports == ()


def test_a_block_with_every_import_of_its_file_holds_them_as_context(repository: tuple[Path, str]) -> None:
    imports: list[Chosen] = [(line, "import") for line in LIB.decode().split("\n")[:4]]
    found = context(repository, *imports, (PAUSE, "main"))
    assert (found.missing_imports, found.unused_imports) == ((), ())
    but_one = context(repository, *imports[:1], *imports[2:], (PAUSE, "main"))
    assert but_one.unused_imports == (imports[0][0], imports[2][0])


def test_a_topic_that_asks_for_every_import_hears_how_many_are_left_out(repository: tuple[Path, str]) -> None:
    found = context(repository, (PAUSE, "main"), imports="all")
    assert found.missing_imports == ("use tokio::time::{sleep, Duration};",)
    assert found.asked_imports == 3
    hints = [f for f in check_record(Texts("", "", PAUSE), found) if f.code == "BS205"]
    assert [one.severity for one in hints] == ["warning", "hint"]
    assert "lacks 3 that its code does not name" in hints[1].message
    assert context(repository, (PAUSE, "main")).asked_imports == 0


def test_a_block_without_imports_lacks_none_where_its_topic_begins_with_none(
    repository: tuple[Path, str],
) -> None:
    assert context(repository, (PAUSE, "main"), imports="none").missing_imports == ()
    some = context(repository, ("use rand::Rng;", "import"), (PAUSE, "main"), imports="none")
    assert some.missing_imports == ("use tokio::time::{sleep, Duration};",)


def test_an_import_that_alone_explains_a_method_is_a_hint(repository: tuple[Path, str]) -> None:
    found = context(repository, (READ, "main"), path="src/reads.rs")
    assert found.likely_imports == (("use tokio::io::AsyncReadExt;", "read_u16"),)
    assert found.missing_imports == ()
    (hint,) = (f for f in check_record(Texts("", "", READ), found) if f.code == "BS205")
    assert (hint.severity, "`" in hint.message) == ("hint", False)
    held = context(
        repository, ("use tokio::io::AsyncReadExt;", "import"), (READ, "main"), path="src/reads.rs"
    )
    assert held.likely_imports == ()


ASKED = {"code_rules": ["Include error type definitions if they're specific to this module"]}


def test_an_error_type_of_the_file_that_is_returned_and_left_out_is_a_hint(
    repository: tuple[Path, str],
) -> None:
    found = context(repository, (STEP, "main"), path="src/fails.rs", **ASKED)
    assert found.error_types == ("enum StepError",)
    (hint,) = (f for f in check_record(Texts("", "", STEP), found) if f.code == "BS216")
    assert hint.severity == "hint" and "enum StepError" in hint.message
    both = context(repository, (STEP_ERROR, "helper"), (STEP, "main"), path="src/fails.rs", **ASKED)
    assert both.error_types == ()
    assert context(repository, (STEP, "main"), path="src/fails.rs").error_types == (), "nobody asks for them"


def test_a_pruned_import_that_holds_what_is_needed_is_neither(repository: tuple[Path, str]) -> None:
    path, oid = repository
    start = LIB.index(b"use tokio")
    end = LIB.index(b";", start) + 1
    cut = (LIB.index(b", Duration"), LIB.index(b"};", start))
    main = LIB.index(b"pub async fn")
    pieces = (
        Piece("src/lib.rs", start, end, "import", "use tokio", None, (cut,)),
        Piece("src/lib.rs", main, main + len(PAUSE.encode()), "main", "pause"),
    )
    composed = compose(pieces, {"src/lib.rs": LIB})
    assert composed.text.startswith("use tokio::time::{sleep};")
    assert pieces_of(composed.spans) == pieces
    made, topic = (
        Block(repository=str(path), commit=oid, spans=composed.spans, text=composed.text),
        spec(path),
    )
    code = Code(open_repository(path).snapshot(oid))
    found = with_code(spec_context(topic, made), topic, made, code)
    assert (found.missing_imports, found.unused_imports) == ((), ())


def test_crates_licence_files_and_names_are_those_of_the_commit(repository: tuple[Path, str]) -> None:
    found = context(repository, (PAUSE, "main"))
    assert set(found.crates_used or ()) == {"tokio", "rand"}
    assert found.licence == "MIT"
    assert set(found.files or ()) == {"src/lib.rs", "src/other.rs"}
    assert {"Counter", "from_secs", "met"} <= found.file_names
    assert not {"waits", "One", "more"} & found.file_names  # words of comments are no names
    assert found.known is not None
    # The first names are searched for, those that follow are looked up in what all files hold.
    for _ in range(2):
        there = {
            name: found.known(name) for name in ("field_of_it", "field_of", "Elsewhere", "main", "nowhere")
        }
        assert [name for name, known in there.items() if known] == ["field_of_it", "Elsewhere", "main"]
    assert found.known("serde_json")  # named in the manifest alone


def test_test_code_is_known_by_its_item(repository: tuple[Path, str]) -> None:
    assert context(repository, ("fn it_counts() {}", "main")).test_items == ("x",)
    assert context(repository, (PAUSE, "main")).test_items == ()


def test_bytes_are_compared_with_the_records_own_commit(repository: tuple[Path, str], tmp_path: Path) -> None:
    path = tmp_path / "clone"
    first = make_repo(path, FILES)
    second = commit(path, FILES | {"src/lib.rs": b"// moved\n" + LIB})
    made, topic = block((path, first), (PAUSE, "main")), spec(path)
    for oid, altered in ((first, ()), (second, ("src/lib.rs x",))):
        code = Code(open_repository(path).snapshot(oid))
        found = with_code(spec_context(topic, made), topic, made, code)
        assert found.altered == altered
        assert (found.crates_used is None) == bool(altered)


STRANGE = """\
fn clean() {}

fn ünïcode(a: &str) {
    met(a b);
}

pub macro pair($a:expr) {
    ($a)
}

fn later() {}
"""


@pytest.mark.parametrize(
    ("first", "last", "line", "said"),
    [
        ("fn clean", "{}", None, None),
        ("fn ünïcode", "\n}", 4, "b"),
        ("met(", ";", 4, "b"),
        ("pub macro", "\n}", 7, "pub macro pair($a:expr) {\n    ($a)\n}"),
        ("($a)\n", "}", 7, "($a)\n}"),
        ("fn later", "{}", None, None),
    ],
)
def test_a_block_that_holds_what_is_not_understood_says_where(
    tmp_path: Path, first: str, last: str, line: int | None, said: str | None
) -> None:
    """Nobody was told that the parser had given up in the very code of the record."""
    data = STRANGE.encode()
    oid = make_repo(tmp_path, FILES | {"src/lib.rs": data})
    start = STRANGE.index(first)
    taken = STRANGE[start : STRANGE.index(last, start) + len(last)]
    made, topic = block((tmp_path, oid), (taken, "main"), data=data), spec(tmp_path)
    code = Code(open_repository(tmp_path).snapshot(oid))
    told = with_code(spec_context(topic, made), topic, made, code)
    assert [(one.line, made.text[one.start : one.end]) for one in told.strange] == (
        [] if line is None else [(line, said)]
    )
    found = [one for one in check_record(Texts("Wait.", "It waits.", made.text), told) if one.code == "BS220"]
    assert len(found) == len(told.strange) and all(one.severity == "warning" for one in found)


def test_a_block_that_touches_what_is_not_understood_says_so(tmp_path: Path) -> None:
    oid = make_repo(tmp_path, FILES | {"src/lib.rs": b"fn f() {}}\n\nfn g() {}\n"})
    code = Code(open_repository(tmp_path).snapshot(oid))
    for taken, lines in (("fn f() {}", [1]), ("fn g() {}", [])):
        made, topic = (
            block((tmp_path, oid), (taken, "main"), data=b"fn f() {}}\n\nfn g() {}\n"),
            spec(tmp_path),
        )
        told = with_code(spec_context(topic, made), topic, made, code)
        assert [one.line for one in told.strange] == lines


def test_a_file_that_is_not_there_is_altered_code(repository: tuple[Path, str]) -> None:
    made = block(repository, (PAUSE, "main"))
    gone = made.model_copy(
        update={"spans": tuple(s.model_copy(update={"path": "src/gone.rs"}) for s in made.spans)}
    )
    code = Code(open_repository(repository[0]).snapshot(repository[1]))
    topic = spec(repository[0])
    assert with_code(spec_context(topic, gone), topic, gone, code).altered == ("src/gone.rs x",)


def test_the_library_finds_each_commit_and_tells_once_what_is_not_here(
    repository: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    project, told = init_project(tmp_path / "project")[0], list[str]()
    topic, made = spec(repository[0]), block(repository, (PAUSE, "main"))
    with Library(Project(project.root), told.append) as library:
        here = library.of(topic, made)
        assert here is not None
        assert here is library.of(topic, made)
        lost = made.model_copy(update={"commit": "b" * 40})
        for strange in (lost, lost, made.model_copy(update={"repository": "/etc", "commit": None})):
            assert library.of(topic, strange) is None
    assert [("bbbbbbbbbbbb" in one, "/etc" in one) for one in told] == [(True, False), (False, True)]


def test_effort_is_passed_on_and_unknown_effort_is_none(repository: tuple[Path, str]) -> None:
    made, topic = block(repository, (PAUSE, "main")), spec(repository[0])
    with_effort = spec_context(topic, made, Effort(typed=3, pasted=4))
    assert (with_effort.typed, with_effort.pasted) == (3, 4)
    assert spec_context(topic, made).pasted is None


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=4))
def test_span_places_cut_the_block_into_its_spans(texts: list[str]) -> None:
    texts = [f"a{text}z" for text in texts]
    spans = tuple(
        Span(
            path="a.rs", start=0, end=len(text.encode()), role="main", item="", joint="\n" if number else "",
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
        for number, text in enumerate(texts)
    )  # fmt: skip
    made = Block(repository="x", commit=None, spans=spans, text="\n".join(texts))
    facts = spec_context(spec(Path("/x")), made).spans or ()
    assert [made.text[fact.start : fact.end] for fact in facts] == texts
