"""A short walk of the monkey in every run of the long tests; `make monkey` is the longest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monkey.walk import walk

EVENTS = 2000


@pytest.mark.long
async def test_random_hands_end_nothing_and_write_nothing_that_no_key_explains(tmp_path: Path) -> None:
    """The program lives, the journal is valid, every screen has a way out, and each appended event a reason.

    A fault that ended one act alone was told and noted; the long walk counts those too.
    """
    folder = tmp_path / "walk"
    folder.mkdir()
    done = await walk(20261201, EVENTS, folder)
    assert done.events >= EVENTS and done.appended > 0
    assert [trouble.told for trouble in done.troubles if trouble.kind != "fault"] == []
