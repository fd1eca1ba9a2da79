"""The main job without a screen: pick, write, save, come back, change, withdraw, restore, accept, export."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.annotate.composer import Composer
from app.errors import InvalidRecordError, UsageError
from app.export.deliver import deliver, summary_text
from app.project.project import Project, find_project, init_project
from app.project.topic_files import TopicFiles
from app.records.draft import draft_from_payload, new_draft
from app.records.events import Skip, make_revision, make_skip
from app.records.prose import Characters
from app.repository.sources import map_source
from app.review.acts.undo import undo
from app.rust.items import find_item
from tests.desk import Desk
from tests.gitfixtures import make_repo
from tests.memory import give
from tests.store.events import record_id

RETRY = "src/retry.rs"


def first_function(desk: Desk) -> str:
    kinds = {item.path: item.kind for item in desk.files.parsed(RETRY).items}
    units = (each.unit for each in desk.coverage().to_do())
    return next(unit.item for unit in units if unit.path == RETRY and kinds[unit.item] == "function_item")


def written(desk: Desk, item: str = "") -> None:
    """Put a whole record on the desk."""
    items = desk.files.parsed(RETRY).items
    index = items.index(find_item(items, item or first_function(desk)))
    piece = desk.composer.piece(RETRY, items[index].start, items[index].end, index)
    draft = desk.draft.pick(piece, "toggle").write("user", "Give up after the last wait.", Characters(28))
    desk.draft = draft.write("think", "With tokio and tracing: stop, because waits end.\n")
    desk.composition = desk.composer.compose(desk.draft)


def save(desk: Desk) -> str:
    sent = desk.draft
    revision = desk.composer.revision(sent, desk.composition)
    desk.append(revision)
    desk.acknowledge(sent, revision)
    return revision.id


def test_a_record_goes_from_source_to_exported_line(desk: Desk, project: Project, tmp_path: Path) -> None:
    written(desk)
    assert desk.dirty
    save(desk)
    assert not desk.dirty
    block = desk.composition.text
    again = Desk(project, "practice", "ada")
    draft, revision = again.load(desk.draft.record)
    again.take_up(draft, revision)
    assert again.composer.compose(draft).text == block
    assert not again.dirty
    give(Desk(project, "practice", "cleo").judge, draft.record, "accept")
    deliver(project, ["practice"], tmp_path / "out")
    (line,) = (tmp_path / "out" / again.files.spec.output).read_text("utf-8").splitlines()
    think = "With tokio and tracing: stop, because waits end."
    assert json.loads(line) == {
        "type": "chatml",
        "messages": [
            {"role": "system", "content": again.files.spec.system},
            {"role": "user", "content": "Give up after the last wait."},
            {"role": "assistant", "content": f"<think>\n{think}\n</think>\n\n{block}"},
        ],
    }


def test_a_second_save_is_a_revision_of_the_first(desk: Desk) -> None:
    written(desk)
    first = save(desk)
    desk.draft = desk.draft.write("user", "Give up after the last wait, and say so.")
    second = save(desk)
    state = desk.ledger().get(desk.draft.record)
    assert state is not None
    assert state.revision is not None
    assert (state.revision.id, state.revision.parents, len(state.events)) == (second, (first,), 2)


def test_withdrawn_and_restored(desk: Desk) -> None:
    written(desk)
    save(desk)
    record = desk.draft.record
    desk.judge.withdraw(record)
    assert _status(desk) == "retracted"
    with pytest.raises(UsageError, match="withdrawn already"):
        desk.judge.withdraw(record)
    desk.judge.restore(record)
    assert _status(desk) == "submitted"


def _status(desk: Desk) -> str:
    state = desk.ledger().get(desk.draft.record)
    assert state is not None
    return state.status


def test_an_empty_request_is_refused_with_its_code_and_nothing_is_written(
    desk: Desk, project: Project
) -> None:
    written(desk)
    desk.draft = desk.draft.write("user", "  \n")
    with pytest.raises(InvalidRecordError, match=r"BS1\d+ user"):
        desk.append(desk.composer.revision(desk.draft, desk.composition))
    assert not project.store.read("practice").exists


def test_think_with_a_closing_tag_is_refused(desk: Desk) -> None:
    written(desk)
    desk.draft = desk.draft.write("think", "one </think> two")
    with pytest.raises(InvalidRecordError, match="think"):
        desk.append(desk.composer.revision(desk.draft, desk.composition))


def test_test_code_is_refused_with_the_reason(desk: Desk) -> None:
    items = desk.files.parsed(RETRY).items
    index = next(at for at, item in enumerate(items) if item.test)
    with pytest.raises(InvalidRecordError, match="holds test code"):
        desk.composer.piece(RETRY, items[index].start, items[index].end, index)


def test_a_kept_draft_comes_back_whole_with_its_undo(desk: Desk, project: Project) -> None:
    written(desk)
    desk.draft = desk.draft.take_imports("pruned")
    desk.keep(desk.draft)
    again = Desk(project, "practice", "ada")
    draft, revision, offer, _ = again.opening(None, None, datetime.now(UTC))
    assert (draft, revision, offer) == (desk.draft, None, None)
    assert draft.undo().selection.imports == "whole"
    assert draft_from_payload(json.loads(json.dumps(draft.payload()))) == draft


def test_another_persons_draft_is_not_ones_own(desk: Desk, project: Project) -> None:
    written(desk)
    desk.keep(desk.draft)
    assert Desk(project, "practice", "bea").opening(None, None, None).draft.empty


def test_a_draft_that_a_crash_left_is_offered_and_can_be_declined(desk: Desk, project: Project) -> None:
    written(desk)
    desk.keep(desk.draft)
    again = Desk(project, "practice", "ada")
    opening = again.opening(None, None, left=None)
    assert opening.offer is not None
    assert opening.offer.kind == "crash"
    assert opening.draft == desk.draft  # what changes nothing is on the desk while the question stands
    declined = again.take(opening.offer, "open")
    assert declined.draft.empty
    assert again.own_drafts() == []
    assert len(list(project.work_dir.glob("trash/drafts/practice/*.json"))) == 1


def test_a_draft_never_takes_the_place_of_a_newer_revision_by_itself(desk: Desk, project: Project) -> None:
    written(desk)
    first = desk.composer.revision(desk.draft, desk.composition)
    desk.append(first)
    other = Desk(project, "practice", "bob")
    theirs, _ = other.load(first.record)
    changed = theirs.write("user", "Stop after the last wait, says bob.")
    other.append(other.composer.revision(changed, other.composer.compose(changed)))
    mine = desk.draft.saved_as(first.id, desk.draft.effort).write(
        "user", "Stop after the last wait, says ada."
    )
    desk.keep(mine)
    opening = Desk(project, "practice", "ada").opening(first.record, None, None)
    assert opening.offer is not None
    assert opening.offer.kind == "newer"
    assert desk.newer_than(mine) is not None
    taken = desk.take(opening.offer, "open")
    assert taken.draft.user == "Stop after the last wait, says bob."


def test_a_record_in_conflict_is_opened_as_its_newest_text_and_settles_nothing_by_itself(
    desk: Desk, project: Project
) -> None:
    written(desk)
    first = save(desk)
    mine = desk.judge.text(first)
    rival = make_revision(
        record=mine.record,
        by="bob",
        block=mine.block,
        user="Another.",
        think=mine.think,
        at=mine.at + timedelta(minutes=1),
    )
    project.store.append("practice", [rival])
    draft, revision = Desk(project, "practice", "ada").load(mine.record)
    assert revision == rival
    assert draft.parents == (rival.id,)
    again = Desk(project, "practice", "ada")
    again.take_up(draft, revision)
    again.draft = again.draft.write("user", "Another one.")
    assert again.newer_than(again.draft) is not None, "so the save asks first"


def test_imports_come_whole_pruned_and_all(desk: Desk) -> None:
    written(desk)
    sizes = {}
    for mode in ("none", "pruned", "whole", "all"):
        composition = desk.composer.compose(desk.draft.take_imports(mode))
        assert composition.problem == ""
        sizes[mode] = len(composition.text)
    assert sizes["none"] < sizes["pruned"] <= sizes["whole"] <= sizes["all"]


def test_a_dropped_import_stays_away_until_the_mode_is_taken_again(desk: Desk) -> None:
    written(desk)
    draft = desk.draft.take_imports("all")
    composition = desk.composer.compose(draft)
    path, start = min(composition.automatic)
    item = next(p.item for p in composition.pieces if p.start == start)
    dropped = draft.drop(path, start, item)
    assert (path, start) not in desk.composer.compose(dropped).automatic
    assert (path, start) in desk.composer.compose(dropped.take_imports("all")).automatic


def test_a_recorded_item_is_no_longer_open(desk: Desk) -> None:
    before = [each.unit.item for each in desk.coverage().to_do()]
    written(desk)
    save(desk)
    after = [each.unit.item for each in desk.coverage().to_do()]
    assert len(after) < len(before)
    assert desk.draft.selection.pieces[0].item not in after


def test_clicks_move_the_first_piece_but_never_an_assembled_block(desk: Desk) -> None:
    items = desk.files.parsed(RETRY).items
    plain = [
        at for at, i in enumerate(items) if i.parent is None and not i.test and i.kind != "use_declaration"
    ]
    one, two, three = (desk.composer.piece(RETRY, items[at].start, items[at].end, at) for at in plain[:3])
    draft = new_draft("practice", "ada").pick(one, "click").pick(two, "click")
    assert [p.item for p in draft.selection.pieces] == [two.item]
    draft = draft.pick(one, "add")
    assert draft.pick(three, "click").selection == draft.selection
    assert draft.undo().undo().undo().selection.pieces == ()


def test_export_says_what_stayed_and_why(desk: Desk, project: Project, tmp_path: Path) -> None:
    written(desk)
    save(desk)
    text = summary_text(deliver(project, ["practice"], tmp_path / "out"))
    assert "practice: 0 records" in text
    assert "1 submitted. It is not accepted yet." in text
    report = deliver(project, ["practice"], tmp_path / "out", {"submitted"})
    assert [topic.written for topic in report.topics] == [1]


def test_any_folder_below_finds_the_project(project: Project) -> None:
    assert find_project(project.root / "specs").root == project.root


def test_init_again_changes_nothing(project: Project) -> None:
    spec = project.specs_dir / "practice.toml"
    spec.write_text("title = 'mine'", "utf-8")
    assert init_project(project.root)[1] == []
    assert spec.read_text("utf-8") == "title = 'mine'"


def test_a_record_names_the_repository_as_the_spec_does_and_not_where_the_clone_lies(
    project: Project, tmp_path: Path
) -> None:
    url = "https://example.org/team/hooks"
    commit = make_repo(tmp_path / "clone", {"src/a.rs": b"fn a() {}\n"})
    spec = (project.specs_dir / "practice.toml").read_text("utf-8")
    spec = spec.replace('"sample:webhook"', f'"{url}"').replace("src/retry.rs", "src/a.rs")
    (project.specs_dir / "practice.toml").write_text(spec, "utf-8")
    map_source(url, tmp_path / "clone")
    composer = Composer(TopicFiles(project, "practice"))
    piece = composer.piece("src/a.rs", 0, 9, 0)
    block = composer.block(composer.compose(new_draft("practice", "ada").pick(piece, "toggle")))
    assert (block.repository, block.commit) == (url, commit)


def test_imports_taken_by_hand_give_way_to_a_mode(desk: Desk) -> None:
    items = desk.files.parsed(RETRY).items
    index = next(at for at, item in enumerate(items) if item.kind == "use_declaration")
    piece = desk.composer.piece(RETRY, items[index].start, items[index].end, index)
    draft = desk.draft.pick(piece, "toggle")
    assert draft.selection.pieces[0].role == "import"
    assert draft.take_imports("pruned").selection.pieces == ()
    assert draft.take_imports("pruned").undo().selection == draft.selection


def test_a_save_is_an_act_that_is_later_than_all_that_is_known_of_its_author(
    desk: Desk, project: Project
) -> None:
    """`undo-wrong-act`: what was saved here stood before what the other machine did, whose clock was ahead."""
    ahead = datetime.now(UTC) + timedelta(minutes=50)
    project.store.append("practice", [_skipped(ahead)])
    written(desk)
    assert desk.newer_than(desk.draft) is None  # which reads the journal, as every save does first
    revision = desk.signed(desk.draft, desk.composition)
    desk.append(revision)
    assert revision.at > ahead and revision.act is not None
    assert undo(desk.judge).records == (revision.record,)


def _skipped(at: datetime) -> Skip:
    return make_skip(
        record=record_id(9),
        by="ada",
        repository="r",
        commit=None,
        path="src/lib.rs",
        item="x",
        sha256="a" * 64,
        reason="trivial",
        at=at,
    )
