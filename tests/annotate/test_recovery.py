"""What is offered when a draft is found: each way it can stand to its record, in sentences a person understands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.annotate.recovery import (
    KeptDraft,
    RecoveryOffer,
    TextChange,
    ago,
    assess,
    choose,
    clock,
    text_changes,
)
from app.records.draft import Draft, draft_of, new_draft
from app.records.events import Retraction, Review, Revision
from app.records.history.ledger import Ledger, RecordState
from app.store.presence.claims import Claim
from tests.store.events import moment, record_id, retraction, revision

NOW = moment(3600)
LEFT = moment(60)
FIRST = revision(second=0)


def state_of(*events: Revision | Review | Retraction) -> RecordState:
    state = Ledger(events).get(record_id(1))
    assert state is not None
    return state


def draft_on(*parents: Revision | Retraction, user: str = "Write a longer pause.", by: str = "ada") -> Draft:
    begun = draft_of("retry", by, FIRST, [parent.id for parent in parents])
    return replace(begun, user=user)


def fresh(record: int = 1, user: str = "Write a pause.") -> Draft:
    return replace(new_draft("retry", "ada"), record=record_id(record), user=user)


def offer(
    draft: Draft,
    state: RecordState | None,
    saved: Revision | None,
    *,
    written: int = 30,
    left: datetime | None = LEFT,
    claims: tuple[Claim, ...] = (),
    others: int = 0,
) -> RecoveryOffer:
    kept = KeptDraft(draft, moment(written))
    return assess(kept, state, saved, left=left, now=NOW, claims=claims, others=others)


def ids(found: RecoveryOffer) -> tuple[str, ...]:
    return tuple(name for name, _ in found.answers)


# -- which draft


def test_the_draft_a_crash_left_behind_comes_first_then_the_records_then_the_newest() -> None:
    old, new = KeptDraft(fresh(1), moment(10)), KeptDraft(fresh(2), moment(50))
    assert choose([old, new], record_id(1), LEFT) == old
    assert choose([old, new], record_id(1), moment(40)) == new
    assert choose([old, new], None, LEFT) == new
    assert choose([old, new], record_id(3), LEFT) is None
    assert choose([], None, LEFT) is None


# -- nothing to ask


def test_what_was_left_in_good_order_is_resumed_without_a_word() -> None:
    found = offer(draft_on(FIRST), state_of(FIRST), FIRST)
    assert (found.kind, found.answers, found.first) == ("resume", (), "keep")
    assert offer(fresh(), None, None).kind == "resume"


def test_a_draft_on_both_sides_of_a_conflict_is_resumed_while_nothing_changed() -> None:
    other = revision(second=5, parents=(FIRST,), by="bob")
    mine = revision(second=6, parents=(FIRST,))
    assert offer(draft_on(other, mine), state_of(FIRST, other, mine), mine).kind == "resume"


def test_a_save_that_was_made_while_its_draft_was_not_put_away_is_opened_without_a_word() -> None:
    second = revision(second=40, parents=(FIRST,), user="Write a longer pause.")
    found = offer(
        draft_on(FIRST, user="Write a longer pause. \n"), state_of(FIRST, second), second, written=65
    )
    assert (found.kind, found.answers, found.first) == ("saved", (), "open")
    assert offer(replace(draft_of("retry", "ada", FIRST), parents=()), state_of(FIRST), FIRST).kind == "saved"


def test_the_same_text_saved_by_another_person_is_not_ones_own_save() -> None:
    second = revision(second=40, parents=(FIRST,), user="Write a longer pause.", by="bob")
    assert offer(draft_on(FIRST), state_of(FIRST, second), second).kind == "newer"


# -- after a crash


def test_after_a_crash_a_draft_is_offered_with_its_age_and_its_difference() -> None:
    draft = replace(draft_on(FIRST), think="A pause is a number, because serde wants one more.")
    found = offer(draft, state_of(FIRST), FIRST, written=3600 - 190)
    assert (found.kind, ids(found), found.first, found.harmless) == (
        "crash",
        ("keep", "look", "open"),
        "keep",
        "keep",
    )
    assert found.changes == (TextChange("user", 0, 1), TextChange("think", 1, 2))
    assert found.body.splitlines() == [
        "backspan ended without notice while it was being written.",
        "The draft was last written 3 minutes ago (at 12:56).",
        "Against the saved record: user has 1 new word, and 0 words less; think has 2 new words, and 1 word less.",
    ]


def test_a_crash_in_the_very_first_session_is_one_too() -> None:
    found = offer(fresh(), None, None, left=None)
    assert (found.kind, ids(found)) == ("crash", ("keep", "open"))
    assert "3 words of user and 0 of think, none of it saved" in found.body
    assert "Begin anew" in dict(found.answers)["open"]


def test_other_drafts_of_the_same_crash_are_spoken_of() -> None:
    assert "2 more drafts were left" in offer(fresh(), None, None, written=70, others=2).body
    assert "One more draft was left" in offer(fresh(), None, None, written=70, others=1).body


def test_a_change_of_signs_or_of_code_is_said_as_what_it_is() -> None:
    draft = replace(draft_on(FIRST, user="Write a pause!"), selection=fresh().selection)
    body = offer(draft, state_of(FIRST), FIRST, written=70).body
    assert "user differs in signs and blanks only; the code was chosen otherwise." in body


def test_what_another_screen_is_writing_is_no_crash() -> None:
    claim = Claim("ada", "attic", record_id(1), "src/a.rs", "pause", moment(1800))
    found = offer(draft_on(FIRST), state_of(FIRST), FIRST, written=70, claims=(claim,))
    assert (found.kind, ids(found), found.harmless) == ("elsewhere", ("leave", "keep"), "leave")
    assert "open on attic, taken up at 12:30." in found.body
    for stranger in (replace(claim, by="bob"), replace(claim, record=record_id(2))):
        assert offer(draft_on(FIRST), state_of(FIRST), FIRST, written=70, claims=(stranger,)).kind == "crash"


# -- the record went on without the draft


def test_a_newer_revision_is_told_and_the_draft_does_not_win_by_itself() -> None:
    second = revision(second=1920, parents=(FIRST,), by="bob", user="Pause.")
    found = offer(draft_on(FIRST), state_of(FIRST, second), second)
    assert (found.kind, ids(found), found.first) == ("newer", ("look", "keep", "open"), "look")
    assert found.body.startswith("bob saved a newer revision at 12:32.\n")
    assert [name for name, _ in found.after_looking] == ["settle", "keep", "open"]
    assert found.heads == (second.id,)


def test_ones_own_newer_revision_is_ones_own() -> None:
    second = revision(second=1920, parents=(FIRST,), user="Pause.")
    assert offer(draft_on(FIRST), state_of(FIRST, second), second).body.startswith("You saved a newer")


def test_a_draft_that_ones_own_save_went_past_is_no_question() -> None:
    """Killed between the append and the draft's rewriting: the file lacks the last letters, and the save has them."""
    second = revision(second=41, parents=(FIRST,), user="Write a longer pause, please.")
    found = offer(
        draft_on(FIRST, user="Write a longer pause, pl"), state_of(FIRST, second), second, written=40
    )
    assert (found.kind, found.first, found.answers) == ("saved", "open", ())
    other = draft_on(FIRST, user="Write a longer pause. And mine.")
    assert offer(other, state_of(FIRST, second), second, written=40).answers  # another screen's: it says more


