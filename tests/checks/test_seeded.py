"""Every fault of the table is found where it was put, and nothing is said of the records it was put in."""

from __future__ import annotations

import pytest

from app.checks import REGISTRY, check_record
from app.checks.spelling import has_library
from tests.checks.seeded import Fault, bases, faults, good, judge

ROWS = [(family, fault) for family, rows in faults().items() for fault in rows]
MISSED = frozenset({"B33", "R09", "T18", "L01"})
"""Faults that are known not to be found, and are counted so in the docs."""


@pytest.mark.parametrize("name", bases())
def test_of_a_good_record_nothing_is_said(name: str) -> None:
    record = good(name)
    assert [(found.code, found.message) for found in check_record(record.texts, record.context)] == []


@pytest.mark.parametrize(("family", "fault"), ROWS, ids=[fault.id for _, fault in ROWS])
def test_a_fault_is_found_where_it_was_put(family: str, fault: Fault) -> None:
    assert REGISTRY[fault.code].family == family
    if fault.code == "BS701" and not has_library():
        pytest.skip("pyspellchecker is not installed")
    assert judge(fault).found is (fault.id not in MISSED)


def test_the_table_holds_ten_faults_of_each_family_and_each_code_once() -> None:
    assert len(ROWS) >= 200
    assert all(len(rows) >= 10 for rows in faults().values())
    assert len({fault.id for _, fault in ROWS}) == len(ROWS)
    assert {fault.code for _, fault in ROWS} == set(REGISTRY)


def test_at_least_95_of_100_faults_are_found() -> None:
    assert len(MISSED) <= 0.05 * len(ROWS)
    assert {fault.id for _, fault in ROWS} >= MISSED
