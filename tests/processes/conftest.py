"""A person at a terminal for each test: nothing they start outlives it, and no traceback goes unseen."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from tests.processes.person import Person
from tests.quiet import quiet_project

LIMIT = 900
"""Seconds a test may take at the very most: many times what any needs, for what else runs here is not its fault."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here as long: each starts the program on a terminal, and waits for what it shows."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.long)


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    """A person with a new project and an empty home."""

    def too_long(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"the test took over {LIMIT} seconds")

    someone = Person(quiet_project(tmp_path / "project"), tmp_path / "home")
    usual = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LIMIT)
    try:
        yield someone
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, usual)
        someone.goes_home()
    assert not someone.tracebacks()
