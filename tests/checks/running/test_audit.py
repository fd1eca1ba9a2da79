"""`backspan check` says the same whether the others come from the cache or from their texts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.checks.running import Audit, Judged
from app.checks.running.imprint_cache import NAME
from app.project.project import Project, init_project
from app.records.events import Revision, Waiver, make_revision
from app.records.history.ledger import RecordState
from app.records.history.light import Event
from app.store.follower import Follower
from tests.checks.test_near_duplicates import text
from tests.store.events import block, record_id, revision

TOPIC = "practice"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = init_project(tmp_path / "project")[0]
    made.store.path(TOPIC).unlink(missing_ok=True)
    return Project(made.root)


def made(number: int, seed: int) -> Revision:
    code = f"fn pause() {{ {text(10 * seed + 2, 60)} }}"
    return revision(number, user=text(10 * seed, 30), think=text(10 * seed + 1, 90), code=code)


def audited(project: Project) -> list[Judged]:
    specs, _ = project.specs()
    ledgers: dict[str, Sequence[RecordState]] = {}
    for topic, spec in specs.items():
        follower = Follower(project.store, topic, spec.reviews)
        follower.refresh()
        ledgers[topic] = follower.ledger.records
    audit = Audit(project, specs, ledgers, lambda said: None)
    return list(audit.run(audit.pick([TOPIC])))


def test_a_second_check_says_the_same_and_reads_each_text_once(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    revisions = [made(number, number % 3) for number in range(7)]
    project.store.append(TOPIC, revisions)
    first = audited(project)
    assert {one.code for judged in first for one in judged.findings} >= {"BS603", "BS608"}
    (project.work_dir / NAME).write_bytes(b"\0" * 3_000)
    assert audited(project) == first  # the cache was thrown away
    audited(project)
    read: list[str] = []
    fetch = project.store.fetch

    def counted(topic: str, name: str) -> Event:
        read.append(name)
        return fetch(topic, name)

    monkeypatch.setattr(project.store, "fetch", counted)
    assert audited(project) == first
    assert sorted(read) == sorted(one.id for one in revisions)


def test_what_a_record_waives_is_told_as_waived(project: Project) -> None:
    waivers = (Waiver(code="BS201", reason="no crate is needed here"),)
    code = block("fn pause() -> u64 {\n    7\n}")
    saved = make_revision(
        record=record_id(1), by="ada", block=code, user="Wait.", think="It waits.", waivers=waivers
    )
    project.store.append(TOPIC, [saved])
    [judged] = audited(project)
    told = {one.code: one.waived for one in judged.findings}
    assert told["BS201"] == "no crate is needed here" and not told["BS210"]
