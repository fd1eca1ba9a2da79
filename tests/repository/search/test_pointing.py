"""Names on a line, and what may define each."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.repository.index.background import BackgroundIndex
from app.repository.search.occurrences import ParsedFile
from app.repository.search.pointing import MOST, names_in
from app.repository.search.trail import LinePlace
from app.workstation.search.definitions import Pointed, look_up, only_place
from tests.repository.index.code import RETRY, RETRY_RS, in_folder, no


def file_of(data: bytes) -> ParsedFile:
    file = ParsedFile.of(RETRY_RS, data)
    assert file is not None
    return file


def test_only_code_has_names() -> None:
    data = b'let r#type = a.b("c d", e, a); // f\n'
    assert names_in(file_of(data), 0, len(data)) == {"type": 4, "a": 13, "b": 15, "e": 24}
    assert list(names_in(file_of(data), 13, 14)) == ["a"]
    many = b"fn f() { g(" + b", ".join(b"n%d" % n for n in range(500)) + b") }"
    assert len(names_in(file_of(many), 0, len(many))) == MOST


@pytest.mark.parametrize(
    ("line", "names", "place"),
    [
        (18, ["calculate_retry_delay", "attempt"], None),
        (17, ["Duration", "delay", "attempt"], LinePlace(RETRY_RS, 1)),
        (3, ["error", "Error"], None),
        (12, ["delay", "wait"], LinePlace(RETRY_RS, 17)),
        (14, ["wait", "Ok", "as_secs"], LinePlace(RETRY_RS, 12)),
    ],
)
def test_clear_names_come_first(tmp_path: Path, line: int, names: list[str], place: LinePlace | None) -> None:
    ready = BackgroundIndex(in_folder(tmp_path), lambda: None).start().wait(30).ready
    assert ready is not None
    file = file_of(RETRY)
    found = look_up(ready, Pointed(file, *file.source.line_bounds(line)), no)
    assert [each.name for each in found] == names
    assert only_place(found) == place
