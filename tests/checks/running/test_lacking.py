"""Private helpers that only a block uses, told where the block lacks them; and what a file's crate may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.checks.running.code import Code
from app.checks.running.lacking import own_helpers
from app.records.blocks import Piece, piece_for
from app.records.events import Role
from app.repository.repository import open_repository
from app.rust.items import find_item

FILE = """\
const BATCH: usize = 500;
const SHARED: usize = 7;

pub struct Cleaner {
    rows: Vec<u8>,
}

impl Cleaner {
    pub fn sweep(&mut self) {
        while self.portion() == BATCH + SHARED {
            Self::rest();
        }
        Self::told();
    }

    fn portion(&mut self) -> usize {
        self.rows.len() - depth()
    }

    fn rest() {}

    pub fn told() {}
}

fn depth() -> usize {
    0
}

fn other() -> usize {
    // A portion is what portion takes.
    Cleaner::rest();
    SHARED
}

#[cfg(test)]
mod tests {
    #[test]
    fn sweeps() {
        super::depth();
        super::Cleaner { rows: vec![] }.portion();
        assert_eq!(super::BATCH, 500);
    }
}
"""


@pytest.fixture
def code(tmp_path: Path) -> Code:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/lib.rs").write_text(FILE)
    (tmp_path / "Cargo.toml").write_text(
        '[package]\nname = "cleaner"\nversion = "1.0.0"\n\n[dependencies]\n'
        'clock = { package = "fine-clock", version = "1" }\n'
    )
    (tmp_path / "Cargo.lock").write_text('[[package]]\nname = "deep-one"\nversion = "1.0.0"\n')
    (tmp_path / "README.md").write_text("It sweeps away what is old.")
    return Code(open_repository(tmp_path).snapshot())


def lacking(code: Code, **roles: Role) -> tuple[str, ...]:
    items = code.file("src/lib.rs").items
    names = {
        "sweep": "Cleaner::sweep",
        "portion": "Cleaner::portion",
        "batch": "const BATCH",
        "depth": "depth",
    }
    pieces: list[Piece] = []
    for name, role in roles.items():
        pieces.append(piece_for(items, items.index(find_item(items, names[name])), "src/lib.rs", role))
    return own_helpers(pieces, code.files)


def test_what_only_the_block_uses_is_lacking_tests_and_comments_left_aside(code: Code) -> None:
    assert lacking(code, sweep="main") == ("const BATCH", "Cleaner::portion")


def test_what_the_block_holds_is_not_lacking_nor_what_only_a_helper_of_it_needs(code: Code) -> None:
    assert lacking(code, sweep="main", portion="helper", batch="helper") == ()
    assert lacking(code, portion="main") == ("depth",)
    assert lacking(code, portion="main", depth="context") == ()


def test_a_block_of_helpers_alone_lacks_nothing(code: Code) -> None:
    assert lacking(code, sweep="helper") == ()


def test_a_files_crate_its_lock_and_its_readme_are_known(code: Code) -> None:
    assert code.packages("src/lib.rs") == frozenset({"cleaner", "clock", "fine-clock", "deep-one"})
    assert code.readmes("src/lib.rs") == ("It sweeps away what is old.",)
    text = code.text("src/lib.rs")
    assert text.constants == {500.0, 7.0} and "a portion is what portion takes" in text.comments


def test_without_a_manifest_nothing_is_known_of_packages(tmp_path: Path) -> None:
    (tmp_path / "lone.rs").write_text("fn lone() {}")
    code = Code(open_repository(tmp_path).snapshot())
    assert code.packages("lone.rs") is None and code.readmes("lone.rs") == ()
