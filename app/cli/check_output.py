"""What `backspan check` prints: text for people, a JSON object a finding, or SARIF 2.1.0 for tools."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from app import __version__
from app.base.text import many, printable
from app.checks import REGISTRY, Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LONGEST = 2_000
"""Characters of a message that are printed."""
_FIELDS = ("record", "user", "think", "block")
_LEVELS = {"error": "error", "warning": "warning", "hint": "note"}


class OutputRow(NamedTuple):
    """A finding with where it stands."""

    topic: str
    record: str
    revision: str
    """Id of the revision that it is about."""
    journal: str
    """Path of the topic's journal from the project's folder."""
    line: int
    """1-based line of the journal in which the revision stands; 0 where that is not known."""
    finding: Finding
    text: str
    """The field that it is about; empty for the whole record."""

    @property
    def place(self) -> tuple[int, int] | None:
        """Line and column (characters) in the field, both 1-based; None for all of it."""
        return _line_column(self.text, self.finding.start)

    @property
    def stop(self) -> tuple[int, int] | None:
        """The same of where it ends: one past the last character."""
        return _line_column(self.text, self.finding.end)

    @property
    def order(self) -> tuple[str, str, int, int, str]:
        """By topic, record, field, place and code."""
        found = self.finding
        start = -1 if found.start is None else found.start
        return self.topic, self.record, _FIELDS.index(found.field), start, found.code


def _line_column(text: str, at: int | None) -> tuple[int, int] | None:
    if at is None:
        return None
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def text_of(row: OutputRow) -> str:
    """Two lines: where, what; and what to do."""
    found, place = row.finding, row.place
    where = f"{row.topic}/{row.record}/{found.field}" + (f":{place[0]}:{place[1]}" if place else "")
    lines = [f"{where}: {found.severity} {found.code}: {printable(found.message, _LONGEST)}"]
    if found.waived:
        lines.append(f"    waived: {printable(found.waived, _LONGEST)}")
    elif found.remedy:
        lines.append(f"    → {printable(found.remedy, _LONGEST)}")
    return "\n".join(lines)


def counted(findings: Iterable[Finding]) -> str:
    """`1 error, 2 warnings`, waived ones apart."""
    counts = Counter("waived" if found.waived else found.severity for found in findings)
    told = [many(counts[grade], grade) for grade in ("error", "warning", "hint") if counts[grade]]
    told += [f"{counts['waived']:,} waived"] if counts["waived"] else []
    return ", ".join(told) or "nothing found"


def json_of(row: OutputRow) -> str:
    """One line of JSON in ASCII, so that no terminal obeys it."""
    found = row.finding
    return json.dumps(
        {
            "topic": row.topic,
            "record": row.record,
            "revision": row.revision,
            "journal": row.journal,
            "journal_line": row.line or None,
            "code": found.code,
            "severity": found.severity,
            "field": found.field,
            "start": found.start,
            "end": found.end,
            **_places(row),
            "message": found.message,
            "remedy": found.remedy,
            "waived": found.waived or None,
        },
        separators=(",", ":"),
    )


def _places(row: OutputRow) -> dict[str, int | None]:
    place, stop = row.place or (None, None), row.stop or (None, None)
    return {"line": place[0], "column": place[1], "end_line": stop[0], "end_column": stop[1]}


def sarif_of(rows: Sequence[OutputRow], complete: bool) -> str:
    """A SARIF log of one run. `complete`: whether all that was asked for could be looked at."""
    rules = _rules()
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    journals = sorted({row.journal for row in rows})
    run = {
        "tool": {
            "driver": {
                "name": "backspan",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [_artifact(journal) for journal in journals],
        "results": [_result(row, numbers, journals) for row in rows],
        "invocations": [{"executionSuccessful": complete}],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _rules() -> list[dict[str, Any]]:
    rules = [(r.code, r.title, r.why, r.remedy, r.severity) for _, r in sorted(REGISTRY.items())]
    return [
        {
            "id": code,
            "name": "".join(
                word.capitalize() for word in "".join(c if c.isalnum() else " " for c in title).split()
            ),
            "shortDescription": {"text": title},
            "fullDescription": {"text": why},
            "help": {
                "text": f"{why} {remedy}",
                "markdown": f"{why}\n\n→ {remedy}\n\nSee `{code}` in docs/checks.md.",
            },
            "defaultConfiguration": {"level": _LEVELS[severity]},
        }
        for code, title, why, remedy, severity in rules
    ]


def _artifact(journal: str) -> dict[str, Any]:
    return {"location": {"uri": journal}, "mimeType": "application/x-ndjson", "encoding": "utf-8"}


def _result(row: OutputRow, numbers: Mapping[str, int], journals: Sequence[str]) -> dict[str, Any]:
    found = row.finding
    name = f"{row.topic}/{row.record}"
    place = row.place
    where = f"{found.field} {place[0]}:{place[1]}: " if place else ""
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": row.journal, "index": journals.index(row.journal)}
    }
    if row.line:
        physical["region"] = {"startLine": row.line}
    result: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": numbers[found.code],
        "level": _LEVELS[found.severity],
        "message": {"text": f"{where}{found.message} → {found.remedy}"},
        "locations": [
            {
                "physicalLocation": physical,
                "logicalLocations": [
                    {"name": row.record, "fullyQualifiedName": name, "kind": "object"},
                    {"name": found.field, "fullyQualifiedName": f"{name}/{found.field}", "kind": "property"},
                ],
            }
        ],
        "partialFingerprints": {"record/v1": _fingerprint(row)},
        "properties": {"field": found.field, "start": found.start, "end": found.end, **_places(row)},
    }
    if found.waived:
        result["suppressions"] = [{"kind": "external", "justification": found.waived}]
    return result


def _fingerprint(row: OutputRow) -> str:
    """The same for the same finding of a record, wherever in its text it has moved."""
    found = row.finding
    said = "\0".join((row.topic, row.record, found.field, found.code, found.message))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
