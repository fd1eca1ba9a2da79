"""Differences of texts as rows: wrapped to the screen, headed, long unchanged stretches folded away."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from widgets.base.drawing import MORE, RULER, Part, cut, parts_width
from widgets.base.wrapped_text import StyledRun, WrappedText

GONE = "revision-diff--gone"
NEW = "revision-diff--new"
CONTEXT = 2
"""Unchanged rows that stay in sight beside a change, if no blank row parts them from it."""
LEAST_FOLD = 3
"""Rows a fold hides at least; fewer are simply shown."""
_BLANK = "\N{OPEN BOX}"
_BREAK = "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"
_CIRCLE = "\N{DOTTED CIRCLE}"
_TAB = "    "
_STYLES = {"same": "", "gone": GONE, "new": NEW}

FoldKey = tuple[int, int]
"""(field, changes before it): names an unchanged stretch at whatever width."""


class DiffStretch(Protocol):
    """A stretch of a difference: without the gone ones the new text, without the new ones the old."""

    @property
    def kind(self) -> Literal["same", "gone", "new"]: ...

    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field to show."""

    name: str
    """Its heading, such as `think`."""
    chunks: Sequence[DiffStretch]
    plain: bool = False
    """Whether it is one text to read and not a difference: then nothing is folded or counted."""


class DiffRow(NamedTuple):
    """One row of the layout."""

    kind: Literal["heading", "text", "fold"]
    field: int
    first: int
    """Of a text or fold: the 0-based row of the wrapped text it is, or begins with."""
    many: int = 1
    """Rows of the wrapped text that it stands for."""
    fold: FoldKey | None = None


class _Stretch(NamedTuple):
    """Neighbouring rows of a wrapped text that are all changed, or all unchanged."""

    first: int
    end: int
    changed: bool
    before: int
    """Changes that begin before it."""


def runs_of(chunks: Sequence[DiffStretch]) -> tuple[StyledRun, ...]:
    """The chunks as they are drawn: changes that would not be seen (blanks, line ends, marks) made visible."""
    runs: list[StyledRun] = []
    for kind, text in _trimmed(chunks):
        if not text:
            continue
        if kind == "same":
            drawn = _plain(text)
        elif not text.strip():
            drawn = _visible(text, kind)
        else:
            # A mark whose letter did not change would settle on that letter, and nobody would see it.
            lone = text[0] not in "\n\t" and RULER[text[0]][1] == 0
            drawn = (_CIRCLE if lone else "") + _plain(text)
        if kind == "new" and runs and runs[-1].style == GONE and _word(runs[-1].text[-1]) and _word(drawn[0]):
            runs.append(StyledRun(" ", ""))  # or the old word and the new one would read as one
        runs.append(StyledRun(drawn, _STYLES[kind]))
    return tuple(runs)


def _word(char: str) -> bool:
    return char.isalnum() or char in "_`"


def _trimmed(chunks: Sequence[DiffStretch]) -> Iterator[tuple[str, str]]:
    """The chunks as (kind, text); of white space that grew or shrank only what it grew or shrank by is changed."""
    at = 0
    while at < len(chunks):
        one, other = chunks[at], chunks[at + 1] if at + 1 < len(chunks) else None
        at += 1
        if other is None or (one.kind, other.kind) != ("gone", "new") or (one.text + other.text).strip():
            yield one.kind, one.text
            continue
        at += 1
        same = 0
        while same < min(len(one.text), len(other.text)) and one.text[same] == other.text[same]:
            same += 1
        yield "same", one.text[:same]
        yield "gone", one.text[same:]
        yield "new", other.text[same:]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\t", _TAB)


def _visible(text: str, kind: str) -> str:
    # Of what is gone a picture is left; what is new also does what it says.
    return text.replace(" ", _BLANK).replace("\n", _BREAK + "\n" if kind == "new" else _BREAK)


