"""Graphs: the figures' own numbers, one for each place, in the shape that a chart takes."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from app.progress.stats.graphs import Graph, graphs
from app.progress.stats.overview import Overview, TopicStats
from app.project.project import init_project
from app.records.history.ledger import Ledger
from tests.store.events import moment, revision
from widgets.panels.chart import Plot, Series


@pytest.fixture
def stats(tmp_path: Path) -> TopicStats:
    project, _ = init_project(tmp_path, samples=True)
    specs, _ = project.specs()
    overview = Overview(project, specs, moment(0))
    records = Ledger(project.store.survey("practice").entries).records
    known = overview.with_texts(overview.topic("practice", records), records)
    found = overview.findings({"practice": records}, ["practice"], lambda said: None)
    return TopicStats("practice", "", True, known.ledger, known.texts, None, found["practice"])


def test_every_graph_has_a_number_and_a_way_for_each_place(stats: TopicStats) -> None:
    found = graphs(stats)
    assert len({graph.title for graph in found}) == len(found) == 9
    for graph in found:
        assert {len(values) for _, values in graph.series} == {len(graph.labels)}
        assert len(graph.links) in (0, len(graph.labels))


def test_a_graph_is_a_plot(stats: TopicStats) -> None:
    assert Graph._fields == tuple(field.name for field in fields(Plot))
    graph = graphs(stats)[0]
    series = tuple(Series(*row) for row in graph.series)
    plot = Plot(graph.title, graph.labels, series, graph.kind, graph.unit, graph.links)
    told = {one.name: one.count for one in stats.ledger.statuses if one.count}
    assert {name: plot.value(0, at) for at, name in enumerate(plot.labels)} == told
    assert plot.link(0) == stats.ledger.statuses[0].link


def test_a_topic_without_records_has_no_graph(tmp_path: Path) -> None:
    project, _ = init_project(tmp_path)
    specs, _ = project.specs()
    assert graphs(Overview(project, specs).topic("practice", ())) == ()


def test_a_text_is_read_once(stats: TopicStats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, _ = init_project(tmp_path / "another")
    specs, _ = project.specs()
    project.store.append("practice", [revision(1)])
    overview = Overview(project, specs)
    records = Ledger(project.store.survey("practice").entries).records
    first = overview.with_texts(overview.topic("practice", records), records)
    monkeypatch.setattr(project.store, "fetch", lambda topic, name: pytest.fail("it was read again"))
    assert overview.with_texts(overview.topic("practice", records), records) == first
    assert first.texts is not None and first.texts.records == 1
