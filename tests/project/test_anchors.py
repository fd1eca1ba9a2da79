"""What records were taken from stays in backspan's own clone, whatever upstream does with its branches and tags."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli.main import cli
from app.errors import BackspanError, SourceError
from app.project.anchors import Origin, fill, gaps, hold, origin_of, own_clone, paths_of
from app.project.project import Project, init_project
from app.records.draft import new_draft
from app.records.events import Block, Revision, make_revision
from app.repository import sources
from app.repository.git.kept_refs import PREFIX, keep, kept
from app.repository.repository import open_repository
from app.rust.items import find_item
from app.settings.person import settings_path
from tests.desk import Desk
from tests.gitfixtures import allow_partial, commit, git, make_repo

USER = (
    "Callers keep writing the same literal all over the place, and nobody can tell which of them mean the very first "
    "number. Give them one name for it that is small, cannot fail and needs no allocation."
)
THINK = (
    "A constant would do as well, but callers want to pass it where a function is expected, so `one` is a function. "
    "It takes nothing and gives a `u8`, because every larger type can be made of that without a loss, and the callers "
    "that count more than that have their own. Nothing here can fail, therefore no `Result` is needed."
)
ONE = b"/// One.\npub fn one() -> u8 {\n    1\n}\n"
MANIFEST = b'[package]\nname = "up"\nversion = "1.0.0"\nlicense = "MIT"\n'
FILES = {"src/lib.rs": ONE, "Cargo.toml": MANIFEST, "README.md": b"Up\n"}
NEW = {"src/lib.rs": b"pub fn other() {}\n", "Cargo.toml": MANIFEST}
SPEC = """\
title = "Up"
repository.url = "{url}"
{more}
sources = ["src/*.rs"]
system = "You are a maintainer."
output = "up.jsonl"
target.min = 1
target.max = 5
"""


class World:
    """An upstream, a project whose topic reads it, and the clone of it."""

    def __init__(self, root: Path) -> None:
        self.up = root / "up.git"
        make_repo(self.up, FILES, bare=True)
        allow_partial(self.up)
        git(self.up, "config", "gc.pruneExpire", "now")
        self.url = f"file://{self.up}"
        self.project: Project = init_project(root / "project")[0]
        self.write_spec()

    @property
    def clone(self) -> Path:
        return sources.clone_path(self.url)

    def write_spec(self, more: str = "") -> None:
        (self.project.specs_dir / "up.toml").write_text(SPEC.format(url=self.url, more=more))

    def desk(self) -> Desk:
        return Desk(self.project, "up", "ada")

    def save(self, held: bool = True, think: str = THINK) -> Revision:
        """Save a record of `one`, with or without what a save of this version does about its code."""
        desk = self.desk()
        there = desk.files.parsed("src/lib.rs").items
        index = there.index(find_item(there, "one"))
        piece = desk.composer.piece("src/lib.rs", there[index].start, there[index].end, index, "main")
        draft = new_draft("up", "ada").pick(piece, "toggle").write("user", USER).write("think", think)
        revision = desk.composer.revision(draft, desk.composer.compose(draft))
        desk.append(revision)
        if held:
            desk.hold(revision)
        return revision

    def rewrite(self, branch: str = "main") -> None:
        """Upstream begins the branch anew and forgets what was there."""
        git(self.up, "update-ref", "-d", f"refs/heads/{branch}")
        commit(self.up, NEW)
        self.forget()

    def forget(self) -> None:
        git(self.up, "gc", "-q", "--prune=now")

    def month_later(self) -> None:
        """Git tidies the clone up, as it does by itself now and then."""
        for path in (self.clone / "objects").rglob("*"):
            os.utime(path, (1_000_000_000, 1_000_000_000))
        git(self.clone, "gc", "-q")

    def run(self, *words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(cli, ["-C", str(self.project.root), *words])
        if isinstance(done.exception, BackspanError):
            raise done.exception
        assert done.exit_code == code, done.output
        return done


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('name = "ada"\n')
    return World(tmp_path)


def read(world: World, revision: Revision) -> bytes:
    assert revision.block.commit is not None
    with open_repository(world.clone) as repository:
        return repository.snapshot(revision.block.commit).read("src/lib.rs").data


# What upstream may do.


def _rewritten(world: World) -> None:
    world.rewrite()


def _branch_deleted(world: World) -> None:
    git(world.up, "update-ref", "refs/heads/next", "main")
    git(world.up, "symbolic-ref", "HEAD", "refs/heads/next")
    git(world.up, "update-ref", "-d", "refs/heads/main")
    commit(world.up, NEW, branch="next")
    git(
        world.up,
        "update-ref",
        "refs/heads/next",
        git(world.up, "commit-tree", "next^{tree}", "-m", "Squashed"),
    )
    world.forget()


def _moved_with_a_backup_branch_that_goes_later(world: World) -> None:
    git(world.up, "update-ref", "refs/heads/old", "main")
    git(world.up, "update-ref", "-d", "refs/heads/main")
    commit(world.up, NEW)
    sources.update(world.clone)
    git(world.up, "update-ref", "-d", "refs/heads/old")
    git(world.clone, "update-ref", "-d", "refs/heads/old")  # as a person who tidies up does
    world.forget()


@pytest.mark.parametrize("act", [_rewritten, _branch_deleted, _moved_with_a_backup_branch_that_goes_later])
def test_a_records_code_outlives_its_branch(world: World, act: Callable[[World], None]) -> None:
    """It was gone a month later, and nothing said so: the clone had its branches only, and upstream let go of it."""
    sources.clone(world.url)
    revision = world.save()
    act(world)
    world.run("source", "update", world.url)
    world.month_later()
    git(world.clone, "prune", "--expire=now")
    assert read(world, revision) == ONE
    result = world.run("check", "up")
    assert "not compared" not in result.output
    assert "BS210" not in result.stdout, "the licence is known as well"


def test_a_tag_that_is_moved_takes_no_code_along(world: World) -> None:
    git(world.up, "update-ref", "refs/tags/v1", "main")
    git(world.up, "update-ref", "refs/heads/work", "main")
    git(world.up, "symbolic-ref", "HEAD", "refs/heads/work")
    git(world.up, "update-ref", "-d", "refs/heads/work")
    git(world.up, "update-ref", "-d", "refs/heads/main")
    commit(world.up, NEW)
    git(world.up, "symbolic-ref", "HEAD", "refs/heads/main")
    sources.clone(world.url, commit="v1")
    with open_repository(world.clone) as repository:
        old = repository.snapshot("v1").commit
    world.write_spec(f'repository.commit = "{old}"')
    revision = world.save()
    git(world.up, "update-ref", "refs/tags/v1", "main")
    world.forget()
    sources.update(world.clone, commit="main")
    git(world.clone, "update-ref", "refs/tags/v1", git(world.clone, "rev-parse", "main"))
    world.month_later()
    git(world.clone, "prune", "--expire=now")
    assert read(world, revision) == ONE


def test_a_commit_that_only_a_fork_has_is_kept_from_the_moment_it_is_fetched(world: World) -> None:
    """A host gives it by its id; no branch of the repository ever had it."""
    fork = commit(world.up, FILES | {"src/fork.rs": b"pub fn fork() {}\n"}, branch="fork")
    git(world.up, "update-ref", "-d", "refs/heads/fork")
    sources.clone(world.url, commit=fork)
    assert kept(world.clone) == {fork}, "at once, though nothing was saved yet"
    world.write_spec(f'repository.commit = "{fork}"')
    revision = world.save()
    assert revision.block.commit == fork
    world.forget()
    world.month_later()
    git(world.clone, "prune", "--expire=now")
    assert read(world, revision) == ONE


# Records that were saved before there were such refs, or on another machine.


def _check(world: World) -> None:
    world.run("check", "up")


def _update(world: World) -> None:
    world.run("source", "update", world.url)


def _repair(world: World) -> None:
    result = world.run("doctor")
    assert "1 commit that records were taken from could be lost" in result.stdout
    assert kept(world.clone) == frozenset(), "looking changes nothing"
    assert "gave refs to 1 commit" in world.run("doctor", "--repair").stdout
    assert "could be lost" not in world.run("doctor").stdout


@pytest.mark.parametrize("way", [_check, _update, _repair])
def test_a_ref_that_lacks_is_made_up_for(world: World, way: Callable[[World], None]) -> None:
    sources.clone(world.url)
    revision = world.save(held=False)
    assert kept(world.clone) == frozenset()
    way(world)
    recorded = {str(revision.block.commit), *(str(span.blob) for span in revision.block.spans)}
    assert recorded <= kept(world.clone)
    assert gaps({Origin(world.url, str(revision.block.commit)): recorded}, world.project.root) == []
    world.rewrite()
    world.month_later()
    assert read(world, revision) == ONE


def test_an_update_brings_what_a_colleagues_record_was_taken_from(world: World) -> None:
    """Its commit came with a journal; here no branch ever had it, and upstream still gives it by its id."""
    sources.clone(world.url)
    revision = world.save()
    git(world.up, "update-ref", "refs/heads/hidden", "main")
    git(world.up, "update-ref", "-d", "refs/heads/main")
    commit(world.up, NEW)
    git(world.up, "update-ref", "refs/hidden/x", "hidden")
    git(world.up, "update-ref", "-d", "refs/heads/hidden")
    world.clone.rename(world.clone.with_name("elsewhere"))
    sources.clone(world.url)
    assert "was not compared" in world.run("check", "up", code=4).stderr
    world.run("source", "update", world.url)
    assert revision.block.commit in kept(world.clone)
    missing = git(world.clone, "rev-list", "--objects", "--missing=print", str(revision.block.commit))
    assert sum(line.startswith("?") for line in missing.splitlines()) == 1, "all but the README are here"
    world.run("check", "up")


def test_an_update_names_what_is_here_before_it_fetches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fetch may be the moment at which git tidies up, and it may fail."""
    sources.clone(world.url)
    made = git(world.clone, "rev-parse", "main")
    world.up.rename(world.up.with_name("gone"))
    with pytest.raises(SourceError, match="could not be fetched"):
        sources.update(world.clone, recorded=[made, "e" * 40, "--all"])
    assert kept(world.clone) == {made}


