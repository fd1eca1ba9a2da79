"""Valid JSON, nested too deeply for Python: it only costs the place, as any other broken session file."""

from __future__ import annotations

from tests.processes.person import Person


def test_a_session_file_nested_too_deeply_only_costs_the_place(person: Person) -> None:
    person.project.work_dir.mkdir()
    (person.project.work_dir / "session.json").write_bytes(b"[" * 100_000)
    person.start().see("the sample crate that comes with backspan")
