"""Which texts of people the calibration takes, and what it takes off them."""

from __future__ import annotations

import pytest

from tests.bench.checks.cleaning import clean_doc, clean_message, points_elsewhere

PROSE = "waits for a permit before the message is pulled, so that nothing sits in a busy worker"


def test_a_doc_comment_is_taken_up_to_its_first_heading_and_its_links_are_unfolded() -> None:
    comment = f"/// The [`Worker`](crate::Worker) {PROSE}.\n///\n/// # Panics\n///\n/// Never."
    assert clean_doc(comment) == f"The `Worker` {PROSE}."


def test_a_message_loses_its_label_its_number_and_its_trailers() -> None:
    message = (
        f"worker: {PROSE} (#812)\n\nIt starved.\n\nFixes #77\nSigned-off-by: A. Person <a@example.org>\n"
    )
    assert clean_message(message) == f"{PROSE}\n\nIt starved."


@pytest.mark.parametrize(
    "message",
    [
        "Too short",
        f"Merge branch 'next' that {PROSE}",
        f"Bump the version that {PROSE}",
        f"{PROSE}\n\n```\nlet a = 1;\n```",
        f"{PROSE}\n\n    let a = 1;",
    ],
)
def test_what_is_no_persons_prose_is_left_out(message: str) -> None:
    assert clean_message(message) == ""


def test_links_and_issue_numbers_point_elsewhere() -> None:
    assert points_elsewhere("as in https://example.org/a")
    assert points_elsewhere("since #12 it fails")
    assert not points_elsewhere(PROSE)
