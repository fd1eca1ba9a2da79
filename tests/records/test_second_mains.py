"""Two items of one idea are both main code by one key, and the only main piece stays so."""

from __future__ import annotations

from app.records.blocks import Piece
from app.records.draft import Draft, new_draft


def piece(name: str, start: int, end: int) -> Piece:
    return Piece("src/retry.rs", start, end, "helper", name)


STRUCT, NEW, IMPORT = (
    piece("struct Retry", 0, 40),
    piece("Retry::new", 60, 90),
    piece("use std::fmt", 100, 120),
)


def roles(draft: Draft) -> list[tuple[str, str]]:
    return [(one.role, one.item) for one in draft.selection.pieces]


def test_a_second_item_is_taken_as_main_code_too() -> None:
    draft = new_draft("retry", "ada").pick(STRUCT, "toggle").pick(NEW, "main")
    assert roles(draft) == [("main", "struct Retry"), ("main", "Retry::new")]
    assert roles(draft.undo()) == [("main", "struct Retry")]


def test_the_same_key_makes_a_helper_main_and_a_main_a_helper_again() -> None:
    draft = new_draft("retry", "ada").pick(STRUCT, "toggle").pick(NEW, "toggle")
    assert roles(draft) == [("main", "struct Retry"), ("helper", "Retry::new")]
    both = draft.pick(NEW, "main")
    assert roles(both) == [("main", "struct Retry"), ("main", "Retry::new")]
    assert both.pick(NEW, "main").selection == draft.selection


def test_the_only_main_piece_stays_main_and_an_import_an_import() -> None:
    draft = new_draft("retry", "ada").pick(STRUCT, "main")
    assert draft.pick(STRUCT, "main") == draft
    imported = draft.pick(IMPORT, "main")
    assert roles(imported) == [("main", "struct Retry"), ("import", "use std::fmt")]
    assert imported.pick(IMPORT, "main") == imported


def test_a_member_of_a_piece_that_is_there_speaks_of_that_piece() -> None:
    whole = piece("impl Retry", 50, 95)
    draft = new_draft("retry", "ada").pick(STRUCT, "toggle").pick(whole, "toggle").pick(NEW, "main")
    assert roles(draft) == [("main", "struct Retry"), ("main", "impl Retry")]
