"""Set: a record among the others of its project, those of other topics and people included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.checks.findings import BenchmarkRun, Context, Hit, Near, shown
from app.checks.reading import Reading
from app.checks.registry import SAMPLE, Example, check, limit
from app.records.finding import Field

_NAMES: dict[Field, str] = {"user": "request", "think": "reasoning", "block": "code"}
_OTHER = Example(
    user="Consumers must see each message of a group in order, without a lock that outlives a crash of its worker.",
    think="A lease is cheaper than a lock, because it ends by itself; the price is a clock we have to trust.",
    block="fn lease(group: &Group) -> Lease {\n    group.lease(Duration::from_secs(30))\n}",
).texts


def _near(context: Context, field: Field) -> Near | None:
    if context.others is None:
        return None
    return context.others.near(field, int(limit(context, "near_overlap")), int(limit(context, "near_ratio")))


def _who(record: str, topic: str) -> str:
    return f"{shown(record)} ({shown(topic)})"


def _nearly(context: Context, field: Field) -> Iterator[Hit]:
    near = _near(context, field)
    if near is not None and not near.same:
        said = f"The {_NAMES[field]} is nearly that of {_who(near.record, near.topic)}: {near.share} % alike."
        yield Hit(field, said)
    if near is None and context.others is not None:
        near = context.others.paraphrase(field, int(limit(context, "paraphrase")))
        if near is not None:
            who = _who(near.record, near.topic)
            yield Hit(
                field, f"The {_NAMES[field]} seems to be that of {who} in other words.", severity="hint"
            )


@check(
    code="BS601", family="set", severity="warning", title="request nearly as another",
    why="Near-duplicates make a set smaller than it looks, and models repeat them. In other words it is a hint.",
    remedy="Ask for what is particular to this code.",
    good=Example(context={"records": (_OTHER,)}, note="another record, of something else"),
    bad=Example(context={"records": (replace(_OTHER, user=SAMPLE.user.replace("five", "ten")),)},
                note="another record that says “ten minutes”"),
    limits=("near_overlap", "near_ratio", "paraphrase"),
)  # fmt: skip
def near_request(reading: Reading, context: Context) -> Iterator[Hit]:
    return _nearly(context, "user")


@check(
    code="BS602", family="set", severity="warning", title="reasoning nearly as another",
    why="Near-duplicates make a set smaller than it looks, and models repeat them. In other words it is a hint.",
    remedy="Reason from what is particular to this code.",
    good=Example(context={"records": (_OTHER,)}, note="another record, of something else"),
    bad=Example(context={"records": (replace(_OTHER, think=SAMPLE.think.replace("days", "weeks")),)},
                note="another record that says “weeks”"),
    limits=("near_overlap", "near_ratio", "paraphrase"),
)  # fmt: skip
def near_reasoning(reading: Reading, context: Context) -> Iterator[Hit]:
    return _nearly(context, "think")


@check(
    code="BS603", family="set", severity="warning", title="code of another record",
    why="The same code under two requests counts twice, and may stand on both sides of a split.",
    remedy="Choose other code, or retract one of the two.",
    good=Example(context={"records": (_OTHER,)}, note="another record, of other code"),
    bad=Example(context={"records": (replace(_OTHER, block=SAMPLE.block),)}, note="another record, of the "
                                                                                  "same code"),
    limits=("near_overlap",),
)  # fmt: skip
def same_code(reading: Reading, context: Context) -> Iterator[Hit]:
    near = _near(context, "block")
    if near is not None:
        how = "the same as" if near.same else f"{near.share} % that of"
        yield Hit("block", f"The code is {how} {_who(near.record, near.topic)}.")


@check(
    code="BS604", family="set", severity="warning", title="repeated opening",
    why="A set whose requests begin alike teaches the beginning.",
    remedy="Begin with what is particular here.",
    good=Example(context={"records": (_OTHER,) * 4}, note="four others that begin otherwise"),
    bad=Example(context={"records": (replace(_OTHER, user="Receivers that were down must not be lost."),) * 4},
                note="four others that begin “Receivers that were down …”"),
    limits=("opening_words", "opening_records"),
)  # fmt: skip
def opening(reading: Reading, context: Context) -> Iterator[Hit]:
    if context.others is None:
        return
    words, most = int(limit(context, "opening_words")), limit(context, "opening_records")
    for field, prose in (("user", reading.user), ("think", reading.think)):
        name: Field = "user" if field == "user" else "think"
        count = context.others.openings(name, words)
        if count >= most and len(prose.words) >= words:
            place = (prose.words[0].start, prose.words[words - 1].end)
            said = f"{count:,} other records of the topic begin with these {words} words."
            yield Hit(name, said, *place)


@check(
    code="BS605", family="set", severity="warning", title="row of words of another reasoning",
    why="Sentences that are carried from record to record are learnt by heart.",
    remedy="Say it anew, from this code.",
    good=Example(context={"records": (_OTHER,)}, note="another record, of something else"),
    bad=Example(
        context={"records": (replace(_OTHER,
            think=_OTHER.think + " " + SAMPLE.think[SAMPLE.think.index("I take"):SAMPLE.think.index(": on")]),)},
        note="another record with one sentence of this one",
    ),
    limits=("think_run",),
)  # fmt: skip
def shared_run(reading: Reading, context: Context) -> Iterator[Hit]:
    run = context.others.shared_run(int(limit(context, "think_run"))) if context.others is not None else None
    words = reading.think.words
    if run is None or run.first + run.words > len(words):
        return
    near = _near(context, "think")
    if near is None or near.record != run.record:  # else all of it is that record's, and is said so
        said = f"{run.words} words in a row stand in the reasoning of {_who(run.record, run.topic)} too."
        yield Hit("think", said, words[run.first].start, words[run.first + run.words - 1].end)


@check(
    code="BS606", family="set", severity="hint", title="many records of one file",
    why="A set from one file teaches the file, not the trade.",
    remedy="Choose from the topic's other files, if there are any.",
    good=Example(context={"records": (_OTHER,) * 6, "limits": {"file_records": 10}}, note="the seventh of one file"),
    bad=Example(context={"records": (_OTHER,) * 12, "limits": {"file_records": 10}}, note="the thirteenth of one file"),
    limits=("file_share", "file_records"),
)  # fmt: skip
def concentration(reading: Reading, context: Context) -> Iterator[Hit]:
    path, count, total = context.others.from_file() if context.others is not None else ("", 0, 0)
    one_file = context.files is not None and len(context.files) == 1
    if not path or one_file or total < limit(context, "file_records"):
        return
    if 100 * count > limit(context, "file_share") * total:
        yield Hit("record", f"{count:,} of the topic's {total:,} records come from “{shown(path, 60)}”.")


@check(
    code="BS607", family="set", severity="hint", title="more than the target",
    why="The topic aims for fewer records; those beyond are rarely the best.",
    remedy="Keep the most important and the most intricate.",
    good=Example(context={"records": (_OTHER,) * 3, "target": (2, 4)}, note="the fourth of at most four"),
    bad=Example(context={"records": (_OTHER,) * 4, "target": (2, 4)}, note="the fifth of at most four"),
)  # fmt: skip
def over_target(reading: Reading, context: Context) -> Iterator[Hit]:
    if context.others is not None and context.target is not None:
        total = context.others.from_file()[2]
        if total > context.target[1]:
            yield Hit(
                "record", f"The topic has {total:,} records with this one; it aims for {context.target[1]:,}."
            )


@check(
    code="BS608", family="set", severity="error", title="text of another record",
    why="Word for word the same text in two records is a mistake of the hand.",
    remedy="Write this record's own.",
    good=Example(context={"records": (_OTHER,)}, note="another record, of something else"),
    bad=Example(context={"records": (replace(_OTHER, user=SAMPLE.user.upper()),)}, note="another record, the "
                                                                                        "same request"),
)  # fmt: skip
def same_text(reading: Reading, context: Context) -> Iterator[Hit]:
    fields: tuple[Field, ...] = ("user", "think")
    for field in fields:
        near = _near(context, field)
        if near is not None and near.same:
            said = f"The {_NAMES[field]} is that of {_who(near.record, near.topic)}, word for word."
            yield Hit(field, said)


_SHARED = "no message may sleep for more than five minutes"
_AT = SAMPLE.user.index(_SHARED)
_RUN = BenchmarkRun("user", _AT, _AT + len(_SHARED), 9, "benchmark.jsonl:7")


@check(
    code="BS801", family="set", severity="error", title="overlap with a benchmark",
    why="A record that shares eight words in a row with a benchmark may have been taken from it, and a model trained "
    "on it cannot be measured by it. In code, which shares its idioms with much, it is a warning. Only `backspan check "
    "--against FILE` looks at this.",
    remedy="Say it in other words; where the code itself stands in the benchmark, leave the record out.",
    good=Example(context={"overlaps": ()}, note="nothing that the benchmark has too"),
    bad=Example(context={"overlaps": (_RUN,)}, note=f"benchmark.jsonl, line 7: … {_SHARED} …"),
)  # fmt: skip
def benchmark(reading: Reading, context: Context) -> Iterator[Hit]:
    texts = {"user": reading.texts.user, "think": reading.texts.think, "block": reading.texts.block}
    for field, start, end, words, where in context.overlaps:
        text = texts.get(field, "")
        if 0 <= start < end <= len(text):
            shared = " ".join(text[start:end].split())
            said = f"{words} words in a row stand in {shown(where, 250)} too: “{shown(shared, 120)}”."
            yield Hit(field, said, start, end, "warning" if field == "block" else None)
