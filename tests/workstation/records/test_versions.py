"""Which versions of a conflict are looked at."""

from __future__ import annotations

import pytest

from app.workstation.records.versions import next_pair


@pytest.mark.parametrize("side", [0, 1])
def test_every_version_comes_on_a_side_but_the_other_side_s(side: int) -> None:
    pair, seen = (0, 1), set()
    for _ in range(3):
        pair = next_pair(pair, side, 4)
        seen.add(pair[side])
        assert pair[0] != pair[1] and pair[1 - side] == (0, 1)[1 - side]
    assert seen == {0, 1, 2, 3} - {(0, 1)[1 - side]}


def test_of_three_the_third_comes_first() -> None:
    assert next_pair((0, 1), 0, 3) == (2, 1)
    assert next_pair((0, 1), 1, 3) == (0, 2)
