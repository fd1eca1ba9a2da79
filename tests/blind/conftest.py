"""The two projects, and whose settings are read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings.person import settings_path
from tests.blind.world import ME, Fixed, World, worlds


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where my settings are, with my name in them."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("BACKSPAN_HOME", str(folder))
        patch.setenv("TZ", "UTC")
        time.tzset()
        settings_path().parent.mkdir(parents=True, exist_ok=True)
        settings_path().write_text(f'name = "{ME}"\n')
        patch.setattr("app.cli.commands.stats.datetime", Fixed)
        yield folder


@pytest.fixture(scope="module")
def world(home: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    return worlds(tmp_path_factory.mktemp("blind"))


@pytest.fixture(scope="module")
def open_world(home: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The same where nobody is blind."""
    return worlds(tmp_path_factory.mktemp("open"), "")
