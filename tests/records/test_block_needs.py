"""What a block needs is proposed across files, in order and with reasons; what people tick becomes the draft's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.annotate.needs_rows import NeedRow, needs, ticked_draft
from app.errors import SourceError
from app.project.project import init_project
from app.records.block_needs import (
    HelperOffer,
    ImportOffer,
    all_helpers,
    helper_tree,
    import_offers,
    imports_taken,
    next_helper,
    why,
)
from app.records.blocks import Piece, compose, import_piece, piece_for
from app.records.draft import Draft, draft_from_payload
from app.rust.items import find_item, outline
from app.rust.needs.crate_files import CrateFiles, Read
from app.rust.needs.imports import ImportPick
from app.rust.syntax import parse
from tests.desk import Desk

CRATE = {
    "src/lib.rs": "mod work; mod util;\n",
    "src/util.rs": "pub struct Clock;\nimpl Clock { pub fn now(&self) -> u64 { 0 } }\npub fn far() -> u8 { near() }\n"
    "fn near() -> u8 { 1 }\n",
    "src/work.rs": "use std::fmt::Display;\nuse std::io::Write as _;\nuse crate::util::{far, Clock};\n\n"
    "const BASE: u64 = 2;\n\nstruct Job { clock: Clock }\n\nimpl Job {\n    fn wait(&self) -> u64 { step(BASE) }\n}\n\n"
    "fn step(n: u64) -> u64 { n * limit() }\n\nfn limit() -> u64 { BASE }\n\n"
    "fn alone(d: &dyn Display) { far(); d.flush(); }\n"
    "\n#[cfg(test)]\nmod tests { fn only() {} }\n",
    "src/bad.rs": "\x00\x00",
}
WORK = "src/work.rs"


def read(path: str) -> Read:
    if path == "src/bad.rs":
        raise SourceError("src/bad.rs is not text")
    data = CRATE[path].encode()
    tree = parse(data)
    assert tree is not None
    return data, tree, outline(data, tree)


def crate() -> CrateFiles:
    return CrateFiles(CRATE.__contains__, read)


def piece(files: CrateFiles, name: str, role: str = "main") -> Piece:
    items = files.lookup(WORK).file.items
    return piece_for(items, items.index(find_item(items, name)), WORK, role)  # type: ignore[arg-type]


def labels(offers: tuple[HelperOffer, ...]) -> list[tuple[int, str, int]]:
    return [(depth, o.piece.item, o.helper.tier) for top in offers for depth, o in top.walk()]


def test_facts_are_made_once_and_a_file_that_cannot_be_read_is_no_module() -> None:
    files = crate()
    assert files.lookup(WORK) is files.lookup(WORK)
    modules = files.lookup(WORK).file.modules
    assert modules is not None
    assert modules((b"util",)) is files.lookup("src/util.rs").file
    assert modules((b"bad",)) is None
    assert modules((b"missing",)) is None


def test_the_next_helper_follows_what_the_last_one_needs() -> None:
    files = crate()
    held = [piece(files, "Job::wait")]
    taken: list[str] = []
    while (offer := next_helper(held, files)) is not None:
        taken.append(offer.piece.item)
        held.append(offer.piece)
    assert sorted(taken) == ["const BASE", "limit", "step", "struct Job"]
    assert [each.piece.item for each in all_helpers([held[0]], files)] == taken
    assert [each.piece.item for each in all_helpers([held[0]], files, 2)] == taken[:2]


def test_the_tree_shows_what_was_taken_and_what_another_file_has() -> None:
    files = crate()
    job = piece(files, "struct Job")
    wait = piece(files, "Job::wait")
    step = piece(files, "step", "helper")
    tree = labels(helper_tree([wait, job], files))
    assert {item for _, item, _ in tree} >= {"step", "const BASE", "limit", "struct Clock"}
    assert (1, "limit", 1) in tree
    assert [row for row in tree if row[2] == 2] == [(0, "struct Clock", 2)]
    assert labels(helper_tree([wait, job, step], files)) == tree, "what is taken stays in the tree"


def test_a_helper_that_nothing_uses_is_code_of_its_own() -> None:
    files = crate()
    tree = labels(helper_tree([piece(files, "limit"), piece(files, "step", "helper")], files))
    assert ("const BASE" in {item for _, item, _ in tree}) and "step" not in {item for _, item, _ in tree}


def test_imports_come_certain_and_likely_and_as_the_mode_says() -> None:
    files = crate()
    pieces = [piece(files, "alone")]
    offers = import_offers(pieces, files)
    told = {offer.proposal.item.path: offer.proposal.certainty for offer in offers}
    assert told == {
        "use std::fmt::Display": "certain",
        "use std::io::Write as _": "likely",
        "use crate::util::{far, Clock}": "certain",
    }

    def text(mode: str, likely: bool = False, unwanted: bool = False) -> str:
        write, none = frozenset({(WORK, "use std::io::Write as _")}), frozenset[tuple[str, str]]()
        chosen = (write if unwanted else none, write if likely else none)
        taken = imports_taken(pieces, mode, *chosen, files, offers)  # type: ignore[arg-type]
        return compose([*pieces, *taken], {WORK: CRATE[WORK].encode()}).text

    assert "use" not in text("none", likely=True)
    assert "use std::fmt::Display;\nuse crate::util::{far, Clock};" in text("whole")
    assert "use crate::util::{far};" in text("pruned")
    assert "Write as _" not in text("pruned")
    assert "Write as _" in text("pruned", likely=True)
    assert "Write as _" in text("all")
    assert "Write as _" not in text("all", unwanted=True)


def test_reasons_are_told_for_imports_and_helpers_but_not_for_what_was_chosen() -> None:
    files = crate()
    pieces = [
        piece(files, "Job::wait"),
        piece(files, "step", "helper"),
        piece(files, "alone", "helper"),
    ]
    said = why(pieces, files, import_offers(pieces, files))
    assert said[WORK, pieces[1].start] == "called in line 10"
    assert (WORK, pieces[0].start) not in said
    assert (WORK, pieces[2].start) not in said, "no code of the block calls it"
    assert said[WORK, 0] == "`Display` used in line 17"


# -- rows and ticks


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return Desk(init_project(tmp_path / "project")[0], "practice", "ada")


def begun(desk: Desk, item: str, mode: str = "none") -> tuple[Draft, tuple[NeedRow, ...]]:
    composer = desk.composer
    path = next(
        path
        for path in composer.files.sources()
        if any(i.path == item for i in composer.files.parsed(path).items)
    )
    items = composer.files.parsed(path).items
    index = items.index(find_item(items, item))
    draft = desk.draft.pick(composer.piece(path, items[index].start, items[index].end, index), "toggle")
    draft = draft.take_imports(mode)  # type: ignore[arg-type]
    return draft, rows_of(desk, draft)


def rows_of(desk: Desk, draft: Draft) -> tuple[NeedRow, ...]:
    return needs(desk.composer, draft, desk.composer.compose(draft))


def held(rows: tuple[NeedRow, ...]) -> set[int]:
    return {at for at, row in enumerate(rows) if row.held}


ITEM = "Retry::fail"


def test_ticking_all_gives_a_block_that_holds_all(desk: Desk) -> None:
    draft, rows = begun(desk, ITEM)
    assert {row.kind for row in rows} >= {"import", "type"}, [row.label for row in rows]
    every = {at for at, row in enumerate(rows) if not row.heading}
    after = ticked_draft(draft, rows, every)
    assert after.selection.imports == "whole"
    assert {row.label for row in rows_of(desk, after) if row.held} >= {
        row.label for row in rows if not row.heading
    }
    assert after.undo().selection == draft.selection, "it is one step of undo"


def test_ticking_one_import_where_none_were_taken_takes_only_that_one(desk: Desk) -> None:
    draft, rows = begun(desk, "struct Policy")
    first = next(at for at, row in enumerate(rows) if isinstance(row.offer, ImportOffer))
    after = ticked_draft(draft, rows, {first})
    assert [row.label for row in rows_of(desk, after) if row.held] == [rows[first].label]


def test_unticking_an_import_keeps_it_away_and_ticking_it_brings_it_back(desk: Desk) -> None:
    draft, rows = begun(desk, "struct Policy", "whole")
    first = next(at for at, row in enumerate(rows) if isinstance(row.offer, ImportOffer) and row.held)
    without = ticked_draft(draft, rows, held(rows) - {first})
    again = rows_of(desk, without)
    assert not again[first].held
    assert ticked_draft(without, again, held(again) | {first}).selection == draft.selection


def test_an_import_taken_by_hand_can_be_unticked(desk: Desk) -> None:
    draft, rows = begun(desk, "struct Policy")
    first = next(row for row in rows if isinstance(row.offer, ImportOffer))
    assert isinstance(first.offer, ImportOffer)
    by_hand = import_piece(ImportPick(first.offer.proposal.item, ()), first.path)
    draft = draft.pick(by_hand, "toggle")
    rows = rows_of(desk, draft)
    assert held(rows) == {1}
    after = ticked_draft(draft, rows, set())
    assert [p.role for p in after.selection.pieces] == ["main"]
    assert after.selection.imports == "none"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["Retry::fail", "struct Policy", "Schedule::new"]),
    st.sampled_from(["none", "whole", "pruned"]),
    st.data(),
)
def test_what_is_ticked_is_what_the_block_holds(
    desk: Desk, item: str, mode: str, data: st.DataObject
) -> None:
    draft, rows = begun(desk, item, mode)
    tickable = [at for at, row in enumerate(rows) if not row.heading and not row.names_only]
    ticked = data.draw(st.sets(st.sampled_from(tickable)))
    after = rows_of(desk, ticked_draft(draft, rows, ticked))
    wanted = {(rows[at].path, rows[at].start) for at in ticked}
    known = {(row.path, row.start) for row in rows}  # what a taken helper needs in turn comes by the mode
    holds = {(row.path, row.start) for row in after if row.held and not row.names_only}
    assert holds & known == wanted


def test_a_draft_file_keeps_the_likely_imports(desk: Desk) -> None:
    draft, _ = begun(desk, "struct Policy", "pruned")
    marked = replace(draft, selection=replace(draft.selection, likely=frozenset({("a.rs", "use b")})))
    assert draft_from_payload(marked.payload()) == marked
    old = marked.payload()
    del old["selection"]["likely"]
    assert draft_from_payload(old).selection == draft.selection
