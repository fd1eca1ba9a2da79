"""What was read of a document so far: values with the words they came from, doubts, and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.base.text import printable
from app.project.topics.prompts.account import Note, Ownership, Passage
from app.project.topics.spec import Spec


@dataclass(frozen=True)
class Value:
    """One entry of a list, and the claim on the words it was read from."""

    text: str
    claim: Ownership


class SpecFields:
    """The fields of a spec as they come together."""

    def __init__(self) -> None:
        self.lists: dict[str, list[Value]] = {}
        self.single: dict[str, tuple[Any, list[Ownership]]] = {}
        """Texts, tables and switches, with the claims they came from."""
        self.prose: dict[str, list[str]] = {}
        """What becomes the guidelines: heading to paragraphs."""
        self.rules: list[tuple[int, str, Passage]] = []
        """Rules of extraction and code, each with its 1-based line: they may speak of imports."""
        self.branch_claims: list[Ownership] = []
        """Those of the repository's claims that name its branch."""
        self.is_focus_stated = False
        """Whether a line has said what to focus on, besides what is said of the files."""
        self.gaps: dict[str, str] = {}
        """Key, such as `target.min`, to why it could not be read."""
        self.doubts: list[Note] = []
        """What was read in a way that a person should look at."""
        self.reasons: dict[str, tuple[str, ...]] = {}
        """Key to why it has its value, in lines, where a document says so in more than one place."""

    def add(self, key: str, claim: Ownership, *values: str, first: bool = False) -> None:
        """Add entries to a list, each once; `first` puts them before the others."""
        known = {one.text: one for one in self.lists.get(key, ())}
        new = {text: known.get(text, Value(text, claim)) for text in values if text}
        self.lists[key] = list((new | known if first else known | new).values())

    def texts(self, key: str) -> tuple[str, ...]:
        """A list's entries."""
        return tuple(one.text for one in self.lists.get(key, ()))

    def put(self, key: str, value: Any, *claims: Ownership) -> bool:
        """Set what has one value. False, and the words are unread, if the document has said otherwise before."""
        if key in self.single and self.single[key][0] != value:
            for claim in claims:
                claim.kind, claim.why = "unread", f"says something else of {key} than the document did before"
            return False
        self.single.setdefault(key, (value, []))[1].extend(claims)
        return True

    def say(self, key: str, text: str, claim: Ownership) -> None:
        """Add a paragraph to a text of several."""
        said, claims = self.single.get(key, ("", []))
        self.single[key] = ("\n\n".join(filter(None, (said, text))), [*claims, claim])

    def write(self, heading: str, text: str) -> None:
        """Add a paragraph to the guidelines."""
        if text:
            self.prose.setdefault(heading, []).append(text)

    def doubt(self, passage: Passage, why: str) -> None:
        """Say that what was read of a passage wants a look."""
        self.doubts.append(Note(passage.line, passage.text, why, "read", passage.last))

    def fields(self) -> dict[str, Any]:
        """Keys of `Spec` with what was read; tables as dictionaries."""
        made: dict[str, Any] = {}
        made |= {key: tuple(one.text for one in values) for key, values in self.lists.items() if values}
        made |= {key: value for key, (value, _) in self.single.items()}
        if self.prose:
            parts = [f"## {heading}\n\n" + "\n\n".join(texts) for heading, texts in self.prose.items()]
            made["guidelines"] = "\n\n".join(parts) + "\n"
        return made

    def settle_state(self) -> None:
        """A commit already says which state of a repository is read: the branch beside it has no place."""
        table, claims = self.single.get("repository", ({}, []))
        if "commit" in table and "branch" in table:
            kept = {key: value for key, value in table.items() if key != "branch"}
            self.single["repository"] = (kept, claims)
            for claim in self.branch_claims:
                claim.kind, claim.why = "unread", "the commit beside it already says which state is read"

    def drop_refused(self) -> None:
        """Take out what a spec would refuse: its words are unread after all."""
        try:
            Spec.model_validate(self.fields())
            return
        except ValidationError as error:
            problems = error.errors(include_url=False)
        refused: list[Value] = []
        for problem in problems:
            key, *inner = problem["loc"]
            why = problem["msg"].removeprefix("Value error, ")
            if inner and isinstance(inner[0], int):
                value = self.lists[str(key)][inner[0]]
                value.claim.kind, value.claim.why = "unread", f"{key} {why}"
                refused.append(value)
            elif problem["type"] != "missing":
                self._refuse(str(key), why, problem["input"])
        for key, values in self.lists.items():
            self.lists[key] = [one for one in values if one not in refused]

    def _refuse(self, key: str, why: str, shown: Any) -> None:
        if key == "guidelines":
            self.prose.clear()
            self.gaps[key] = why
        for claim in self.single.pop(key, (None, []))[1]:
            claim.kind, claim.why = "unread", f"{key} {why}"
        inner = {"repository": ("url",), "target": ("min", "max")}.get(key)
        for name in [f"{key}.{one}" for one in inner] if inner else [key]:
            self.gaps[name] = f"{printable(str(shown), 100)}: {why}"
