"""Killed while going through what came back: what was acknowledged is in the journal."""

from __future__ import annotations

from app.project.project import Project
from tests.desk import Desk
from tests.memory import give
from tests.processes.person import TOPIC, USER, Person, save, write_record


def test_an_answer_outlives_the_terminal(person: Person) -> None:
    terminal = person.open()
    write_record(terminal)
    save(terminal)
    terminal.kill()
    record = person.journal()[0]["record"]
    give(Desk(Project(person.project.root), TOPIC, "cleo").judge, record, "return", "Why the last?")
    again = person.start("annotate", TOPIC, record)
    again.see("1 remark, 0 answered", "Why the last?")
    again.write("\x1bs\x1bA")
    again.see("Answer to cleo")
    again.write("It is in the log.\r")
    again.see("1 remark, 1 answered")
    again.kill()
    (answer,) = [event for event in person.journal() if event["kind"] == "comment"]
    assert (answer["about"], answer["note"]) == ("answer", "It is in the log.")
    assert person.journal()[0]["user"] == USER