class DiffLayout:
    """All fields as rows for one width, with these stretches unfolded."""

    def __init__(
        self,
        fields: Sequence[Comparison],
        width: int,
        is_open: Callable[[FoldKey], bool] = lambda key: False,
    ) -> None:
        self._fields = fields
        self._texts = [WrappedText(runs_of(field.chunks), width, words=True) for field in fields]
        self._is_open = is_open
        self.rows: list[DiffRow] = []
        self.folds: list[FoldKey] = []
        """Every stretch that can be folded, also those unfolded."""
        self.changes: list[int] = []
        """The rows that changes begin at; changes with nothing between them are one."""
        for index, text in enumerate(self._texts):
            self._lay_out(index, text)

    def parts(self, row: int, width: int) -> tuple[Part, ...]:
        """What a 0-based row shows in `width` cells."""
        kind, field, first, many, fold = self.rows[row]
        if kind == "text":
            return self._texts[field].parts(first)
        if kind == "heading":
            return self._heading(field, width)
        assert fold is not None
        said = f"{MORE} {many:,} unchanged line{'s' if many > 1 else ''} {MORE}"
        return (Part(cut(said, width), "revision-diff--fold", f"fold {fold[0]} {fold[1]}"),)

    def place(self, row: int) -> tuple[int, int]:
        """(field, character) a row begins at; a heading is at character -1."""
        kind, field, first, _many, _fold = self.rows[row]
        return (field, -1) if kind == "heading" else (field, self._texts[field].rows[first][0])

    def row_at(self, place: tuple[int, int]) -> int:
        """The 0-based row that shows a place, or the fold that hides it."""
        return max(bisect_right(range(len(self.rows)), place, key=self.place) - 1, 0)

    def change_after(self, row: int) -> int | None:
        """The first change that begins below a row."""
        at = bisect_right(self.changes, row)
        return self.changes[at] if at < len(self.changes) else None

    def change_before(self, row: int) -> int | None:
        """The last change that begins above a row."""
        at = bisect_left(self.changes, row)
        return self.changes[at - 1] if at else None

    def _lay_out(self, index: int, text: WrappedText) -> None:
        self.rows.append(DiffRow("heading", index, 0))
        if not text.text:
            return
        stretches = list(_stretches(text))
        if self._fields[index].plain:
            stretches = [_Stretch(0, len(text.rows), False, -1)]
        for stretch in stretches:
            first, end, changed, before = stretch
            if changed:
                self.changes.append(len(self.rows))
            elif before >= 0:
                first, end = self._folded(index, stretch, len(text.rows))
            self._add(index, stretch.first, first)
            if first < end and not changed and before >= 0:
                self.rows.append(DiffRow("fold", index, first, end - first, (index, before)))
                first = end
            self._add(index, first, stretch.end)

    def _add(self, index: int, first: int, end: int) -> None:
        self.rows += [DiffRow("text", index, row) for row in range(first, end)]

    def _folded(self, index: int, stretch: _Stretch, rows: int) -> tuple[int, int]:
        """The rows of a stretch that are hidden; none if it is unfolded or short."""
        key = (index, stretch.before)
        alone = stretch.first == 0 and stretch.end == rows
        first, end = stretch.first, stretch.end
        if stretch.first:
            first += self._beside(index, range(first, end))
        if stretch.end < rows:
            end -= self._beside(index, range(end - 1, first - 1, -1))
        if not alone and end - first < LEAST_FOLD:
            return stretch.first, stretch.first
        self.folds.append(key)
        return (stretch.first, stretch.first) if self._is_open(key) else (first, end)

    def _beside(self, index: int, rows: range) -> int:
        """How many of these rows, the one next to the change first, stay in sight with it."""
        text, near = self._texts[index], rows[:CONTEXT]
        blank = (at for at, row in enumerate(near) if not text.text[slice(*text.rows[row])].strip())
        return next(blank, len(near))

    def _heading(self, index: int, width: int) -> tuple[Part, ...]:
        field = self._fields[index]
        zone = f"field {index}"
        parts = [Part(f"{field.name} ", "revision-diff--heading", zone)]
        parts += [Part(text, style, zone) for text, style in _summary(field)]
        rest = max(width - parts_width(parts), 0)
        return (*parts, Part("─" * rest, "revision-diff--rule", zone))


def _summary(field: Comparison) -> list[tuple[str, str]]:
    if field.plain:
        return []
    gone = [chunk.text for chunk in field.chunks if chunk.kind == "gone"]
    new = [chunk.text for chunk in field.chunks if chunk.kind == "new"]
    if not any(gone) and not any(new):
        empty = not any(chunk.text for chunk in field.chunks)
        return [("empty " if empty else "unchanged ", "revision-diff--quiet")]
    less, more = (sum(len(text.split()) for text in texts) for texts in (gone, new))
    if not less and not more:
        return [("only white space changed ", "revision-diff--quiet")]
    counts = [(f"−{less:,} ", "revision-diff--less")] if less else []
    counts += [(f"+{more:,} ", "revision-diff--more")] if more else []
    return [*counts, ("words " if less + more > 1 else "word ", "revision-diff--quiet")]


def _stretches(text: WrappedText) -> Iterator[_Stretch]:
    changes = _changes(text.runs)
    ends = [end for _, end in changes]
    first, last, before = 0, False, 0
    for row, (start, _) in enumerate(text.rows):
        stop = text.rows[row + 1][0] if row + 1 < len(text.rows) else len(text.text) + 1
        at = bisect_right(ends, start)  # the first change that ends after this row's start
        changed = at < len(changes) and changes[at][0] < stop
        if row and changed != last:
            yield _Stretch(first, row, last, before)
            first = row
        if row == first:
            before = at
        last = changed
    if text.rows:
        yield _Stretch(first, len(text.rows), last, before)


def _changes(runs: Sequence[StyledRun]) -> list[tuple[int, int]]:
    """The ranges of characters that changed, neighbours as one."""
    found: list[tuple[int, int]] = []
    at = 0
    for run in runs:
        end = at + len(run.text)
        if run.style and found and found[-1][1] == at:
            found[-1] = (found[-1][0], end)
        elif run.style:
            found.append((at, end))
        at = end
    return found
