"""What travels with the program: the first topics' specs, and the practice topic's sample crate and records."""

from __future__ import annotations

from pathlib import Path

from app.errors import ProjectError

_HERE = Path(__file__).resolve().parent


def specs_dir() -> Path:
    """The folder of the specs that `backspan init` copies. Raises `ProjectError` if it is missing."""
    # A wheel carries the project's own specs beside this file; a checkout has them at its root, once.
    return _present([_HERE / "specs", _HERE.parents[2] / "specs"], "*.toml", "the first topics' specs")


def crate_dir() -> Path:
    """The root of the sample crate (`sample:webhook`). Raises `ProjectError` if the installation lacks it."""
    return _present([_HERE / "crate"], "src/*.rs", "the sample crate")


def samples_dir() -> Path:
    """The folder of the practice topic's sample journal. Raises `ProjectError` if the installation lacks it."""
    return _present([_HERE / "practice"], "records.toml", "the practice topic's sample records")


def _present(places: list[Path], pattern: str, name: str) -> Path:
    for place in places:
        if any(place.glob(pattern)):
            return place
    raise ProjectError(
        f"this installation of backspan lacks {name}: nothing in {places[0]}", "install backspan again"
    )