def test_what_an_update_cannot_bring_is_told(world: World) -> None:
    sources.clone(world.url)
    revision = world.save()
    world.rewrite()
    world.clone.rename(world.clone.with_name("elsewhere"))
    sources.clone(world.url)
    said = world.run("source", "update", world.url).stderr
    assert f"commit {str(revision.block.commit)[:12]}, which records were taken from, is no more at" in said


# What `check` says of code that is lost.


def test_check_does_not_end_well_where_it_could_not_compare(world: World) -> None:
    """It left out all that compares a record with its code, and its exit status was 0."""
    sources.clone(world.url)
    revision = world.save(held=False)
    world.rewrite()
    sources.update(world.clone)
    world.month_later()
    git(world.clone, "prune", "--expire=now")
    for form in ("text", "json", "sarif"):
        result = world.run("check", "up", "--format", form, code=4)
        assert f"up/{revision.record} was not compared with all of its code: " in result.stderr
    assert '"executionSuccessful": false' in result.stdout or '"executionSuccessful":false' in result.stdout
    quiet = world.run("check", "up", "--without-code")
    assert "compared" not in quiet.stderr and "left out" not in quiet.stderr


def test_every_record_of_a_commit_that_is_gone_is_told(world: World) -> None:
    """The reason is said once of the commit; none of its records may pass for compared."""
    sources.clone(world.url)
    names = [world.save(held=False).record, world.save(held=False).record]
    world.rewrite()
    world.clone.rename(world.clone.with_name("elsewhere"))
    sources.clone(world.url)
    said = world.run("check", *names, code=1).stderr  # they say the same, too
    assert said.count("so what compares a record with it is left out") == 1
    for name in names:
        assert f"up/{name} was not compared with all of its code: commit" in said


