"""The page that tells every check, made from the checks themselves."""

from __future__ import annotations

from app.checks import REGISTRY, RULES
from app.checks.findings import Family
from app.checks.registry import SAMPLE, Example, Rule
from app.checks.tracing import TRACED
from app.records.check_codes import LIMITS

_FAMILIES: dict[Family, str] = {
    "structure": "Structure: what makes a record a record",
    "block": "Block: the code",
    "spec": "Spec: what the topic asks",
    "request": "Request: `user`",
    "think": "Reasoning: `think`",
    "set": "Set: among the other records",
    "language": "Language: both texts",
}

_HEAD = """\
# Checks

Made by `make docs` from the checks themselves. Checks judge; they never write.

An **error** keeps a record from being saved, a **warning** asks for a second look, a **hint** may be left alone. A
topic's spec sets severities and limits (`[checks]`, see [spec-reference.md](spec-reference.md)); a finding can be
waived for one record with a reason, which becomes part of the record's history. What is marked *fixed* can be neither
set nor waived: the record would be lost, or would not be what it says it is. What is marked *at saving* is also looked
at by export.

Without the extra `checks` (`pip install 'backspan[checks]'`) `BS209` knows a few shapes of keys only, and `BS701` says
nothing. Without the extra `tokens` nothing is counted, and `BS107` says nothing. `BS801` looks only where benchmark
files are given: `backspan check --against FILE`.

The codes keep their meaning for ever. `BS130` and `BS201` are older than the families' numbers.
"""


def checks_page() -> str:
    """`docs/checks.md`, in Markdown."""
    parts = [_HEAD, _table(), _limits()]
    for family, title in _FAMILIES.items():
        parts.append(f"## {title}\n")
        parts += [_told(rule) for rule in _of(family)]
    parts.append(_traced())
    parts.append("## The sample record\n\nWhat an example does not give is taken from this one.\n")
    parts.append(
        f"Request:\n\n{_fence(SAMPLE.user)}\nReasoning:\n\n{_fence(SAMPLE.think)}\nCode:\n\n{_fence(SAMPLE.block)}"
    )
    return "\n".join(parts)


def _of(family: Family) -> list[Rule]:
    return [rule for _, rule in sorted(REGISTRY.items()) if rule.family == family]


def _table() -> str:
    rows = [
        f"| [`{rule.code}`](#{rule.code.lower()}-{_anchor(rule.title)}) | {rule.severity} | {rule.family} | "
        f"{rule.title} |"
        for family in _FAMILIES
        for rule in _of(family)
    ]
    return "\n".join(["| code | severity | family | what it is |", "|---|---|---|---|", *rows, ""])


def _limits() -> str:
    users = {name: [r.code for _, r in sorted(REGISTRY.items()) if name in r.limits] for name in LIMITS}
    rows = [
        f"| `{name}` | {one.default:,.0f} | {', '.join(f'`{code}`' for code in users[name])} | {one.help} |"
        for name, one in LIMITS.items()
    ]
    head = "## Limits\n\nThe numbers that a spec sets in `checks.limits`.\n"
    return "\n".join([head, "| name | default | checks | what it is |", "|---|---|---|---|", *rows, ""])


def _traced() -> str:
    rows = [
        f"| {row.asked} | {', '.join(f'`{code}`' for code in row.codes)} | {row.left or '-'} |"
        for row in TRACED
    ]
    head = "## What the prompt documents ask\n\nEvery rule, what looks at it, and what is left to people.\n"
    return "\n".join([head, "| asked | checks | left to a person |", "|---|---|---|", *rows, ""])


def _told(rule: Rule) -> str:
    marks = [
        rule.severity,
        *(["fixed"] if rule.fixed else []),
        *(["at saving"] if rule.code in RULES else []),
    ]
    parts = [f"### {rule.code}: {rule.title}\n", f"*{', '.join(marks)}*. {rule.why}\n", f"→ {rule.remedy}\n"]
    parts.append(f"Found in:\n\n{_example(rule.bad)}")
    if shown := _example(rule.good):
        parts.append(f"Not in:\n\n{shown}")
    return "\n".join(parts)


def _example(example: Example) -> str:
    given = [text for text in (example.user, example.think, example.block) if text is not None]
    parts = [_fence(text) for text in given]
    if example.note:
        parts.append(f"({example.note})\n")
    return "\n".join(parts)


def _fence(text: str) -> str:
    """A text as a block of Markdown: what cannot be seen is spelt out, and long lines are left whole."""
    safe = "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text)
    fence = "````" if "```" in safe else "```"
    return f"{fence}text\n{safe or '(empty)'}\n{fence}\n"


def _anchor(title: str) -> str:
    kept = "".join(char for char in title.lower() if char.isalnum() or char in " -")
    return kept.replace(" ", "-")
