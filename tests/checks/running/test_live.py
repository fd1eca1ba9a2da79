"""Live checks: what they say of the draft in hand is what `backspan check` will say of the record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.annotate.composer import Composer
from app.checks import Context, Finding, Texts, check_record
from app.checks.near_duplicates import SetIndex
from app.checks.running import Code, Library, Live, judge, light
from app.checks.running import context as telling
from app.checks.running import live as module
from app.errors import SourceError
from app.project.project import Project, init_project
from app.project.topic_files import TopicFiles
from app.project.topics.spec import Spec
from app.records.draft import new_draft
from app.records.events import Block, Effort, Revision, Waiver, make_revision
from app.rust.items import find_item
from tests.store.events import record_id, retraction

USER = (
    "We still hit a dead receiver every few seconds, however long it has been away. Waits must grow with each failure, "
    "up to a bound that operators set, and thousands of failures must never make the sum overflow."
)
THINK = (
    "A fixed wait keeps a dead receiver busy, so `raw_delay` has to grow with the count of failures. Doubling is "
    "enough because nobody needs a finer curve, and `base` is what operators know; `no_such_name` is not in here."
)
NOTHING = Effort()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init_project(tmp_path / "project")[0]


@pytest.fixture
def composer(project: Project) -> Composer:
    return Composer(TopicFiles(project, "practice"))


@pytest.fixture
def live(project: Project, composer: Composer) -> Live:
    return Live(project, "practice", composer.files.spec, Code(composer.files.snapshot))


def block(composer: Composer, item: str = "Backoff::raw_delay") -> Block:
    """An item of the sample crate's `backoff.rs` with nothing besides."""
    path = "src/backoff.rs"
    items = composer.files.parsed(path).items
    index = items.index(find_item(items, item))
    piece = composer.piece(path, items[index].start, items[index].end, index)
    return composer.block(composer.compose(new_draft("practice", "ada").pick(piece, "toggle")))


def said(
    live: Live, block: Block | None, user: str = USER, waivers: Mapping[str, str] | None = None
) -> set[str]:
    return {one.code for one in live.judge(record_id(1), user, THINK, block, NOTHING, waivers or {})}


def saved(composer: Composer, number: int, block: Block, **more: object) -> Revision:
    fields = {"user": USER, "think": THINK, **more}
    return make_revision(record=record_id(number), by="ada", block=block, **fields)  # type: ignore[arg-type]


def test_it_says_what_a_check_of_the_saved_record_says(
    project: Project, composer: Composer, live: Live
) -> None:
    code = block(composer)
    effort = Effort(typed=10, pasted=900)
    other = saved(composer, 2, code)
    project.store.append("practice", [other])
    assert live.refresh()
    waivers = (Waiver(code="BS205", reason="shown elsewhere"),)
    revision = saved(composer, 1, code, effort=effort, waivers=waivers)
    found = live.judge(record_id(1), USER, THINK, code, effort, {"BS205": "shown elsewhere"})
    view = SetIndex([light("practice", other)]).view(light("practice", revision))
    with Library(project, print) as library:
        assert found == judge(library, composer.files.spec, revision, view)
    assert {"BS140", "BS205", "BS501", "BS603", "BS608"} <= {one.code for one in found}
    assert next(one for one in found if one.code == "BS205").waived == "shown elsewhere"


def test_others_are_known_once_they_were_read(project: Project, composer: Composer, live: Live) -> None:
    code = block(composer)
    other = saved(composer, 2, code)
    project.store.append("practice", [other])
    assert "BS608" not in said(live, code)
    assert live.refresh()
    assert "BS608" in said(live, code)
    assert not live.refresh()
    project.store.append("practice", [retraction((other,))])
    assert live.refresh()
    assert "BS608" not in said(live, code)


def test_a_cancelled_first_reading_tells_nothing_of_others(
    project: Project, composer: Composer, live: Live
) -> None:
    code = block(composer)
    project.store.append("practice", [saved(composer, 2, code)])
    assert not live.refresh(cancelled=lambda: True)
    assert "BS608" not in said(live, code)
    assert live.refresh()
    assert "BS608" in said(live, code)


def test_without_code_that_is_said_and_nothing_raised(live: Live) -> None:
    assert "BS103" in said(live, None)
    live.refresh()
    assert {"BS103"} <= said(live, None, user="") and "BS101" in said(live, None, user="")


def test_whoever_cancels_gets_nothing(composer: Composer, live: Live) -> None:
    asked = iter([False] * 10)
    assert live.judge(record_id(1), "", "", block(composer), NOTHING, {}, lambda: next(asked, True)) == ()
    assert "BS101" in said(live, block(composer), user="")


def test_the_code_is_looked_at_once_a_block(
    composer: Composer, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Block] = []
    real = telling.with_code

    def counted(context: Context, spec: Spec, block: Block, code: Code) -> Context:
        looked.append(block)
        return real(context, spec, block, code)

    monkeypatch.setattr(module, "with_code", counted)
    one, other = block(composer), block(composer, "Backoff")
    for user in ("a", "ab", "abc"):
        said(live, one, user)
    said(live, block(composer), "abcd")  # composed anew, and the same
    assert looked == [one]
    said(live, other)
    said(live, one)
    assert looked == [one, other, one]


def test_a_repository_that_fails_leaves_what_can_be_said_without_it(
    project: Project, composer: Composer
) -> None:
    def read(path: str) -> bytes:
        raise SourceError(f"{path} is gone")

    code = block(composer)
    live = Live(project, "practice", composer.files.spec, Code(composer.files.snapshot, read=read))
    found = said(live, code, user="")
    assert "BS101" in found and "BS202" not in found and "BS205" not in found
    own, around = live.names(code)
    assert "as_secs_f64" in own and around == frozenset()


def test_files_of_a_workbench_are_shared(composer: Composer) -> None:
    read: list[str] = []

    def bytes_of(path: str) -> bytes:
        read.append(path)
        return composer.files.open(path).source.data

    code = Code(composer.files.snapshot, composer.files.crate_files, bytes_of)
    live = Live(composer.files.project, "practice", composer.files.spec, code)
    said(live, block(composer))
    said(live, block(composer, "Backoff"))
    assert read == ["src/backoff.rs"]
    assert code.file("src/backoff.rs") is composer.files.crate_files.lookup("src/backoff.rs").file


def test_names_are_those_of_the_code_and_of_its_file(composer: Composer, live: Live) -> None:
    own, around = live.names(block(composer))
    assert {"raw_delay", "base", "as_secs_f64"} <= own <= around
    assert "Backoff" in around and "fn" not in around and "self" not in around
    assert not any(name[0].isdigit() for name in around)


@pytest.mark.parametrize("text", ["\0", "\ud83e", "`" * 400, "</think>", "\u2028`x`", "(" * 3_000])
def test_no_text_makes_it_raise(composer: Composer, live: Live, text: str) -> None:
    live.refresh()
    found: tuple[Finding, ...] = live.judge(record_id(1), text, text, block(composer), NOTHING, {})
    assert found
    assert {one.code for one in check_record(Texts(text, text, "fn f() {}"))}
