"""The coefficients against other people's programs, over ratings drawn at random.

`reference.json` was made once: labels drawn for 20 to 100 units and 2 to 6 people, up to 60 % of them missing;
`raw` and `ac1` by irrCAC 0.4.4 for Python (told the `categories`, as pandas 3 needs), `alpha` by krippendorff 0.9.0.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.progress.agreement.figures import COEFFICIENTS
from app.progress.agreement.ratings import tally
from tests.progress.agreement.shapes import by_unit

SETS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("reference.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("given", SETS, ids=[f"{len(each['units'])} units" for each in SETS])
def test_figures_are_those_of_the_reference(given: dict[str, Any]) -> None:
    one = tally(by_unit(given["units"]), [str(label) for label in range(given["labels"])])
    for coefficient in COEFFICIENTS:
        assert coefficient.of(one) == pytest.approx(given[coefficient.name], abs=1e-8), coefficient.title
