"""Where the bench works: a folder with files of given sizes, and projects whose one extra topic reads them."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.annotate.composer import Composer
from app.project import bundled
from app.project.project import Project, init_project
from app.project.topic_files import TopicFiles
from app.records.draft import Draft, new_draft
from tests.awkward import big_rust

PROGRAMS = Path(__file__).parent / "programs"
REPOSITORY = PROGRAMS.parents[2]
TOPIC = "bench"
BY = "Bench"
SMALL = "use std::mem;\n\nfn main() {\n    mem::drop(1);\n}\n"
"""A file that is on the screen before a large one is opened."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """A temporary folder, and the environment in which every program of the bench runs."""

    folder: Path
    env: Mapping[str, str]

    @classmethod
    def make(cls, folder: Path) -> Workplace:
        """Lay out homes for settings and programs."""
        config = folder / "home" / "config"
        config.mkdir(parents=True)
        (config / "settings.toml").write_text(f'name = "{BY}"\n')
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder / "home"),
            "BACKSPAN_HOME": str(folder / "home"),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(REPOSITORY),
        }
        return cls(folder, env)

    def file(self, lines: int) -> Path:
        """A Rust file of that many lines."""
        path = self.folder / f"crate{lines}" / "src" / "big.rs"
        if not path.exists():
            path.parent.mkdir(parents=True)
            path.write_bytes(big_rust(lines))
            (path.parent / "small.rs").write_text(SMALL)
        return path

    def project(self, lines: int, name: str, first: str = "big.rs") -> Project:
        """A project with the first topics, the practice topic, and one that reads the file of that many lines.

        `first` is the file that this topic opens with; `name` tells projects of one size apart.
        """
        project, _ = init_project(self.folder / f"{name}{lines}")
        crate = json.dumps(str(self.file(lines).parent.parent))
        text = (bundled.specs_dir() / "practice.toml").read_text("utf-8")
        text = text.replace('"sample:webhook"', crate)
        text = re.sub(r"(?ms)^sources = .*?\]$", f'sources = ["src/{first}"]', text)
        text = re.sub(r'(?m)^output = ".*?"', 'output = "bench.jsonl"', text)
        text = re.sub(r'(?m)^title = ".*?"', 'title = "Bench"', text)
        (project.specs_dir / f"{TOPIC}.toml").write_text(text, "utf-8")
        return project


def python(program: str, *arguments: str) -> list[str]:
    """The command that runs one of the bench's programs, its folder kept off the import path."""
    return [sys.executable, "-P", str(PROGRAMS / f"{program}.py"), *arguments]


def backspan(project: Project, *arguments: str) -> list[str]:
    """The command a person types, in the environment that runs the bench."""
    script = Path(sys.executable).parent / "backspan"
    start = (
        [str(script)] if script.exists() else [sys.executable, "-c", "from app.cli.main import main; main()"]
    )
    return [*start, "-C", str(project.root), *arguments]


def draft_with(project: Project, code: int, think: str, user: str) -> Draft:
    """Keep a draft whose block has about `code` bytes, to be found at the next start; the cursor will be in `think`."""
    bench = Composer(TopicFiles(project, TOPIC))
    path = bench.files.sources()[0]
    draft = new_draft(TOPIC, BY).write("user", user).write("think", think)
    size = 0
    for index, item in enumerate(bench.files.parsed(path).items):
        if size >= code:
            break
        if item.parent is None and not item.test and item.kind != "use_declaration":
            draft = draft.pick(bench.piece(path, item.start, item.end, index), "add")
            size += item.end - item.start
    from app.store.drafts.drafts import DraftKey

    project.drafts.save(DraftKey(TOPIC, draft.record, BY), draft.payload())
    place = {"record": draft.record, "path": path, "line": 0, "stop": "think"}
    project.save_session({"topic": TOPIC, "topics": {TOPIC: place}})
    return draft