def test_who_saved_and_wrote_on_goes_on_from_the_save() -> None:
    second = revision(second=40, parents=(FIRST,), user="Write a longer pause.")
    draft = draft_on(FIRST, user="Write a longer pause. And")
    found = offer(draft, state_of(FIRST, second), second, written=41)
    assert (found.kind, found.first, found.heads) == ("ahead", "settle", (second.id,))
    assert "after the save at 12:00" in found.body
    by_bob = revision(second=40, parents=(FIRST,), user="Write a longer pause.", by="bob")
    assert offer(draft, state_of(FIRST, by_bob), by_bob, written=41).kind == "newer"


def test_another_version_beside_ones_own_base_is_a_conflict_to_come() -> None:
    mine = revision(second=5, parents=(FIRST,))
    other = revision(second=6, parents=(FIRST,), by="bob", user="Pause.")
    found = offer(draft_on(mine), state_of(FIRST, mine, other), other)
    assert (found.kind, set(found.heads)) == ("conflict", {mine.id, other.id})
    assert found.body.startswith("bob saved another version at 12:00.\n")


def test_a_conflict_that_was_settled_meanwhile_is_told() -> None:
    mine = revision(second=5, parents=(FIRST,))
    other = revision(second=6, parents=(FIRST,), by="bob", user="Pause.")
    settled = revision(second=7, parents=(mine, other), by="eve", user="Pause!")
    found = offer(draft_on(mine, other), state_of(FIRST, mine, other, settled), settled)
    assert found.kind == "settled"
    assert found.body.startswith("eve settled its conflict at 12:00.\n")