def test_contents_that_cannot_be_had_are_as_bad_as_a_commit(world: World) -> None:
    """The commit is there, its files are not and upstream is gone: each of its records is told."""
    sources.clone(world.url)
    first, second = world.save(), world.save()
    world.clone.rename(world.clone.with_name("elsewhere"))
    sources.clone(world.url)
    world.up.rename(world.up.with_name("gone"))
    said = world.run("check", first.record, second.record, code=1).stderr  # they say the same, too
    for record in (first.record, second.record):
        assert f"up/{record} was not compared with all of its code" in said
    assert "cannot be fetched" in said


def test_names_that_could_not_be_looked_for_are_told(world: World) -> None:
    """A name that the repository may hold elsewhere was let pass without a word."""
    git(world.up, "update-ref", "-d", "refs/heads/main")
    commit(world.up, FILES | {"src/elsewhere.rs": b"pub fn elsewhere() {}\n"})
    sources.clone(world.url)
    revision = world.save(think=THINK + " Where it is not, `elsewhere` does it.")
    world.up.rename(world.up.with_name("gone"))
    world.month_later()  # which takes the file that no record is of
    said = world.run("check", "up", code=4).stderr
    assert f"up/{revision.record} was not compared with all of its code: names were let pass" in said


# Whose clone it is, and what stands in the way.


