"""Which records changed since a revision of the project's own repository: those with a newest text it does not hold."""

from __future__ import annotations

import re
from pathlib import Path

from app.base.text import shown
from app.errors import SourceError, UsageError
from app.project.project import Project
from app.records.history.ledger import RecordState
from app.repository.git.run import Answer, run_git

_ID = re.compile(rb'"id":\s*"([0-9a-f]{64})"')
"""An event's own id: within texts quotation marks are escaped."""


class Since:
    """What the project's journals held at a revision."""

    def __init__(self, project: Project, revision: str) -> None:
        """Raises `UsageError`: the project is in no git repository, or that has no such revision."""
        self._project = project
        self._prefix = self._ask("rev-parse", "--show-prefix")
        where = f"the project in {shown(str(project.root))}"
        if self._prefix.code:
            raise UsageError(f"{where} is in no git repository", "leave --since out")
        # What begins with a dash is an option to git, whatever stands before it in older versions.
        if revision.startswith("-") or "\0" in revision or not revision:
            raise UsageError(
                f"{shown(revision)!r} cannot be a revision", "give --since a commit, branch or tag"
            )
        found = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        self._commit = found.out.decode("ascii", "replace").strip()
        if found.code and revision == "HEAD" and self._unborn():
            self._commit = ""
        elif found.code:
            raise UsageError(
                f"there is no revision {shown(revision)!r} in the repository of {where}",
                "give --since a commit, branch or tag that is here",
            )
        self._known: dict[str, frozenset[str]] = {}

    def _unborn(self) -> bool:
        """Whether the branch has no commit yet: a hook runs before the very first one too."""
        branch = self._ask("symbolic-ref", "--quiet", "HEAD")
        return not branch.code and bool(self._ask("rev-parse", "--verify", "--quiet", "HEAD").code)

    def changed(self, topic: str, state: RecordState) -> bool:
        """Whether the record says, or is withdrawn by, what the journal did not hold then."""
        if topic not in self._known:
            self._known[topic] = self._ids(topic)
        return any(head.id not in self._known[topic] for head in state.heads)

    def _ids(self, topic: str) -> frozenset[str]:
        """The ids of the journal's events then; none where there was no journal."""
        if not self._commit:
            return frozenset()
        folder: Path = self._project.datasets_dir.relative_to(self._project.root)
        path = self._prefix.out.rstrip(b"\n") + f"{folder.as_posix()}/{topic}.jsonl".encode()
        listed = self._ask("ls-tree", "--full-tree", "-z", self._commit, b"--", path)
        if listed.code:
            raise SourceError(f"the journal of {topic} then cannot be read: {listed.complaint}")
        kind, _, rest = listed.out.partition(b" blob ")
        if not rest or not kind.startswith(b"100"):
            return frozenset()
        oid = rest.partition(b"\t")[0].decode("ascii", "replace")
        content = self._ask("cat-file", "blob", oid)
        if content.code:
            raise SourceError(f"the journal of {topic} then cannot be read: {content.complaint}")
        return frozenset(found.decode("ascii") for found in _ID.findall(content.out))

    def _ask(self, *words: str | bytes) -> Answer:
        return run_git(["-C", str(self._project.root), *words])
