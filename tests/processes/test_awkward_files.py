"""Hostile and broken source files on a real terminal: nothing in them reaches it as a control sequence."""

from __future__ import annotations

import codecs
import json
import re

import pytest

from tests.awkward import CASES
from tests.processes.person import USER, Person, alter_spec, find, type_user
from tests.processes.terminal import Terminal

# All that the workstation itself has reason to send while it only draws: moves and colours, clearing, modes that
# frame a drawing or hide the cursor, and the shape of the mouse pointer. Anything else, and any control character
# outside these, came from elsewhere.
_OWN = re.compile(r"\x1b\[[0-9;]*[HmJK]|\x1b\[\?(?:2026|25)[hl]|\x1b\]22;[a-z-]*\x07")
_FOREIGN = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def foreign(sent: bytes, around: int = 30) -> list[str]:
    """What was sent that belongs to no drawing: control characters, each with the characters after it.

    A sequence cut in two by where `sent` begins or ends is left out. Raises `UnicodeDecodeError` for raw bytes.
    """
    whole = sent[max(0, sent.find(b"\x1b[")) :]
    text = codecs.getincrementaldecoder("utf-8")().decode(whole)
    text = _OWN.sub("", re.sub(r"\x1b[\[\]]?[0-9;?]*\Z", "", text))
    return [ascii(text[hit.start() : hit.end() + around]) for hit in _FOREIGN.finditer(text)]


def awkward_topic(person: Person, more: dict[bytes, bytes]) -> None:
    """A topic `own` that reads a folder with every awkward file, and `more` (name to content)."""
    folder = person.project.root / "code"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "retry.rs").write_text("pub fn first() {}\n")
    for number, case in enumerate(CASES):
        (folder / "src" / f"n{number:03}-{case.name}.rs").write_bytes(case.data)
    for name, data in more.items():
        (folder / "src" / name.decode()).write_bytes(data)
    alter_spec(
        person.project,
        "own",
        {
            'repository.url = "sample:webhook"': 'repository.url = "code"',
            'title = "Practice: retrying a webhook"': 'title = "Own"',
            'output = "practice.jsonl"': 'output = "own.jsonl"',
        },
    )


def open_file(terminal: Terminal, query: str, name: str) -> None:
    """Find a file, open it, and see its name in the header."""
    find(terminal, "f3", "Files", query)
    terminal.wait_for(lambda: name in terminal.text, f"{name} found")
    terminal.press("enter")
    terminal.see(f"· {name} ·")


def test_what_acts_on_a_terminal_is_told_from_drawing() -> None:
    drawing = b"\x1b[?2026h\x1b[1;1H\x1b[0;38;2;1;2;3mfn\x1b[0m \xe6\x97\xa5\r\n\x1b[?2026l"
    assert foreign(drawing) == []
    for act in (b"\x1b]52;c;eA==\x07", b"\x1b[?1003h", b"\x1bP$q q\x1b\\", b"\xc2\x9b2J", b"\x08", b"\x7f"):
        assert foreign(drawing + act + drawing) != [], act
    with pytest.raises(UnicodeDecodeError):
        foreign(drawing + b"\x9b2J" + drawing)


def test_every_awkward_file_opens_and_sends_nothing_of_its_own(person: Person) -> None:
    awkward_topic(person, {})
    terminal = person.open("own", size=(110, 16))
    for number, case in enumerate(CASES):
        before = len(terminal.sent)
        open_file(terminal, f"n{number:03}", f"n{number:03}-{case.name}.rs")
        terminal.write("G")
        assert foreign(bytes(terminal.sent[before:])) == [], case.name
    open_file(terminal, "retry", "retry.rs")
    terminal.see("pub fn first() {}")


def test_file_names_with_control_characters_are_shown_as_pictures(person: Person) -> None:
    names = (
        b"x1\x1b[2J.rs",
        b"x2\x1b]52;c;eA==\x07.rs",
        "x3\u202esr.rs".encode(),
        b"x4[bold][@click=quit].rs",
    )
    awkward_topic(person, dict.fromkeys(names, b"fn a() {}\n"))
    terminal = person.open("own")
    before = len(terminal.sent)
    for query in ("x1", "x2", "x3", "x4"):
        find(terminal, "f3", "Files", query)
        terminal.see(f"│  src/{query}")
        terminal.press("enter")
        terminal.see(f"· {query}")
    assert foreign(bytes(terminal.sent[before:])) == []


def test_control_characters_in_a_draft_are_shown_as_pictures(person: Person) -> None:
    terminal = person.open()
    type_user(terminal)
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    (path,) = person.project.work_dir.glob("drafts/practice/*.json")
    body = json.loads(path.read_text())
    hostile = USER + " \x1b]52;c;eA==\x07 \x9b3J \x08\x08 \x0e [/bold] \x1b[3J after"
    body["payload"]["user"] = body["payload"]["think"] = hostile
    path.write_text(json.dumps(body))
    again = person.open(see="after")
    again.press("ctrl+q")
    assert again.end() == 0
    # Starting and ending send more than drawing does; the first start says what belongs to them.
    usual = foreign(bytes(terminal.sent), around=6)
    assert set(foreign(bytes(again.sent), around=6)) <= set(usual)
    assert json.loads(path.read_text())["payload"]["user"] == hostile
