"""A name in two forms is one person (UAX #15): in journals that exist, whose bytes and ids stay as they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.progress.stats.agreement_data import agreement
from app.progress.stats.ledgers import ledger_stats
from app.project.topics.spec import ReviewRules
from app.records.draft import draft_from_payload, new_draft
from app.records.events import EVENTS, event_line, make_review
from app.records.filters.fields import KnownNames
from app.records.filters.language import FilterError, parse
from app.records.filters.row import Row
from app.records.filters.rows import row_of
from app.records.history.deeds import Doings
from app.records.history.ledger import Ledger
from app.records.history.light import Event, light
from app.records.history.summary import summarise
from app.records.history.viewpoint import Viewer, viewpoint
from app.review.acts.undo import undo
from app.review.assignment import assigned
from app.review.queue.listing import Listing
from app.review.queue.text_index import TextIndex
from app.review.session import Reviewing
from app.settings.person import Settings, annotator
from app.store.drafts import draft_file as draftfile
from app.store.drafts.drafts import DraftKey, Drafts
from app.store.journal.lines import read_line
from app.store.journal.merge import merge_into
from app.store.journal.scan import light_line
from app.store.journal.store import JournalStore
from app.store.presence.claims import Claims
from tests.base.test_letters import ALI, SRI, ZOE, ZOE_APART
from tests.desk import Desk
from tests.memory import MemoryStore, judge, state
from tests.quiet import quiet_project
from tests.store.events import altered, comment, moment, record_id, retraction, review, revision

TEXT = revision()
ESCAPED = ALI.replace("\u200c", "\\u200c")
FORMS = ((ZOE, ZOE_APART), (ALI, ESCAPED), (SRI, SRI.replace("\u200d", "\\u200d")))


def signed(event: Event, by: str) -> Event:
    """The event as an older backspan wrote it, the name exactly so."""
    found = read_line(altered(event, by=by), 1)
    assert isinstance(found, type(event)), found
    return found


def verdicts(*by: str) -> list[Event]:
    """Accepts of one text, a second apart."""
    return [signed(review(TEXT, "accept", n, f"p{n}"), name) for n, name in enumerate(by, 1)]


def ledger(events: Sequence[Event], needed: int = 1) -> Ledger:
    return Ledger([light(event) for event in events], needed)


@pytest.mark.parametrize(
    "event", [TEXT, review(TEXT), retraction((TEXT,)), comment(TEXT)], ids=lambda e: e.kind
)
@pytest.mark.parametrize(("one", "old"), FORMS)
def test_an_old_line_is_read_as_the_same_persons_and_stays_as_it_is(event: Event, one: str, old: str) -> None:
    line = event_line(signed(event, old))
    assert json.loads(line)["by"] == old, "the id is made of it"
    read = EVENTS.validate_json(line)
    assert (read.by, read.signed) == (one, old)
    assert event_line(read) == line
    if read.kind == "revision":
        assert light_line(line) == summarise(read)
        assert summarise(read).by == one


@pytest.mark.parametrize(("one", "old"), FORMS)
def test_what_is_written_is_in_the_one_form(one: str, old: str) -> None:
    made = make_review(record=TEXT.record, by=old, revision=TEXT.id, verdict="accept", at=moment(1))
    assert json.loads(event_line(made))["by"] == one
    assert made == make_review(record=TEXT.record, by=one, revision=TEXT.id, verdict="accept", at=moment(1))


@pytest.mark.parametrize(("one", "old"), FORMS)
def test_one_person_alone_does_not_accept_a_record_that_needs_two(one: str, old: str) -> None:
    for names in ((one, old), (old, one)):
        (found,) = ledger([TEXT, *verdicts(*names)], needed=2).records
        assert (found.status, [given.by for given in found.verdicts]) == ("submitted", [one])
    assert ledger([TEXT, *verdicts(one, "bob")], needed=2).records[0].status == "accepted"


@pytest.mark.parametrize(("one", "old"), FORMS)
def test_figures_know_one_person_and_no_agreement_of_a_person_with_themselves(one: str, old: str) -> None:
    records = ledger([signed(TEXT, old), *verdicts(one, old)], needed=2).records
    people = ledger_stats("retry", records).people
    assert [(person.name, person.records, person.given) for person in people] == [(one, 1, 2)]
    assert agreement({"retry": records}).counts.raters == 1
    assert parse(people[0].link).matches(row_of(records[0], Viewer("x"), "retry"))


@pytest.mark.parametrize(("one", "old"), FORMS)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_blind_viewer_sees_their_own_in_either_form_and_no_more(one: str, old: str, swapped: bool) -> None:
    me, wrote = (old, one) if swapped else (one, old)
    viewer = Viewer(me, blind=True)
    theirs = signed(TEXT, wrote)
    assert theirs.kind == "revision"
    (mine,) = ledger([theirs, review(theirs, "accept", 1, "bob")]).records
    assert viewpoint(mine, viewer) is mine, "whoever wrote a text sees what is said of it"
    assert row_of(mine, viewer).mine
    (judged,) = ledger([TEXT, *verdicts(wrote, "bob")]).records
    assert viewpoint(judged, viewer) is judged and row_of(judged, viewer).judged
    (other,) = ledger([TEXT, *verdicts("bob")]).records
    assert len(viewpoint(other, viewer).events) == 1


@pytest.mark.parametrize(("one", "old"), FORMS)
def test_an_act_signed_in_the_other_form_is_ones_own_to_take_back(one: str, old: str) -> None:
    store = MemoryStore()
    store.append("t", [TEXT, *verdicts(old)])
    assert Doings(judge(store, one).ledger(), one).undoable()
    undo(judge(store, old))
    found = state(store, TEXT.record)
    assert found.status == "submitted" and found.verdicts == ()
    assert all(event.by == one for event in found.events.values() if event.id != TEXT.id)


@pytest.mark.parametrize(("one", "old"), FORMS)
def test_a_verdict_in_the_other_form_replaces_ones_own(one: str, old: str) -> None:
    store = MemoryStore()
    store.append("t", [TEXT, *verdicts(old)])
    judge(store, old).verdict(TEXT.record, "reject", revision=TEXT.id)
    assert [(given.by, given.verdict) for given in state(store, TEXT.record).verdicts] == [(one, "reject")]
    judge(store, one).verdict(TEXT.record, "clear", revision=TEXT.id)
    assert state(store, TEXT.record).verdicts == ()


def test_merging_keeps_every_byte_of_an_old_name(store: JournalStore, tmp_path: Path) -> None:
    lines = event_line(TEXT) + event_line(verdicts(ZOE_APART)[0])
    (tmp_path / "theirs.jsonl").write_bytes(lines)
    assert merge_into(store, "retry", [str(tmp_path / "theirs.jsonl")]).new == 2
    assert store.path("retry").read_bytes() == lines
    merge_into(store, "retry", [str(tmp_path / "theirs.jsonl")])
    assert store.path("retry").read_bytes() == lines


@pytest.mark.parametrize(("one", "old"), FORMS)
def test_a_draft_kept_under_the_other_form_is_ones_own(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one: str, old: str
) -> None:
    with monkeypatch.context() as older:
        older.setattr(draftfile, "person", lambda name: name)
        older.setattr(draftfile, "spellings", lambda name: (name,))
        path = Drafts(project, tmp_path / "state").save(DraftKey("retry", record_id(1), old), {"user": "old"})
    key = DraftKey("retry", record_id(1), one)
    assert path.name != key.file_name
    drafts = Drafts(project, tmp_path / "state")
    assert [draft.key for draft in drafts.all("retry").drafts] == [key]
    found = drafts.load(key)
    assert found is not None and found.payload == {"user": "old"}
    drafts.save(key, {"user": "new"})
    assert [draft.payload["user"] for draft in drafts.all("retry").drafts] == ["new"]
    drafts.delete(key)
    assert Drafts(project, tmp_path / "state").load(key) is None
    assert {draft.key for draft in drafts.trash("retry").drafts} == {key}


def test_a_draft_says_whose_it_is_in_the_one_form() -> None:
    assert new_draft("t", ZOE_APART).by == ZOE
    assert draft_from_payload(new_draft("t", "x").payload() | {"by": ZOE_APART}).by == ZOE


@pytest.mark.parametrize(("one", "old"), FORMS)
def test_a_claim_is_the_same_persons_in_either_form(tmp_path: Path, one: str, old: str) -> None:
    (tmp_path / "datasets").mkdir()
    ours, theirs = (Claims(tmp_path / "datasets", "retry", by) for by in ("ada", old))
    theirs.hold(record_id(1))
    assert [claim.by for claim in ours.others()] == [one]
    assert json.loads(theirs.file.read_text())["by"] == one
    theirs.file.write_text(json.dumps(json.loads(theirs.file.read_text()) | {"by": old}))
    assert [claim.by for claim in ours.others()] == [one]


def test_reviewers_in_a_spec_are_people_and_not_spellings() -> None:
    rules = ReviewRules(assign="share", reviewers=(ZOE_APART, "bob", "cleo"))
    assert rules.reviewers == (ZOE, "bob", "cleo")
    assert assigned(record_id(1), "src/a.rs", rules, 2, (ZOE,)) == frozenset(("bob", "cleo"))
    with pytest.raises(ValueError, match="stands there twice"):
        ReviewRules(assign="share", reviewers=(ZOE, ZOE_APART))


@pytest.mark.parametrize("typed", [ZOE, ZOE_APART, ZOE_APART.upper(), "zo*", f"*{ZOE_APART[2:]}"])
@pytest.mark.parametrize("has", [ZOE, ZOE_APART])
def test_filters_find_a_name_or_a_path_in_either_form(typed: str, has: str) -> None:
    row = Row("R1", by=has, reviewers=((has, "accept"),), title=f"{has}::run", path=f"src/{has}.rs")
    for field in ("author", "reviewer"):
        assert parse(f"{field}:{typed}", KnownNames(people=[has])).matches(row)
        assert parse(f"{field}:{typed}").matches(row)
    assert parse(f"item:{typed}").matches(row) and parse(f"path:{typed}").matches(row)
    with pytest.raises(FilterError, match="no person is called"):
        parse("author:zoe", KnownNames(people=[has]))


def test_words_of_texts_are_found_in_either_form() -> None:
    said = {"one": f"Ask {ZOE} why", "two": f"Ask {ZOE_APART} why", "three": "Ask Zoe why"}
    index = TextIndex()
    index.take(list(said), said.__getitem__)
    for wanted in (ZOE, ZOE_APART, ZOE_APART.upper(), f"ask {ZOE_APART} wh"):
        hits = index.hits(wanted)
        assert [name for name in said if hits[index.number(name)]] == ["one", "two"]
        rows = [parse(f'"{wanted}"').matches(Row(name), lambda row: said[row.record]) for name in said]
        assert rows == [True, True, False]


@pytest.mark.parametrize(("one", "old"), FORMS)
def test_whoever_works_is_the_person_in_the_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one: str, old: str
) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    project = quiet_project(tmp_path / "project")
    desk = Desk(project, "practice", old)
    assert {desk.by, desk.composer.by, desk.draft.by, desk.judge.by} == {one}
    going = Reviewing(project, "practice", old)
    assert {going.by, going.viewer.me, going.judge.signer.by} == {one}
    assert Listing(project, old, "practice").by == one
    assert annotator(Settings(name=old), lambda: "") == annotator(Settings(), lambda: old) == one
