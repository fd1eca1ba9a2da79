"""What is said of a name that is not known."""

from __future__ import annotations

import pytest

from app.base.text import did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "names", "near"),
    [
        ("statu", ("status", "state"), "status"),
        ("BS51", ("BS151", "BS515"), "BS515"),  # of equals the one that begins most like it
        ("zzz", ("status", "state"), ""),
        ("a", (), ""),
    ],
)
def test_the_nearest_name(name: str, names: tuple[str, ...], near: str) -> None:
    assert nearest(name, names) == near


def test_what_is_near_is_asked_after() -> None:
    assert did_you_mean("a") == did_you_mean(["a"]) == "did you mean a?"
    assert did_you_mean(["a", "b"], "see the help", "; ") == "; did you mean a or b?"
    assert did_you_mean("", "see the help") == did_you_mean([], "see the help") == "see the help"
    assert did_you_mean("", lead="; ") == ""
