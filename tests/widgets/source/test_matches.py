"""Finding in the file shown: where the cursor goes, and what is searched in a thread."""

from __future__ import annotations

import pytest

from tests.widgets.source.paper import PaperPane, line_of
from widgets.source import matches as matches_module
from widgets.source import messages
from widgets.source.matches import Matches
from widgets.source.painting import RowPainter


def matches_of(pane: PaperPane) -> Matches:
    return Matches(pane, RowPainter(pane, pane.palette))


def test_matches_are_gone_to_in_turn_and_round_the_ends() -> None:
    pane = PaperPane()
    matches = matches_of(pane)
    matches.look_for("point")
    matches.action_find_next()
    matches.action_find_next()
    matches.action_find_previous()
    struct, impl = line_of("struct"), line_of("impl")
    assert [line for line, _ in pane.gone_to] == [struct, impl, struct, impl]
    matches.look_for("no such text")
    assert pane.refused == ["'no such text' is not in this file"]


def test_with_nothing_to_look_for_a_text_is_asked_for() -> None:
    pane = PaperPane()
    matches_of(pane).action_find_next()
    assert pane.posted == [messages.Asked("find")]


def test_marking_alone_moves_nothing() -> None:
    pane = PaperPane()
    matches = matches_of(pane)
    matches.look_for("wide", go=False)
    assert matches.text == "wide" and pane.gone_to == []


def test_a_large_file_is_searched_beside_the_interface(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matches_module, "AT_ONCE", 10)
    pane = PaperPane()
    matches_of(pane).look_for("wide")
    assert [group for group, _ in pane.jobs] == ["find"] and pane.gone_to == []
