"""A record that is opened again goes on taking its imports as it did, and says the same bytes until it is changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from app.project.project import Project
from app.records.blocks import Piece, pieces_of
from app.records.draft import ImportMode, Selection, draft_of
from app.records.events import Revision
from app.rust.item_paths import is_import
from app.rust.items import find_item
from tests.desk import Desk

BACKOFF, WORKER = "src/backoff.rs", "src/worker.rs"


def piece(desk: Desk, path: str, name: str, role: Literal["main", "helper"] = "main") -> Piece:
    items = desk.files.parsed(path).items
    index = items.index(find_item(items, name))
    return desk.composer.piece(path, items[index].start, items[index].end, index, role)


def saved(desk: Desk, selection: Selection) -> Revision:
    """A record with this block, in the journal and on the desk."""
    desk.draft = desk.draft.write("user", "Give up after the last wait.").write("think", "Waits end.\n")
    desk.draft = desk.draft.take_needs(selection.pieces, (), *_rest(selection))
    desk.composition = desk.composer.compose(desk.draft)
    revision = desk.composer.revision(desk.draft, desk.composition, findings=())
    desk.append(revision)
    desk.acknowledge(desk.draft, revision)
    return revision


def _rest(selection: Selection) -> tuple[ImportMode, frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    return selection.imports, selection.unwanted, selection.likely


def reopened(project: Project, revision: Revision) -> Desk:
    again = Desk(project, "practice", "ada")
    again.take_up(*again.load(revision.record))
    assert not again.dirty
    made = again.composer.compose(again.draft)
    assert (made.text, made.spans) == (revision.block.text, revision.block.spans), (
        "byte for byte what was saved"
    )
    return again


@pytest.mark.parametrize("mode", ["whole", "pruned", "all"])
def test_a_record_goes_on_taking_its_imports_as_it_did(
    mode: ImportMode, desk: Desk, project: Project
) -> None:
    revision = saved(desk, Selection((piece(desk, WORKER, "enum Outcome"),), mode))
    again = reopened(project, revision)
    assert again.draft.selection.imports == mode
    assert not any(is_import(one.item) for one in again.draft.selection.pieces)


def test_a_helper_that_is_added_later_brings_its_imports(desk: Desk, project: Project) -> None:
    revision = saved(desk, Selection((piece(desk, WORKER, "enum Outcome"),), "whole"))
    again = reopened(project, revision)
    helper = piece(desk, WORKER, "static SEEDS", "helper")
    before = {span.item for span in revision.block.spans}
    made = again.composer.compose(again.draft.pick(helper, "toggle"))
    added = {span.item for span in made.spans} - before
    assert "static SEEDS" in added and any("AtomicU64" in item for item in added)


def test_an_import_that_was_dropped_stays_away(desk: Desk, project: Project) -> None:
    main = piece(desk, WORKER, "static SEEDS")
    every = desk.composer.compose(desk.draft.take_needs([main], (), "all", frozenset(), frozenset()))
    gone = next(one for one in every.pieces if "JoinSet" in one.item)
    revision = saved(desk, Selection((main,), "all", frozenset({(gone.path, gone.item)})))
    chosen = reopened(project, revision).draft.selection
    assert chosen.imports == "all"
    assert chosen.unwanted == {(gone.path, gone.item)}


def test_where_modes_take_the_same_it_is_the_specs(desk: Desk, project: Project) -> None:
    """`use std::time::Duration;` is every import of the file, and it needs no cut."""
    revision = saved(desk, Selection((piece(desk, BACKOFF, "struct Backoff"),), "pruned"))
    assert reopened(project, revision).draft.selection.imports == "whole"
    spec = project.specs_dir / "practice.toml"
    spec.write_text(spec.read_text("utf-8").replace("practice = true", 'practice = true\nimports = "all"'))
    assert reopened(project, revision).draft.selection.imports == "all"


def test_code_that_needs_no_import_goes_on_with_the_specs_mode(desk: Desk, project: Project) -> None:
    revision = saved(desk, Selection((piece(desk, BACKOFF, "const JITTER_SHARE"),), "none"))
    assert reopened(project, revision).draft.selection.imports == "whole"


def test_a_record_without_the_imports_it_needs_has_none_taken(desk: Desk, project: Project) -> None:
    revision = saved(desk, Selection((piece(desk, BACKOFF, "struct Backoff"),), "none"))
    assert reopened(project, revision).draft.selection.imports == "none"


def test_imports_that_no_mode_takes_stay_by_hand(desk: Desk, project: Project) -> None:
    """One that nothing needs beside the one that is needed, of many: "all" would not have left out the others."""
    main = piece(desk, BACKOFF, "struct Backoff")
    items = desk.files.parsed(WORKER).items
    unused = next(i for i, one in enumerate(items) if is_import(one.path) and "JoinSet" in one.path)
    extra = replace(piece(desk, WORKER, items[unused].path), role="import")
    revision = saved(desk, Selection((main, extra), "whole"))
    chosen = reopened(project, revision).draft.selection
    assert (chosen.imports, chosen.pieces) == ("none", pieces_of(revision.block.spans))


def test_a_draft_of_before_modes_were_kept_is_no_change(desk: Desk, project: Project) -> None:
    revision = saved(desk, Selection((piece(desk, WORKER, "enum Outcome"),), "whole"))
    old = draft_of("practice", "ada", revision)
    assert old.selection.pieces == pieces_of(revision.block.spans)
    again = Desk(project, "practice", "ada")
    again.keep(old)
    again.take_up(*again.load(revision.record))
    assert again.draft.selection == old.selection
    assert not again.dirty


@pytest.mark.parametrize("mode", ["none", "whole", "pruned", "all"])
def test_a_new_record_begins_with_the_specs_imports(mode: ImportMode, project: Project) -> None:
    spec = project.specs_dir / "practice.toml"
    spec.write_text(
        spec.read_text("utf-8").replace("practice = true", f'practice = true\nimports = "{mode}"')
    )
    desk = Desk(project, "practice", "ada")
    assert desk.draft.selection.imports == mode
    assert desk.opening(None, None, None).draft.selection.imports == mode
    assert desk.draft.empty and not desk.dirty


def test_a_spec_that_says_nothing_of_imports_begins_with_those_needed(desk: Desk) -> None:
    assert "imports" not in desk.files.spec.model_fields_set
    assert desk.draft.selection.imports == "whole"
