"""What a person does at the terminal in these tests, and what they find on disk afterwards."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.project.project import Project
from tests.processes.terminal import Terminal

TOPIC = "practice"
USER = "Stop after the last wait."
THINK = "Use tokio, and tracing to say why."

# Python tells of what nobody caught on stderr, and that is the terminal, which these tests take away. So it is also
# written to a file: whatever stands there at a test's end was a traceback.
_WITNESS = """\
import logging, sys, threading, traceback
def note(kind, *what):
    with open({path!r}, "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(kind + "\\n")
        traceback.print_exception(*what, file=file)
def main_hook(*what):
    note("main", *what)
sys.excepthook = main_hook
threading.excepthook = lambda args: note("thread", args.exc_type, args.exc_value, args.exc_traceback)
class Tell(logging.Handler):
    def emit(self, record):
        what = record.exc_info or (None, None, None)
        note("log " + record.name + ": " + record.getMessage(), *what)
logging.getLogger("asyncio").addHandler(Tell(logging.ERROR))
"""


@dataclass
class Person:
    """A person with a home, a project, and terminals; `open` starts the workstation in a new one."""

    project: Project
    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    terminals: list[Terminal] = field(default_factory=list)

    def __post_init__(self) -> None:
        for folder in ("hooks", "tmp", "state"):
            (self.home / folder).mkdir(parents=True)
        (self.home / "hooks" / "sitecustomize.py").write_text(_WITNESS.format(path=str(self.witness)))
        self.is_called("annotator")
        kept = {name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_START") if name in os.environ}
        self.environment = {
            **kept,
            "BACKSPAN_HOME": str(self.home),
            "HOME": str(self.home),
            "TMPDIR": str(self.home / "tmp"),
            "PYTHONPATH": str(self.home / "hooks"),
            "LOGNAME": "login",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
        }

    def is_called(self, name: str) -> None:
        """From the next start on this person signs with this name."""
        (self.home / ".gitconfig").write_text(f"[user]\n\tname = {name}\n")

    @property
    def witness(self) -> Path:
        """Where uncaught exceptions are noted."""
        return self.home / "uncaught.txt"

    def tracebacks(self) -> str:
        """Every traceback that any process left anywhere; empty if there is none."""
        found = self.witness.read_text() if self.witness.exists() else ""
        found += "".join(path.read_text() for path in (self.home / "tmp").glob("backspan-*.log"))
        found += "".join(path.read_text() for path in (self.home / "state").glob("faults*.log"))
        for terminal in self.terminals:
            said = terminal.sent.decode("utf-8", "replace")
            found += said[said.find("Traceback") :] if "Traceback" in said else ""
        return found

    # -- at the terminal

    def start(
        self,
        *arguments: str,
        size: tuple[int, int] = (120, 34),
        before: Callable[[], object] | None = None,
    ) -> Terminal:
        """`backspan` with these arguments on a new terminal."""
        terminal = Terminal(["-C", str(self.project.root), *arguments], self.environment, size, before)
        self.terminals.append(terminal)
        return terminal

    def open(
        self,
        topic: str = TOPIC,
        *,
        see: str = "retry.rs ·",
        size: tuple[int, int] = (120, 34),
        before: Callable[[], object] | None = None,
    ) -> Terminal:
        """The workstation on a topic, with a file on screen."""
        terminal = self.start("annotate", topic, size=size, before=before)
        terminal.see(see)
        return terminal

    def goes_home(self) -> None:
        """End everything this person started."""
        for terminal in self.terminals:
            terminal.kill()
            terminal.close()

    # -- on disk

    def drafts(self, topic: str = TOPIC) -> list[dict[str, Any]]:
        """What the topic's drafts say, in the project or in the person's own folder; none that is half a file."""
        places = [self.project.work_dir, *(self.home / "state" / "drafts").glob("*")]
        found: list[dict[str, Any]] = []
        for place in places:
            for path in sorted(place.glob(f"drafts/{topic}/*.json")):
                body = read_json(path)
                if body is not None:
                    found.append(body["payload"])
        return found

    def draft_says(self, text: str, name: str = "user", topic: str = TOPIC) -> bool:
        """Whether a draft on disk holds just this text."""
        return any(draft[name] == text for draft in self.drafts(topic))

    def journal_path(self, topic: str = TOPIC) -> Path:
        """The topic's journal."""
        return self.project.datasets_dir / f"{topic}.jsonl"

    def journal(self, topic: str = TOPIC) -> list[dict[str, Any]]:
        """The journal's events, each line read as strict JSON. Fails on a line that is none."""
        path = self.journal_path(topic)
        data = path.read_bytes() if path.exists() else b""
        assert not data or data.endswith(b"\n"), "the journal's last line is torn"
        return [json.loads(line) for line in data.split(b"\n") if line]


def read_json(path: Path) -> Any:
    """A JSON file; None if it is gone (replaced or set aside) by the time it is read."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None


def type_user(terminal: Terminal, text: str = USER) -> None:
    """From the source pane to the editor of `user`; type, and see it echoed."""
    terminal.press("f6")
    terminal.see("^f Find")
    terminal.write(text)
    terminal.see(text)


def type_think(terminal: Terminal, text: str = THINK) -> None:
    """From the editor of `user` to that of `think`; type, and see it echoed."""
    terminal.press("f6")
    terminal.wait_for(lambda: terminal.cursor_row > terminal.row_of("think  "), "the cursor in think")
    terminal.write(text)
    terminal.see(text)


def find(terminal: Terminal, key: str, title: str, query: str) -> None:
    """Open a finder by its key, wait until it takes letters, and type."""
    terminal.press(key)
    terminal.see("✕ close")
    terminal.wait_for(lambda: terminal.cursor_at(f"│ {title}", 2), "the cursor in the finder")
    terminal.write(query)
    terminal.see(f"│ {query}")


_TAKEN = re.compile(r"\b[1-9]\d* spans? ")


def take_item(terminal: Terminal, item: str) -> None:
    """Find an item of the file on screen, and take it into the block."""
    terminal.see("╭")  # the gutter: the items are known
    find(terminal, "f4", "Items", item)
    terminal.press("enter")
    terminal.wait_for(lambda: "✕ close" not in terminal.text, "the finder gone")
    terminal.write(" ")
    see_taken(terminal)


def see_taken(terminal: Terminal) -> None:
    """Wait until the block holds code: the item, and the imports that its topic has it begin with."""
    terminal.wait_for(lambda: _TAKEN.search(terminal.text), "code in the block")


def write_record(terminal: Terminal, user: str = USER, item: str = "struct Retry") -> None:
    """Everything a valid record needs, from the source pane on, but the saving."""
    take_item(terminal, item)
    type_user(terminal, user)
    type_think(terminal)


def alter_spec(project: Project, topic: str, change: Mapping[str, str]) -> Path:
    """A topic made from the practice topic by replacing texts in its spec; gives the spec's path."""
    text = (project.specs_dir / "practice.toml").read_text("utf-8")
    for old, new in change.items():
        assert old in text, old
        text = text.replace(old, new)
    path = project.specs_dir / f"{topic}.toml"
    path.write_text(text, "utf-8")
    return path


def save(terminal: Terminal) -> None:
    """Save, and see it acknowledged."""
    terminal.press("f2")
    terminal.wait_for(lambda: re.search(r" saved \d\d:\d\d ", terminal.text), "the acknowledgement")
