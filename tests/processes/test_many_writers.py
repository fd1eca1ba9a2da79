"""Sixteen processes save into one journal at once, one merges, one reads; `make torture` does it with 8,000 saves."""

from __future__ import annotations

from pathlib import Path

from tests.torture.writers import crowd


def test_sixteen_writers_a_merger_and_a_reader_lose_and_repeat_nothing(tmp_path: Path) -> None:
    found = crowd(tmp_path / "crowd", writers=16, saves=25, merged=100)
    assert found.good, str(found)
    assert found.events == 16 * 25 + 100
    assert found.readings > 0
