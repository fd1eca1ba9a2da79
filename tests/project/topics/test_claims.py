"""A spec's claims against a repository: what holds, what has moved, what is nowhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.errors import SourceError
from app.project.bundled import crate_dir, specs_dir
from app.project.topics.claims import SpecClaim, check_claims, dependencies, spellings
from app.project.topics.spec import Spec, load_spec
from app.repository.repository import open_repository


@dataclass(frozen=True)
class Bytes:
    data: bytes


@dataclass(frozen=True)
class Line:
    path: str
    line: int


class Files:
    """A repository of a few files, whose globs are whole paths at any depth."""

    def __init__(self, files: dict[str, str]) -> None:
        self.all = files

    def files(self, suffix: str = ".rs") -> Sequence[str]:
        return sorted(path for path in self.all if path.endswith(suffix))

    def match(self, globs: Sequence[str], suffix: str = ".rs") -> Sequence[str]:
        if "[" in globs:
            raise ValueError("no glob")
        return [path for path in self.files(suffix) if any(f"/{path}".endswith(f"/{glob}") for glob in globs)]

    def read(self, path: str) -> Bytes:
        if path not in self.all:
            raise SourceError(f"{path} is not here")
        return Bytes(self.all[path].encode())

    def grep(self, words: Sequence[str], paths: Sequence[str] | None = None) -> Sequence[Line]:
        return [
            Line(path, number)
            for path in (self.files() if paths is None else paths)
            for number, line in enumerate(self.all[path].split("\n"), 1)
            if any(word in line for word in words)
        ]


REPOSITORY = Files(
    {
        "server/app/Cargo.toml": '[dependencies]\ntokio = "1"\nserde-json = "1"\n',
        "server/app/src/retry.rs": "use tokio::time::sleep;\nstruct Retry;\nfn go_back() {}\n",
        "server/app/src/worker.rs": "use tokio::spawn;\nuse serde_json::Value;\nconst JITTER_DELTA: f32 = 0.2;\n"
        "// jitter\n",
        "server/app/src/other.rs": "// exponential\nlet x = mine::chrono::now();\n// send_ack\n",
        "tools/Cargo.toml": '[dependencies]\nchrono = "0.4"\n',
    }
)


def spec(**changes: Any) -> Spec:
    fields: dict[str, Any] = {
        "title": "Retrying",
        "repository": {"url": "https://example.org/app.git"},
        "sources": ["app/src/retry.rs"],
        "related": ["app/src/worker.rs"],
        "focus_words": ["retry"],
        "system": "You retry.",
        "output": "retrying.jsonl",
        "target": {"min": 1, "max": 2},
    }
    return Spec.model_validate(fields | changes)


def claims(key: str, **changes: Any) -> list[SpecClaim]:
    return [claim for claim in check_claims(spec(**changes), REPOSITORY) if claim.key == key]


def test_what_holds_is_said_to_hold() -> None:
    found = check_claims(spec(crates=["tokio"]), REPOSITORY)
    assert {claim.severity for claim in found} == {"holds"}
    assert [claim.key for claim in found] == ["sources", "related", "focus_words", "crates", "crates"]
    assert found[0].text == "app/src/retry.rs matches server/app/src/retry.rs"
    assert found[3].text == "tokio is a dependency in server/app/Cargo.toml"


def test_a_focus_word_that_has_moved_is_told_with_file_and_line() -> None:
    (moved,) = claims("focus_words", focus_words=["jitter"])
    assert moved.severity == "hint"
    assert moved.text == "jitter does not occur in the sources, but in related files"
    assert moved.hint == "it occurs in server/app/src/worker.rs line 3 (2 lines)"


def test_a_focus_word_elsewhere_or_nowhere_is_a_warning() -> None:
    elsewhere, nowhere = claims("focus_words", focus_words=["exponential", "RetryState"])
    assert (elsewhere.severity, nowhere.severity) == ("warning", "warning")
    assert elsewhere.hint == "it occurs in server/app/src/other.rs line 1: add them to related?"
    assert nowhere.text == "RetryState occurs nowhere in the repository"


def test_a_word_begins_where_a_word_begins() -> None:
    (found,) = claims("focus_words", focus_words=["ack"])
    assert found.hint.startswith("it occurs in server/app/src/other.rs line 3"), "not in go_back"
    assert spellings("state machine") == (
        "state machine",
        "state_machine",
        "STATE_MACHINE",
        "StateMachine",
        "State machine",
    )
    assert spellings("RetryState") == ("RetryState",)


def test_a_file_that_is_not_there_is_an_error_only_if_no_source_is() -> None:
    gone, stays = claims("sources", sources=["src/core/retry.rs", "app/src/retry.rs"])
    assert (gone.severity, stays.severity) == ("warning", "holds")
    assert gone.hint == "did you mean server/app/src/retry.rs?"
    (lost,) = claims("sources", sources=["src/nothing_like_it.rs"])
    assert lost.severity == "error"
    (unread,) = claims("sources", sources=["["])
    assert unread.severity == "error"


def test_a_crate_is_looked_up_in_the_nearest_manifest_and_in_the_code() -> None:
    declared, used = claims("crates", crates=["serde-json"])
    assert declared.severity == "holds"
    assert used.text == "a use of the crate serde-json does not occur in the sources, but in related files"
    assert used.hint == "it occurs in server/app/src/worker.rs line 2"
    declared, used = claims("crates", crates=["chrono"])
    assert declared.text == "chrono is not a dependency in server/app/Cargo.toml"
    assert used.text == "a use of the crate chrono occurs nowhere in the repository", (
        "mine::chrono is no crate"
    )
    assert claims("crates", crates=["toki"])[0].hint == "did you mean tokio?"


def test_dependencies_of_every_kind_count() -> None:
    manifest = b"""
    [dependencies]
    a-b = "1"
    c = { package = "other", version = "1" }
    d.workspace = true
    [dev-dependencies.e]
    version = "1"
    [target.'cfg(unix)'.build-dependencies]
    f = "1"
    """
    assert dependencies(manifest) == {"a_b", "c", "d", "e", "f"}
    assert dependencies(b"[dependencies\n") == set()
    assert dependencies(b"\xff") == set()


def test_a_hostile_path_is_safe_to_print() -> None:
    evil = Files({"src/\x1b[2J.rs": "use tokio::x;\n", "src/retry.rs": ""})
    for claim in check_claims(spec(sources=["src/retry.rs"], related=[], crates=["tokio"]), evil):
        assert "\x1b" not in claim.text + claim.hint


def test_the_practice_topic_holds_on_the_crate_that_comes_along() -> None:
    with open_repository(crate_dir()) as repository:
        found = check_claims(load_spec(specs_dir() / "practice.toml"), repository.snapshot())
    assert [claim for claim in found if claim.severity != "holds"] == []


@pytest.mark.corpus
@pytest.mark.parametrize(
    "topic", ["task_processing", "background_task_runner", "retry_state_machine", "backoff_jitter"]
)
def test_the_first_topics_find_their_files_and_what_has_moved(topic: str) -> None:
    root = os.environ.get("BACKSPAN_CORPUS")
    places = sorted(Path(root).glob("*svix-webhooks*")) if root else []
    if not places:
        pytest.skip("BACKSPAN_CORPUS names no folder with svix-webhooks in it")
    place = places[0] / "repo" if (places[0] / "repo").is_dir() else places[0]
    shipped = load_spec(specs_dir() / f"{topic}.toml")
    with open_repository(place) as repository:
        found = check_claims(shipped, repository.snapshot(shipped.repository.commit))
    assert [claim for claim in found if claim.kind == "files" and claim.severity != "holds"] == []
    odd = {claim.text.split(" ")[0]: claim.hint for claim in found if claim.severity == "hint"}
    if topic == "backoff_jitter":
        assert "server/svix-server/src/worker.rs line 52" in odd["jitter"]
