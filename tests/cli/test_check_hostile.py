"""Journals may say anything that their models let pass: whatever it is, a record is judged and nothing raised."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.checks.running import Library, judge
from app.project import bundled
from app.project.project import Project, init_project
from app.project.topics.spec import SAMPLE, load_spec
from app.records.events import Block, Span, make_revision
from tests.store.events import record_id

PATHS = (
    *("src/retry.rs", "src/backoff.rs", "src/odd/macros.rs", "src/odd/words.rs", "src/odd/lines.rs"),
    *("README.md", "Cargo.toml", "LICENSE", "src", "nowhere.rs", "src/\x1b.rs", "-x", "."),
)
TEXTS = st.text(max_size=80) | st.sampled_from(["`r#`", "```", "\u2028`a`\x00", "(" * 50, "`" * 9, "\u200b"])


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, bytes]:
    """A span of a file of the sample crate, if there is such a file, and its bytes; with anything said of it."""
    path = draw(st.sampled_from(PATHS))
    file = bundled.crate_dir() / path
    data = file.read_bytes() if file.is_file() else b"fn other() {}"
    starts = [0, *(at for at, byte in enumerate(data) if byte == 10)]
    start = draw(st.sampled_from(starts) | st.integers(0, len(data) - 1))
    end = draw(st.sampled_from([at for at in (*starts, len(data)) if at > start]))
    raw = data[start:end].decode("utf-8", "replace").strip().encode() or b"x"
    made = Span(
        path=path,
        start=start,
        end=start + len(raw),
        role=draw(st.sampled_from(["main", "import", "helper", "context"])),
        item=draw(st.sampled_from(["Retry::fail", "lines 1-2", "", "impl<'a", "#", "::<>"])),
        sha256=hashlib.sha256(raw).hexdigest(),
        part=draw(st.sampled_from(["whole", "head", "tail", "fragment"])),
        joint="",
        blob=draw(st.none() | st.just("a" * 40)),
    )
    return made, raw


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    project = init_project(tmp_path_factory.mktemp("hostile"))[0]
    with Library(Project(project.root), lambda what: None) as opened:
        yield opened


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(spans(), min_size=1, max_size=4),
    TEXTS,
    TEXTS,
    st.sampled_from([SAMPLE, "https://[", "../..", "/etc"]),
)
def test_no_record_makes_the_checks_raise(
    library: Library, chosen: list[tuple[Span, bytes]], user: str, think: str, repository: str
) -> None:
    text = b"".join(raw for _, raw in chosen).decode()
    code = Block(repository=repository, commit=None, spans=tuple(span for span, _ in chosen), text=text)
    event = make_revision(record=record_id(1), by="eve", block=code, user=user, think=think)
    spec = load_spec(bundled.specs_dir() / "practice.toml")
    found = judge(library, spec, event, None)
    texts = {"user": user, "think": think, "block": text}
    for finding in found:
        if finding.start is not None and finding.end is not None:
            assert 0 <= finding.start <= finding.end <= len(texts[finding.field])
