"""Blind mode from outside: whoever has not judged sees the same, whatever others said, in every command and list.

Two projects hold the same texts; in one of them others have judged, commented and flagged. Every command of the command
line is run on both, unless it stands in `EXCEPT` with the reason why it need not, or cannot, be blind: a command that
comes one day is held to the rule from its first day.
"""

from __future__ import annotations

import re
import shutil

import pytest
from click.testing import CliRunner

from app.cli import main as cli
from app.errors import BackspanError
from app.project.project import Project
from tests.acting import Acting
from tests.blind.world import FIRST, ME, SECOND, World
from tests.memory import give

WHOLE = "it is about the real state of the files, which whoever may read them can count"
OWN = "it has nothing to do with records"
EXCEPT = {
    "annotate": "the workstation: its screens are walked through below",
    "backup": f"copies files and tells their sizes: {WHOLE}",
    "block": OWN,
    "completion": OWN,
    "config": OWN,
    "doctor": f"checks every line of the journal, and says how many there are: {WHOLE}",
    "export": "hands over what is accepted, so it must go by every verdict; it is the lead's",
    "history": OWN,
    "init": OWN,
    "items": OWN,
    "locate": OWN,
    "merge": f"counts the events that came: {WHOLE}",
    "source": OWN,
    "spec": OWN,
}
"""Commands that are not held to the rule, each with the reason."""

ASKS: dict[str, tuple[str, ...]] = {
    "accept": (
        "ALONE",
        "JUDGED BY_OTHERS",
        "CONFLICT",
        "WITHDRAWN",
        "BY_OTHERS --revision OLD",
        *(f"BY_OTHERS --revision {digit}" for digit in "0123456789abcdef"),
    ),
    "bring-back": ("BY_OTHERS ff", "BY_OTHERS OLD"),
    "check": (FIRST, f"{FIRST} {SECOND} --format json --fail-on warning", "BY_OTHERS"),
    "close": (f"{FIRST} --because said", f"{FIRST} --take-back", SECOND),
    "coverage": (FIRST, f"{FIRST} --open", f"{SECOND} --json"),
    "log": ("BY_OTHERS", "BY_OTHERS --full", "BY_OTHERS --json", "JUDGED --json"),
    "queue": (
        FIRST,
        f"{FIRST} --section all --json",
        f"{FIRST} --section disputed",
        f"{FIRST} --section stale --json",
        f"{FIRST} --section review --order riskiest",
        f"{FIRST} --section findings --order file --json",
        f"{FIRST} --filter status:accepted,returned,rejected",
        f"{FIRST} --filter verdict:accept,return,reject",
        f"{FIRST} --filter reviewer:dov",
        "",
    ),
    "records": (FIRST, f"{FIRST} --json", SECOND),
    "redo": ("", FIRST, "--record BY_OTHERS"),
    "restore": ("WITHDRAWN", "BY_OTHERS", "CONFLICT"),
    "settle": ("BY_OTHERS --both", "CONFLICT --keep ff", "BY_OTHERS --keep OLD", "WITHDRAWN --both"),
    "show": ("BY_OTHERS", "BY_OTHERS --json", "JUDGED"),
    "skip": (f"{FIRST} retry.rs Retry --because said", f"{FIRST} worker.rs nothing --because said"),
    "stats": ("", f"{FIRST} --full --json", f"{SECOND} --full --json"),
    "topics": ("", "--json"),
    "undo": ("", FIRST, "--record BY_OTHERS", "--record JUDGED"),
    "withdraw": ("BY_OTHERS", "WITHDRAWN"),
}
"""What each other command is asked; a word in capitals stands for a record or a revision of `World`."""
ACTS = frozenset(["accept", "bring-back", "close", "redo", "restore", "settle", "skip", "undo", "withdraw"])
"""Commands that write: each is asked in a fresh copy."""


def told(project: Project, command: str, asked: str, words: dict[str, str]) -> str:
    """All that a command prints, and how it ends."""
    root = project.root
    if command in ACTS:
        root = root.with_name(f"{root.name}-{command}")
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(project.root, root)
    line = [words.get(word, word) for word in asked.split()]
    result = CliRunner().invoke(cli.cli, ["-C", str(root), command, *line])
    assert result.exception is None or isinstance(result.exception, BackspanError | SystemExit), result
    said = f"{result.exit_code}\n{result.stdout}\n{result.stderr}\n{result.exception}"
    # Where a text stands in the journal's file is for whoever opens that file, and sees all there.
    return re.sub(r'"journal_line": ?\d+', "LINE", said.replace(str(root), "PROJECT"))


ASKED = [
    (command, asked)
    for command in sorted(cli._COMMANDS)
    if command not in EXCEPT
    for asked in ASKS.get(command, ("",))
]


def test_every_command_is_held_to_the_rule_or_has_a_reason_why_not() -> None:
    assert not EXCEPT.keys() & ASKS.keys()
    assert EXCEPT.keys() | ASKS.keys() == cli._COMMANDS.keys()


@pytest.mark.parametrize(("command", "asked"), ASKED)
def test_a_command_says_the_same_whatever_others_said(world: World, command: str, asked: str) -> None:
    assert told(world.loud, command, asked, world.words) == told(world.quiet, command, asked, world.words)


@pytest.mark.parametrize(
    "command", ["check", "coverage", "log", "queue", "records", "show", "stats", "topics"]
)
def test_where_nobody_is_blind_the_same_command_tells_of_others(open_world: World, command: str) -> None:
    quiet, loud, words = open_world.quiet, open_world.loud, open_world.words
    assert any(
        told(loud, command, asked, words) != told(quiet, command, asked, words) for asked in ASKS[command]
    )


def test_my_own_verdict_opens_what_others_said_of_that_record_and_of_no_other(world: World) -> None:
    words = world.words
    before = told(world.loud, "records", FIRST, words)
    root = world.loud.root.with_name("judged")
    shutil.copytree(world.loud.root, root)
    project = Project(root)
    give(Acting(project, FIRST, 1, ME), words["ALONE"], "accept")
    assert "said by dov" in told(project, "log", "ALONE", words)
    assert "said by dov" not in told(project, "log", "BY_OTHERS", words)
    changed = set(told(project, "records", FIRST, words).splitlines()) ^ set(before.splitlines())
    assert {line.split()[0] for line in changed} == {words["ALONE"]}
    assert words["ALONE"] in told(project, "queue", f"{FIRST} --section disputed", words)
    give(Acting(project, FIRST, 1, ME), words["ALONE"], "clear")
    assert "said by dov" not in told(project, "log", "ALONE", words)
