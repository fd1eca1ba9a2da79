"""A small workspace for tests: two crates, in a repository or in a plain folder."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path

from app.repository.index.codebase import Codebase
from app.repository.index.columns import KIND_NUMBERS, TEST, Columns, bare_name
from app.rust.items import outline
from app.rust.syntax import parse
from tests.gitfixtures import make_repo

RETRY = b"""//! Waiting.
use std::time::Duration;

use crate::error::Error;

/// How often.
pub struct Retry {
    pub limit: u32,
}

impl Retry {
    pub fn run(&self) -> Result<u32, Error> {
        let wait = self.delay(1);
        // run is what this does
        Ok(wait.as_secs() as u32)
    }

    fn delay(&self, attempt: u32) -> Duration {
        calculate_retry_delay(attempt)
    }
}

fn calculate_retry_delay(attempt: u32) -> Duration {
    let text = "calculate_retry_delay";
    Duration::from_secs(u64::from(attempt) + text.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_once() {
        Retry { limit: 1 }.run().unwrap();
        calculate_retry_delay(2);
    }
}
"""
ERROR = b"""pub enum Error {
    Gone,
    r#Late,
}

impl Error {
    pub fn run(&self) {}
}
"""
LIB = b"pub mod core;\npub mod error;\n"
USER = b"""use engine::core::retry::Retry;

fn main() {
    let r#type = Retry { limit: 2 };
    r#type.run();
}
"""
FILES = {
    "Cargo.toml": b'[workspace]\nmembers = ["engine", "tool"]\n',
    "engine/Cargo.toml": b'[package]\nname = "engine"\n',
    "engine/src/lib.rs": LIB,
    "engine/src/core/mod.rs": b"pub mod retry;\n",
    "engine/src/core/retry.rs": RETRY,
    "engine/src/error.rs": ERROR,
    "tool/Cargo.toml": b'[package]\nname = "tool"\n',
    "tool/src/main.rs": USER,
}
RETRY_RS = "engine/src/core/retry.rs"


def outlined(data: bytes) -> Columns:
    """A file's columns as the outline of its whole syntax has them: what the index must hold."""
    tree = parse(data)
    assert tree is not None
    items = outline(data, tree)
    return Columns(
        bytes(KIND_NUMBERS[item.kind] | (TEST if item.test else 0) for item in items),
        array("I", [item.start for item in items]),
        array("I", [item.end for item in items]),
        array("I", [data.count(b"\n", 0, item.name_start) for item in items]),
        "\n".join(item.path for item in items),
        "\n".join(bare_name(item.kind, item.path) for item in items),
    )


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Put the files into a plain folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def in_folder(root: Path, files: dict[str, bytes] = FILES) -> Codebase:
    """The workspace in a plain folder."""
    write(root, files)
    return Codebase.at(root)


def in_git(root: Path, files: dict[str, bytes] = FILES) -> Codebase:
    """The workspace in a bare repository."""
    make_repo(root, files, bare=True)
    return Codebase.at(root)


KINDS: tuple[Callable[[Path], Codebase], ...] = (in_folder, in_git)
"""Both ways in which code comes."""


def yes() -> bool:
    """Called off."""
    return True


def no() -> bool:
    """Not called off."""
    return False
