"""What was found, as tables for people; the docs hold a copy of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.bench.checks.human import Said, Share, most_frequent
from tests.checks.seeded import Judged


def human(said: Sequence[Said], unseen: Sequence[Said]) -> str:
    """Shares of people's texts with an error and with a warning, by where they come from."""
    rows = [("", "pairs", "with an error", "with a warning")]
    plain = [one for one in said if not one.pair.pointing]
    for repository in dict.fromkeys(one.pair.repository for one in said):
        for kind in ("doc", "commit"):
            own = [one for one in plain if (one.pair.repository, one.pair.kind) == (repository, kind)]
            rows.append(_row(f"{repository.partition('+')[2]}, {_KINDS[kind]}", own))
    rows.append(_row("**looked at while tuning**", [one for one in plain if not one.pair.aside]))
    rows.append(_row("**kept aside**", [one for one in plain if one.pair.aside]))
    if unseen:
        rows.append(
            _row("**crates never looked at, doc comments**", [o for o in unseen if not o.pair.pointing])
        )
    rows.append(_row("with a URL or an issue's number, counted apart", [o for o in said if o.pair.pointing]))
    rows.append(_row("kept aside, those included", [one for one in said if one.pair.aside]))
    return _table(rows)


_KINDS = {"doc": "doc comments", "commit": "commit messages"}


def _row(name: str, said: Sequence[Said]) -> tuple[str, str, str, str]:
    share = Share.of(name, said)
    return name, f"{share.pairs:,}", _share(share.errors, share.pairs), _share(share.warnings, share.pairs)


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({100 * part / whole:.1f} %)" if whole else "-"


def frequent(said: Sequence[Said]) -> str:
    """The ten codes that are given to most texts."""
    rows = [("code", "severity", "texts", "for example")]
    plain = [one for one in said if not one.pair.pointing]
    found = most_frequent(plain)
    return _table(
        rows + [(f"`{code}`", severity, f"{count:,}", said) for code, severity, count, said in found]
    )


def wrong(said: Sequence[Said]) -> str:
    """Every error and warning with the words around it, to be judged by a person."""
    lines = []
    for one in said:
        for found in one.findings:
            if found.severity != "hint":
                around = one.pair.text[max(0, (found.start or 0) - 40) : (found.end or 0) + 40]
                lines.append(f"{found.code} {one.pair.repository} {one.pair.where}: {around!a}")
    return "\n".join(sorted(lines))


def seeded(judged: Mapping[str, Sequence[Judged]]) -> str:
    """Faults found, by family: those looked at while tuning, and those kept aside."""
    rows = [("family", "faults", "found", "kept aside", "found", "place to the character", "other findings")]
    for family, own in [*judged.items(), ("**all**", [one for rows in judged.values() for one in rows])]:
        tuned, aside = [j for j in own if not j.fault.aside], [j for j in own if j.fault.aside]
        rows.append(
            (
                family,
                f"{len(tuned):,}",
                _share(sum(j.found for j in tuned), len(tuned)),
                f"{len(aside):,}",
                _share(sum(j.found for j in aside), len(aside)),
                _share(sum(j.exact for j in own), len(own)),
                f"{sum(bool(j.others) for j in own):,}",
            )
        )
    missed = [j.fault for own in judged.values() for j in own if not j.found]
    names = "\n".join(f"- `{fault.id}` ({fault.code}): {fault.said}" for fault in missed)
    return f"{_table(rows)}\n\nNot found:\n\n{names or 'none'}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *rest = rows
    lines = [
        _line(head),
        _line(["---", *("--:" if len(head) > 4 or at < 2 else "---" for at in range(len(head) - 1))]),
    ]
    return "\n".join([*lines, *(_line(row) for row in rest)])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
