"""What came back to a person: who is told, of which text, what is answered, and where the words stand now."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.events import Place, make_review
from app.records.history.viewpoint import Viewer
from app.review.feedback import ACCEPTED, Heard, Waiting, carried, hear, notice, placed, waiting
from tests.acting import Acting
from tests.memory import MemoryStore, give, judge
from tests.store.events import record_id, revision

R = record_id(1)
ADA = Viewer("ada")
WORDS = st.lists(st.sampled_from(["wait", "why", "tokio", "漢字", "\n", "é"]), max_size=12).map(" ".join)


@pytest.fixture
def store() -> MemoryStore:
    made = MemoryStore()
    made.append("t", [revision(user="Write a short pause.")])
    return made


def cleo(store: MemoryStore) -> Acting:
    return judge(store, "cleo")


def heard(store: MemoryStore, viewer: Viewer = ADA) -> Heard:
    said = hear(judge(store, viewer.me).signer, R, viewer)
    assert said is not None
    return said


def back(store: MemoryStore, viewer: Viewer = ADA) -> Waiting:
    return waiting(judge(store, viewer.me).ledger(), viewer)


# -- what is told, and to whom


def test_verdicts_and_comments_are_told_as_one_reads(store: MemoryStore) -> None:
    think = cleo(store).comment(R, "note", "Why tokio?", Place(field="think", start=3, end=8))
    user = cleo(store).comment(R, "note", "How short?", Place(field="user", start=8, end=13))
    flag = cleo(store).comment(R, "flag")
    verdict = give(cleo(store), R, "return", "Say why.")
    said = heard(store)
    assert said.status == "returned"
    assert [one.event for one in said.spoken] == [flag.id, verdict.id, user.id, think.id]
    assert [one.said for one in said.spoken] == ["flag", "return", "note", "note"]
    assert set(said.open) == {flag.id, verdict.id, user.id, think.id}
    assert back(store) == Waiting(returned=(R,))
    assert back(store, Viewer("cleo")) == back(store, Viewer("dov")) == Waiting()


def test_an_accept_without_a_word_and_ones_own_comments_are_not_told(store: MemoryStore) -> None:
    judge(store, "ada").comment(R, "note", "I was not sure here.")
    give(cleo(store), R, "accept")
    assert heard(store).spoken == ()
    assert back(store) == Waiting()


def test_what_is_answered_is_not_open_and_what_is_answered_no_longer_is(store: MemoryStore) -> None:
    note = cleo(store).comment(R, "note", "How short?")
    answer = judge(store, "ada").comment(R, "answer", "A second.", answers=note.id)
    (one,) = heard(store).spoken
    assert (one.answer, heard(store).open) == (answer, ())
    assert back(store) == Waiting()
    judge(store, "ada").withdraw_comment(answer.comment)
    assert heard(store).open == (note.id,)
    assert back(store) == Waiting(commented=(R,))


def test_what_a_reviewer_says_to_an_answer_is_told(store: MemoryStore) -> None:
    note = cleo(store).comment(R, "note", "How short?")
    answer = judge(store, "ada").comment(R, "answer", "A second.", answers=note.id)
    again = cleo(store).comment(R, "answer", "Say so in the request.", answers=answer.id)
    assert [one.event for one in heard(store).spoken] == [note.id, again.id]


def test_remarks_stay_in_sight_while_one_saves_until_the_new_text_is_spoken_of(store: MemoryStore) -> None:
    note = cleo(store).comment(R, "note", "How short?")
    verdict = give(cleo(store), R, "return", "Say why.")
    judge(store, "ada").edit(R, "Write a pause of a second.", "Because.")
    assert heard(store).status == "submitted"
    assert {one.event for one in heard(store).spoken} == {note.id, verdict.id}
    assert back(store).returned == ()
    later = give(cleo(store), R, "return", "Almost.")
    # Of the round before only what nobody answered is left, and a verdict is answered by writing anew.
    assert {one.event for one in heard(store).spoken} == {note.id, later.id}


def test_the_latest_verdict_of_each_person_is_told(store: MemoryStore) -> None:
    give(cleo(store), R, "reject", "No.")
    last = give(cleo(store), R, "return", "Well.")
    assert [one.event for one in heard(store).spoken] == [last.id]
    give(cleo(store), R, "clear")
    assert heard(store).spoken == ()


def test_there_is_nothing_to_hear_of_a_record_that_is_not_here(store: MemoryStore) -> None:
    assert hear(judge(store, "ada").signer, record_id(9), ADA) is None


# -- blind


def test_blind_the_author_is_told_and_another_person_is_not(store: MemoryStore) -> None:
    cleo(store).comment(R, "note", "How short?")
    give(cleo(store), R, "return", "Say why.")
    assert len(heard(store, Viewer("ada", blind=True)).spoken) == 2
    dov = heard(store, Viewer("dov", blind=True))
    assert (dov.spoken, dov.status) == ((), "submitted")
    give(judge(store, "dov"), R, "accept")
    assert len(heard(store, Viewer("dov", blind=True)).spoken) == 2


def test_blind_where_people_judge_their_own_nothing_is_told_before_that(store: MemoryStore) -> None:
    cleo(store).comment(R, "note", "How short?")
    give(cleo(store), R, "return", "Say why.")
    own = Viewer("ada", blind=True, judges_own=True)
    assert (heard(store, own).spoken, back(store, own)) == ((), Waiting())


# -- what others changed


def test_an_edit_waits_for_the_author_until_something_is_said_of_it(store: MemoryStore) -> None:
    first = revision(user="Write a short pause.")
    edit = cleo(store).edit(R, "Write a pause.", "Shorter.")
    second = cleo(store).edit(R, "Write a pause!", "Shorter.")
    found = heard(store).edit
    assert found is not None
    assert (found.mine, found.theirs, found.by, found.settled) == (first.id, second.id, "cleo", False)
    assert edit.id not in heard(store).open
    assert heard(store).open == (second.id,)
    assert back(store) == Waiting(edited=(R,))
    judge(store, "ada").comment(R, "note", ACCEPTED)
    found = heard(store).edit
    assert found is not None and found.settled
    assert back(store) == Waiting()
    reviewer = heard(store, Viewer("cleo"))
    assert [one.note for one in reviewer.spoken] == [ACCEPTED]
    assert (reviewer.open, back(store, Viewer("cleo"))) == ((), Waiting()), (
        "who edited owes no answer to a yes"
    )


def test_an_edit_that_is_contested_is_for_who_made_it_to_answer(store: MemoryStore) -> None:
    cleo(store).edit(R, "Write a pause.", "Shorter.")
    judge(store, "ada").comment(R, "note", "Too short.")
    assert back(store) == Waiting()
    assert back(store, Viewer("cleo")) == Waiting(commented=(R,))


def test_ones_own_text_on_top_is_no_edit_nor_what_says_the_same(store: MemoryStore) -> None:
    assert heard(store).edit is None
    edit = cleo(store).edit(R, "Write a pause.", "Shorter.")
    cleo(store).bring_back(R, revision(user="Write a short pause.").id)
    assert heard(store).edit is None
    judge(store, "ada").bring_back(R, edit.id)
    assert heard(store).edit is None
    assert heard(store, Viewer("dov")).edit is None


# -- the notice


def test_the_notice_counts_by_topic() -> None:
    found = {"retry": Waiting(("a", "b")), "practice": Waiting(("c",), ("d",)), "none": Waiting()}
    assert notice(found) == (
        "3 records came back to you (retry 2, practice 1); 1 was edited by somebody else (practice 1)"
    )
    assert notice({"retry": Waiting(commented=("a", "b"))}) == "2 have comments to answer (retry 2)"
    assert notice({}) == ""


# -- places


@pytest.mark.parametrize(
    ("new", "words", "moved"),
    [
        ("stop after the last wait", "the last", ""),
        ("please stop at once after the last wait", "the last", ""),
        ("stop after the very last wait", "the very last", "changed"),
        ("stop after the wait", "the", "changed"),
        ("stop after it", "", "gone"),
        ("", "", "gone"),
    ],
)
def test_words_are_found_again_in_what_became_of_the_text(new: str, words: str, moved: str) -> None:
    old = "stop after the last wait"
    at = old.index("the last")
    start, end, how = carried(old, new, at, at + len("the last"))
    assert (new[start:end], how) == (words, moved)


@given(WORDS, WORDS, st.data())
def test_a_carried_place_is_in_the_new_text_and_unchanged_words_are_the_same(
    old: str, new: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    first, last, moved = carried(old, new, start, end)
    assert 0 <= first <= last <= len(new)
    if moved == "":
        assert new[first:last] == old[start:end]
    elif moved == "gone":
        assert first == last


@given(WORDS, WORDS, WORDS, WORDS)
def test_what_is_written_around_a_place_moves_it_by_just_that(
    a: str, b: str, before: str, behind: str
) -> None:
    mark = "UNIQUE"
    old = f"{a} {mark} {b}"
    new = f"{before} {old} {behind}"
    at = old.index(mark)
    start, end, moved = carried(old, new, at, at + len(mark))
    assert (new[start:end], moved) == (mark, "")


def test_an_unchanged_text_keeps_every_place() -> None:
    assert carried("same text", "same text", 5, 9) == (5, 9, "")
    assert carried("same text", "same text", 4, 4)[:2] == (4, 4)


def test_a_place_in_the_code_and_one_of_a_text_that_is_not_here(store: MemoryStore) -> None:
    cleo(store).comment(R, "note", "Seven what?", Place(field="block", start=24, end=25))
    code = revision().block.text
    (one,) = placed(heard(store), "", "", "// new\n" + code)
    assert (one.field, one.was, one.moved, one.start) == ("block", "7", "", 31)
    elsewhere = make_review(
        record=R,
        by="dov",
        revision="f" * 64,
        verdict="return",
        note="?",
        place=Place(field="user", start=1, end=2),
    )
    store.append("t", [elsewhere])
    lost = [one for one in placed(heard(store), "a", "b", "c") if one.spoken.event == elsewhere.id]
    assert lost == []  # it speaks of a text that another copy of the journal has
