"""Waivers in a draft: taken, taken back, kept in its file, saved, and there again when the record is opened."""

from __future__ import annotations

from app.records.draft import draft_from_payload, draft_of, new_draft
from app.records.events import Waiver, make_revision
from tests.store.events import block, moment, record_id


def test_a_waiver_is_a_change_and_an_empty_reason_takes_it_back() -> None:
    draft = new_draft("retry", "ada").write("user", "Wait longer.")
    waived = draft.waive("BS501", " the names are the crate's ").waive("BS403", "asked for by name")
    assert waived.waivers == (
        Waiver(code="BS403", reason="asked for by name"),
        Waiver(code="BS501", reason="the names are the crate's"),
    )
    assert not waived.same_content(draft)
    assert waived.waive("BS403", "another reason").waivers[0].reason == "another reason"
    assert waived.waive("BS403", "").waive("BS501", " ").same_content(draft)


def test_waivers_are_in_the_drafts_file_and_an_older_file_has_none() -> None:
    draft = new_draft("retry", "ada").waive("BS403", "asked for by name")
    payload = draft.payload()
    assert draft_from_payload(payload).waivers == draft.waivers
    del payload["waivers"]
    assert draft_from_payload(payload).waivers == ()


def test_a_record_that_is_opened_again_has_its_waivers() -> None:
    waivers = (Waiver(code="BS403", reason="asked for by name"),)
    revision = make_revision(
        record=record_id(1), by="ada", block=block(), user="u", think="t", waivers=waivers, at=moment(0)
    )
    assert draft_of("retry", "ada", revision).waivers == waivers