def without_commit(block: Block) -> Block:
    return block.model_copy(update={"commit": None})


def refs(path: Path) -> str:
    return git(path, "for-each-ref")


@pytest.mark.parametrize("kind", ["map", "link", "path"])
def test_nothing_is_written_into_a_clone_of_the_persons_own(world: World, tmp_path: Path, kind: str) -> None:
    own = tmp_path / "own.git"
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", world.url, str(own))
    if kind == "map":
        sources.map_source(world.url, own)
    elif kind == "link":
        world.clone.parent.mkdir(parents=True)
        world.clone.symlink_to(own)
    else:
        world.url = str(own)
        world.write_spec()
    before = refs(own), own.stat().st_mode
    revision = world.save()
    world.run("check", "up")
    assert "could be lost" not in world.run("doctor", "--repair").stdout
    assert revision.block.commit is not None
    origin = Origin(revision.block.repository, revision.block.commit)
    assert own_clone(origin.repository, world.project.root) is None
    assert gaps({origin: ()}, world.project.root) == []
    hold(origin, paths_of(revision.block), world.project.root)
    if kind == "link":
        with pytest.raises(SourceError, match="not a clone that backspan made"):
            world.run("source", "update", world.url)
    assert (refs(own), own.stat().st_mode) == before


def test_what_is_kept_is_of_the_records_own_commit_whichever_is_open(world: World) -> None:
    sources.clone(world.url)
    revision = world.save(held=False)
    origin = origin_of(revision.block)
    assert origin is not None
    commit(world.up, NEW)
    sources.update(world.clone)
    with open_repository(world.clone) as repository:
        newest = repository.snapshot()
        assert newest.commit != origin.commit
        hold(origin, paths_of(revision.block), world.project.root, newest)
        own = repository.snapshot(origin.commit).blob_ids()
    assert {origin.commit, own["src/lib.rs"]} <= kept(world.clone)
    assert newest.blob_ids()["src/lib.rs"] not in kept(world.clone)


def test_a_clone_that_cannot_be_written_is_told_and_nothing_else_stops(world: World) -> None:
    sources.clone(world.url)
    revision = world.save(held=False)
    lock = world.clone / f"{PREFIX}{revision.block.commit}.lock"  # as a process that was killed leaves it
    lock.parent.mkdir(parents=True)
    lock.write_text("")
    with pytest.raises(SourceError, match="cannot be kept"):
        world.desk().hold(revision)
    assert "may be lost" in world.run("check", "up").stderr
    assert "cannot be kept" in world.run("doctor", "--repair").stdout


