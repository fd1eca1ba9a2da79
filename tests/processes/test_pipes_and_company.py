"""Without a terminal, in a pipe, and two at once on one topic."""

from __future__ import annotations

import subprocess

from tests.processes.person import Person, save, write_record
from tests.processes.terminal import command


def run(person: Person, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """`backspan` without any terminal."""
    return subprocess.run(
        command("-C", str(person.project.root), *arguments),
        input=stdin,
        capture_output=True,
        env=person.environment,
        timeout=20,
        check=False,
        start_new_session=True,
    )


def test_without_a_terminal_the_workstation_says_what_it_needs(person: Person) -> None:
    for arguments in ((), ("annotate", "practice")):
        ended = run(person, *arguments)
        assert ended.returncode == 2
        assert ended.stdout == b""
        assert ended.stderr.startswith(b"backspan: the workstation needs a terminal")


def test_in_a_pipe_the_workstation_sends_no_screen(person: Person) -> None:
    """`backspan | head`: what is typed comes from a terminal, what is shown goes nowhere."""
    script = '"$@" | head -c 100'
    ended = subprocess.run(
        ["sh", "-c", script, "sh", *command("-C", str(person.project.root))],
        capture_output=True,
        env=person.environment,
        timeout=20,
        check=False,
    )
    assert ended.stdout == b""
    assert b"needs a terminal" in ended.stderr


def test_a_reader_who_leaves_early_is_no_failure(person: Person) -> None:
    """The pipe is closed before a byte is written to it."""
    with subprocess.Popen(
        command("-C", str(person.project.root), "topics"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=person.environment,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) == 0


def test_two_workstations_on_one_topic_save_in_turn(person: Person) -> None:
    one, other = person.open(), person.open()
    write_record(one, user="The first record of the two.")
    write_record(other, user="The second record of the two.", item="enum Reason")
    save(one)
    save(other)
    events = person.journal()
    assert [event["user"] for event in events] == [
        "The first record of the two.",
        "The second record of the two.",
    ]
    assert len({event["record"] for event in events}) == 2
    listed = run(person, "records", "practice")
    assert listed.returncode == 0
    assert all(event["record"].encode() in listed.stdout for event in events)
