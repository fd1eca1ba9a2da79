"""What the topic list tells of each topic: its repository, its records, and what is missing."""

from __future__ import annotations

from collections import Counter

from app.errors import BackspanError
from app.project import Project
from app.screens.topics import TopicFacts
from app.specs import Spec
from app.store.follow import Follower


def topic_facts(project: Project) -> list[TopicFacts]:
    """Reads every spec and journal and looks for every repository: for a worker thread."""
    good, bad = project.specs()
    facts = [_facts(project, topic, spec) for topic, spec in good.items()]
    facts += [TopicFacts(topic, False, "cannot be used", str(error)) for topic, error in bad.items()]
    return facts


def _facts(project: Project, topic: str, spec: Spec) -> TopicFacts:
    lines = [spec.title, "", f"sources   {', '.join(spec.sources)}"]
    if spec.related:
        lines.append(f"related   {', '.join(spec.related)}")
    lines.append(f"crates    {', '.join(spec.crates) or 'none required'}")
    lines.append(f"writes    {spec.output}")
    counts = Counter[str]()
    unread = ""
    try:
        follower = Follower(project.store, topic, spec.reviews)
        damaged = follower.refresh().damaged
        counts.update({status: number for status, number in follower.ledger.counts().items() if number})
        if damaged:
            lines.append(f"journal   {len(damaged)} damaged lines are kept and left out")
    except BackspanError as error:
        lines.append(f"journal   {error}")
        unread = "the journal cannot be read"
    counted = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    said = unread or counted or "no records yet"
    said += f" of {spec.target.min}-{spec.target.max}"
    here = False
    try:
        path = project.local_path(spec)
        here = path is not None and path.exists()
        url = spec.repository.url
        if spec.practice:
            lines.append("code      the sample crate that comes with backspan")
        elif here:
            lines.append(f"code      {url}\n          here: {path}")
        else:
            lines += [
                f"code      {url}",
                "",
                "This repository is not on this machine yet. Press s (or the Source button) to clone it",
                "or to point to a checkout you have; or on the command line:",
                f"  backspan source add {url}",
                f"  backspan source map {url} PATH",
            ]
    except BackspanError as error:
        lines.append(f"code      {error}")
    lines += ["", *(f"· {rule}" for rule in spec.focus)]
    return TopicFacts(topic, here, said, "\n".join(lines))
