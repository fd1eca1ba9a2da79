"""A project folder: its specs, journals, drafts and repositories, and the sample crate that is always there."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from app.base.text import printable
from app.errors import BackspanError, ProjectError, SourceError, StoreError, UsageError
from app.project import bundled
from app.project import marker as projectfile
from app.project.marker import ATTRIBUTES, MarkerProblem, ProjectFile
from app.project.topics.spec import SAMPLE, Spec, load_spec, load_specs
from app.project.topics.titles import TOPIC
from app.repository import sources
from app.repository.repository import Snapshot, open_repository
from app.store.backups.backups import Backups
from app.store.backups.last_seen import Memory
from app.store.disk.files import (
    discard,
    make_folder,
    put_in_place,
    sync_folder,
    write_temporary,
    write_whole,
)
from app.store.drafts.drafts import Drafts
from app.store.journal.store import JournalStore

MARKER = "backspan.toml"
"""The file that makes a folder a project."""
SAMPLES = "practice.jsonl"
"""The journal with which the practice topic may begin."""

_MARKER_TEXT = """\
# This folder is a backspan project: specs/ says what to annotate, datasets/ holds what people wrote.
version = 1

# Backups of the journals, in .backspan/backups: how many stay, and for how many days. keep = 0 makes none.
# [backups]
# keep = 20
# days = 60
"""
_IGNORED = ".backspan/\n"
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)
"""What file systems say that cannot give a file a second name."""


class Project:
    """A project folder that exists. Making one reads nothing but the folder's own name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.specs_dir = root / "specs"
        self.datasets_dir = root / "datasets"
        self.work_dir = root / ".backspan"
        """What belongs to this machine only: drafts, where one was, trash."""
        self.store = JournalStore(self.datasets_dir, proofs=self.work_dir / "verified.json")
        self.drafts = Drafts(root)

    @cached_property
    def file(self) -> tuple[ProjectFile, list[MarkerProblem]]:
        """What the marker file sets, and what is wrong with it."""
        return projectfile.read(self.root / MARKER)

    @cached_property
    def backups(self) -> Backups:
        """The journals' backups on this machine."""
        return Backups(self.root, self.datasets_dir, self.file[0].keep, self.file[0].days)

    @cached_property
    def memory(self) -> Memory:
        """What this machine saw of each journal."""
        return Memory(self.root)

    def say_once(self, what: str) -> bool:
        """Whether this was never said to the project's people on this machine; from now on it was."""
        mark = self.work_dir / "said" / what
        try:
            if mark.exists():
                return False
            make_work_dir(self.work_dir)
            mark.parent.mkdir(exist_ok=True)
            mark.touch()
        except (OSError, StoreError):
            pass  # said again another time: better than never
        return True

    def spec(self, topic: str) -> Spec:
        """The topic's spec. Raises `UsageError` for a topic that is not there, `SpecError` for a wrong file."""
        path = self.specs_dir / f"{topic}.toml"
        if not TOPIC.fullmatch(topic) or not path.is_file():
            there = ", ".join(sorted(p.stem for p in self.specs_dir.glob("*.toml"))) or "none"
            raise UsageError(f"no topic {printable(topic)!r} in {self.specs_dir}", f"topics here: {there}")
        return load_spec(path)

    def specs(self) -> tuple[dict[str, Spec], dict[str, BackspanError]]:
        """Every topic's spec, and why the others cannot be used."""
        good, bad = load_specs(self.specs_dir)
        return good, dict(bad)

    def local_path(self, spec: Spec) -> Path | None:
        """Where the topic's repository is on this machine; None if it is not here yet."""
        if spec.repository.url == SAMPLE:
            return bundled.crate_dir()
        return sources.locate(spec.repository.url, self.root)

    def snapshot(self, spec: Spec) -> Snapshot:
        """The topic's repository at its commit. Raises `SourceError` if it is not here, or lacks the commit."""
        path = self.local_path(spec)
        url = spec.repository.url
        if path is None:
            raise SourceError(
                f"the repository {printable(url)} is not on this machine yet",
                f"clone it with 'backspan source add {printable(url)}', "
                f"or point to a checkout with 'backspan source map {printable(url)} PATH'",
            )
        repository = open_repository(path)
        if repository.git_dir is None:
            return repository.snapshot()
        return repository.snapshot(spec.repository.commit, spec.repository.branch)

    # -- where one was

    def session(self) -> dict[str, Any]:
        """What `save_session` kept; empty if there is none or it cannot be read: it only spares a few keystrokes."""
        try:
            found = json.loads((self.work_dir / "session.json").read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def save_session(self, session: Mapping[str, Any]) -> None:
        """Keep where the person is. Raises `StoreError`; nothing but convenience is lost then."""
        make_work_dir(self.work_dir)
        write_whole(self.work_dir / "session.json", json.dumps(dict(session), ensure_ascii=False).encode())


def make_work_dir(folder: Path) -> None:
    """Make the folder of what belongs to this machine, kept out of git. Raises `StoreError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", "utf-8")
    except OSError as error:
        raise StoreError(
            f"cannot make {folder}: {error.strerror}", "check the folder's permissions and the disk's room"
        ) from error


def cache_place(path: Path) -> None:
    """See that a cache's file can lie in the folder of what belongs to this machine. Raises `OSError`, `StoreError`."""
    if path.parent.is_symlink():
        raise NotADirectoryError(str(path.parent))
    if not path.exists():
        make_work_dir(path.parent)


def find_project(start: Path) -> Project:
    """The project that `start` lies in. Raises `ProjectError` if no folder above it is one."""
    here = Path(os.path.abspath(start))  # noqa: PTH100 - resolve() would leave the folder the person named
    if not here.is_dir():
        raise ProjectError(f"{printable(str(here))} is not a folder", "go to a project, or name one")
    for folder in (here, *here.parents):
        if (folder / MARKER).is_file():
            return Project(folder)
    raise ProjectError(
        f"no backspan project in {printable(str(here))} or any folder above it (none holds {MARKER})",
        "make one here with 'backspan init', or go to one",
    )


def init_project(folder: Path, samples: bool = False) -> tuple[Project, list[str]]:
    """Make a project in a new or an existing folder; files that are there stay as they are.

    With `samples` the practice topic begins with its sample records, unless it has, or ever had, a journal here.
    Returns the project and the paths made, relative to it. Raises `ProjectError`, and `StoreError` where it cannot
    be told whether there was a journal.
    """
    made: list[str] = []

    def place(relative: str, text: str | bytes) -> None:
        path = folder / relative
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        made.append(relative)

    try:
        folder.mkdir(parents=True, exist_ok=True)
        place(MARKER, _MARKER_TEXT)
        for spec in sorted(bundled.specs_dir().glob("*.toml")):
            place(f"specs/{spec.name}", spec.read_bytes())
        place("datasets/.gitkeep", "")
        for name, line in ((".gitattributes", ATTRIBUTES + "\n"), (".gitignore", _IGNORED)):
            _ensure_line(folder / name, line, made)
        project = Project(Path(os.path.abspath(folder)))  # noqa: PTH100
        if samples and _place_samples(project):
            made.append(f"datasets/{SAMPLES}")
    except OSError as error:
        raise ProjectError(
            f"cannot make a project in {printable(str(folder))}: {error.strerror} ({error.filename})",
            "choose a folder that can be written",
        ) from error
    return project, made


def _place_samples(project: Project) -> bool:
    """Put the sample journal in place; False where there is one, or was: a journal that is lost is not replaced.

    Raises `OSError`, also for a link in place of the folder.
    """
    path = project.datasets_dir / SAMPLES
    seen = project.memory.recall(path.stem)
    if os.path.lexists(path) or (seen is not None and seen.events):
        return False
    make_folder(path.parent)
    temporary = write_temporary(path, ((bundled.samples_dir() / SAMPLES).read_bytes(),))
    try:
        os.link(temporary, path)  # unlike a rename, it never takes the place of what somebody saved meanwhile
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        put_in_place(temporary, path)
    finally:
        discard(temporary)
    sync_folder(path.parent)
    return True


def _ensure_line(path: Path, line: str, made: list[str]) -> None:
    """Append the line to a file of one's own unless it stands there; what the person wrote is never rewritten."""
    before = path.read_text("utf-8") if path.exists() else ""
    if line.strip() in before.splitlines():
        return
    with path.open("a", encoding="utf-8") as stream:
        stream.write(("\n" if before and not before.endswith("\n") else "") + line)
    made.append(path.name)
