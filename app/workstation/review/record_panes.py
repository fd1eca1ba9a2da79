"""The review screen's panes: a record's three texts, and three lists of what is to be said of it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from app.review import Sheet
from app.workstation.review.sections import ReviewSections
from widgets.record.facts import RecordFacts
from widgets.record.view import Field, RecordView

FIELDS: tuple[Field, ...] = ("user", "think", "block")
_LISTS = ("findings", "about", "asked")


class _Column(Vertical):
    BLANK = True  # it shows nothing itself; this spares its drawing, here and below


class _Evidence(Horizontal):
    BLANK = True


class RecordPanes(Container):
    """Shows one record. Data in: `show`, `update`, `mark`."""

    BLANK = True

    def compose(self) -> ComposeResult:
        with _Column(id="pane-texts"):
            yield RecordView("user", id="user")
            yield RecordView("think", id="think")
        with _Column(id="pane-code"):
            yield RecordView("block", words=False, gutter=True, id="block")
        with _Evidence(id="pane-evidence"):
            for name in _LISTS:
                yield RecordFacts(id=name)

    def view(self, field: str) -> RecordView:
        """The view of `user`, `think` or `block`."""
        return self.query_one(f"#{field}", RecordView)

    @property
    def findings(self) -> RecordFacts:
        """The list of findings and comments."""
        return self.query_one("#findings", RecordFacts)

    def show(self, told: ReviewSections | None) -> None:
        """Show another record; None: none."""
        sheet = told.sheet if told is not None else None
        for field, text in zip(FIELDS, sheet.texts if sheet is not None else ("", "", ""), strict=True):
            code = field == "block" and told is not None
            self.view(field).set_text(
                text,
                sheet.colours if code and sheet is not None else (),
                _counted(field, text, sheet),
                marks=told.marks[field] if told is not None else (),
                lines=told.lines if code and told is not None else (),
            )
        self._put_facts(told, keep_place=False)

    def update(self, told: ReviewSections, current: str) -> None:
        """More is known of the record that is shown, or other people said something of it: its texts stay."""
        self.mark(told, current)
        self.view("block").set_lines(told.lines)
        self._put_facts(told, keep_place=True)

    def mark(self, told: ReviewSections, current: str) -> None:
        """Set off the places that something is said about; `current` is the zone of the one gone to."""
        now = next((one for one in told.steps if one[0] == current), None)
        for field in FIELDS:
            marks = list(told.marks[field])
            if now is not None and now[1] == field and now[3] > now[2]:
                marks.append((now[2], now[3], "current"))
            self.view(field).set_marks(marks)

    def _put_facts(self, told: ReviewSections | None, keep_place: bool) -> None:
        for name in _LISTS:
            sections = getattr(told, name) if told is not None else ()
            self.query_one(f"#{name}", RecordFacts).set_sections(sections, keep_place=keep_place)


def _counted(field: str, text: str, sheet: Sheet | None) -> str:
    if field == "block":
        return sheet.row.path if sheet is not None else ""
    return f"{len(text.split()):,} words"