def test_a_record_withdrawn_meanwhile_stays_withdrawn_unless_the_person_says_otherwise() -> None:
    gone = retraction((FIRST,), 1920)
    found = offer(draft_on(FIRST), state_of(FIRST, gone), FIRST)
    assert (found.kind, ids(found), found.heads) == ("withdrawn", ("look", "keep", "open"), (gone.id,))
    assert "withdrew it at 12:32." in found.body
    assert "asked whether that brings the record back" in found.body
    assert offer(draft_on(gone), state_of(FIRST, gone), FIRST).kind == "resume"


@pytest.mark.parametrize("known", [True, False])
def test_a_draft_of_what_is_not_here_is_told_and_can_go_on(known: bool) -> None:
    lost = revision(second=9, user="Gone.")
    state, saved = (state_of(FIRST), FIRST) if known else (None, None)
    found = offer(draft_on(lost), state, saved)
    assert (found.kind, found.first) == ("missing", "keep")
    assert "not in this journal" in found.body


def test_names_cannot_paint_the_screen() -> None:
    second = revision(second=1920, parents=(FIRST,), by="\x1b[2Jbob\u202e", user="Pause.")
    assert offer(draft_on(FIRST), state_of(FIRST, second), second).body.startswith("\\x1b[2Jbob\\u202e saved")


# -- laws and words


_texts = st.text(st.sampled_from("ab \n.é"), max_size=30)


@given(_texts, _texts)
def test_no_change_is_told_exactly_where_the_texts_are_the_same(old: str, new: str) -> None:
    saved = revision(user=old.rstrip(), think="same")
    changes = text_changes(replace(draft_of("retry", "ada", saved), user=new), saved)
    assert (changes == ()) == (old.rstrip() == new.rstrip())
    assert all(change.gone >= 0 and change.new >= 0 for change in changes)


@given(st.lists(st.sampled_from(["mine", "bobs", "both", "none"]), min_size=1, max_size=4), st.booleans())
def test_a_draft_that_does_not_know_all_heads_is_never_resumed_without_a_word(
    bases: list[str], withdrawn: bool
) -> None:
    mine = revision(second=5, parents=(FIRST,))
    bobs = revision(second=6, parents=(FIRST,), by="bob", user="Pause.")
    gone = (retraction((mine, bobs), 9),) if withdrawn else ()
    state = state_of(FIRST, mine, bobs, *gone)
    named = {"mine": (mine,), "bobs": (bobs,), "both": (mine, bobs), "none": ()}
    parents = {parent.id: parent for base in bases for parent in named[base]}
    found = offer(draft_on(*parents.values()), state, bobs)
    assert (found.kind == "resume") == (set(state.parents) == set(parents))
    assert found.answers or found.kind == "resume"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "a moment ago"),
        (59, "a moment ago"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (7300, "2 hours ago"),
        (86_400 * 3, "3 days ago"),
        (-30, "a moment ago"),
        (-7200, "by a clock that was ahead of this one"),
    ],
)
def test_ages_are_told_in_one_unit(seconds: int, said: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == said


def test_times_are_told_by_the_persons_own_clock_and_another_day_by_its_date() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=2)))
    assert clock(moment(0), there) == "at 14:00"
    assert clock(moment(-86_400), there) == "on 2026-01-30 at 14:00"
    assert clock(datetime(1, 1, 1, tzinfo=UTC), NOW.astimezone(timezone(-timedelta(hours=2)))).startswith(
        "on 0001"
    )


def test_ages_of_any_year_can_be_told() -> None:
    assert ago(datetime(1, 1, 1, tzinfo=UTC), NOW).endswith("days ago")
    assert ago(datetime(9999, 12, 31, tzinfo=UTC), NOW).startswith("by a clock")