def test_several_processes_may_keep_the_same_commit_at_once(world: World) -> None:
    sources.clone(world.url)
    made = git(world.clone, "rev-parse", "main")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: keep(world.clone, [made]), range(24)))
    assert kept(world.clone) == {made}


def test_one_that_was_quicker_is_no_failure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process names the commit between our look and our write, and holds the lock just then."""
    sources.clone(world.url)
    made = git(world.clone, "rev-parse", "main")
    keep(world.clone, [made])
    (world.clone / f"{PREFIX}{made}.lock").write_text("")
    looks = iter([frozenset[str]()])
    monkeypatch.setattr("app.repository.git.kept_refs.kept", lambda path: next(looks, None) or kept(path))
    keep(world.clone, [made])
    assert next(looks, None) is None, "it looked before it wrote"


def test_a_lock_that_another_holds_over_a_ref_that_is_there_is_no_failure(world: World) -> None:
    sources.clone(world.url)
    made = git(world.clone, "rev-parse", "main")
    keep(world.clone, [made])
    (world.clone / f"{PREFIX}{made}.lock").write_text("")
    keep(world.clone, [made])


@pytest.mark.parametrize("name", ["main", "HEAD", "--delete", "../heads/main", "a" * 39, "A" * 40])
def test_only_a_full_id_is_made_part_of_a_refs_name(world: World, name: str) -> None:
    sources.clone(world.url)
    before = refs(world.clone)
    with pytest.raises(SourceError):
        keep(world.clone, [name])
    assert refs(world.clone) == before


def test_a_journal_cannot_name_a_clone_or_a_commit_that_is_not_ours(world: World, tmp_path: Path) -> None:
    sources.clone(world.url)
    elsewhere = tmp_path / "elsewhere.git"
    made = make_repo(elsewhere, FILES, bare=True)
    named = [
        Origin(str(elsewhere), made),
        Origin(f"file://{elsewhere}", made),
        Origin(str(world.clone), git(world.clone, "rev-parse", "main")),
        Origin("sample:webhook", made),
    ]
    assert gaps(dict.fromkeys(named, ()), world.project.root) == []
    stranger = Origin(world.url, "e" * 40)
    assert gaps({stranger: ("f" * 40, "--all")}, world.project.root) == []
    with pytest.raises(SourceError, match="cannot be kept"):
        hold(stranger, (), world.project.root)
    fill(gaps({}, world.project.root))
    assert kept(world.clone) == frozenset()


def test_refs_of_ours_are_offered_to_nobody(world: World) -> None:
    sources.clone(world.url)
    keep(world.clone, [git(world.clone, "rev-parse", "main")])
    with open_repository(world.clone) as repository, pytest.raises(SourceError) as caught:
        repository.snapshot("nowhere")
    assert "it has main" in caught.value.remedy
    assert "backspan/kept" not in caught.value.remedy


def test_a_shallow_upstream_is_kept_like_any_other(world: World, tmp_path: Path) -> None:
    commit(world.up, FILES | {"src/two.rs": b"\n"})
    shallow = tmp_path / "shallow.git"
    git(tmp_path, "clone", "-q", "--bare", "--depth=1", world.url, str(shallow))
    allow_partial(shallow)
    world.url = f"file://{shallow}"
    world.write_spec()
    sources.clone(world.url)
    revision = world.save()
    assert revision.block.commit in kept(world.clone)
    world.month_later()
    assert read(world, revision) == ONE


def test_a_record_of_a_plain_folder_has_nothing_to_keep(world: World) -> None:
    sources.clone(world.url)
    saved = world.save(held=False)
    folder = make_revision(
        record=saved.record, by="ada", block=without_commit(saved.block), user=USER, think=THINK
    )
    world.desk().hold(folder)
    assert kept(world.clone) == frozenset()
