"""A record's licence is the one that applies to its file, whatever says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.repository.crates import licence_of
from app.repository.repository import open_repository
from tests.repository.index.code import write

MIT = b"""MIT License

Permission is hereby granted, free of charge, to any person obtaining a copy of this software.

The above copyright notice and this permission notice shall be included in all copies.
"""


@pytest.mark.parametrize(
    ("header", "manifest", "text", "expected"),
    [
        (b"// SPDX-License-Identifier: ISC\n", b'license = "Apache-2.0"', MIT, "ISC"),
        (b"", b'license = "Apache-2.0"', MIT, "Apache-2.0"),
        (b"", b"", MIT, "MIT"),
        (b"", b"", b"All rights reserved.", None),
    ],
    ids=["header", "manifest", "licence file", "nothing clear"],
)
def test_header_over_manifest_over_licence_file(
    tmp_path: Path, header: bytes, manifest: bytes, text: bytes, expected: str | None
) -> None:
    write(
        tmp_path,
        {
            "LICENSE": text,
            "engine/Cargo.toml": b'[package]\nname = "engine"\n' + manifest,
            "engine/src/lib.rs": header + b"pub fn run() {}\n",
        },
    )
    snapshot = open_repository(tmp_path).snapshot()
    assert licence_of(snapshot, "engine/src/lib.rs").expression == expected
    assert licence_of(snapshot, "engine/src/lib.rs").expression == expected
