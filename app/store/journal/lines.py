"""One line of a journal as an event, or the reason why it is none."""

from __future__ import annotations

from pydantic import ValidationError

from app.base.letters import spelt_out
from app.records.events import EVENTS
from app.records.history.light import Event
from app.store.protocol import Damaged

_BOM = b"\xef\xbb\xbf"
_CONFLICT = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")
_UNKNOWN = {"extra_forbidden", "union_tag_invalid"}


def read_line(data: bytes, number: int) -> Event | Damaged | None:
    """The event in one line (1-based), `Damaged` with the reason, or None for a blank line. Never raises."""
    text = data.strip()
    if number == 1 and text.startswith(_BOM):
        text = text[len(_BOM) :]
    if not text:
        return None
    try:
        return EVENTS.validate_json(text)
    except ValidationError as error:
        return _reason(text, number, error)
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        return Damaged(number, f"it cannot be read ({type(error).__name__})")


def unfinished(data: bytes, number: int) -> Event | Damaged | None:
    """The same for a last line without line feed: an event if all of it arrived (its hash says so)."""
    found = read_line(data, number)
    if isinstance(found, Damaged):
        return Damaged(
            number, f"the last line breaks off after {len(data)} bytes: a save that was never confirmed"
        )
    return found


def _reason(text: bytes, number: int, error: ValidationError) -> Damaged:
    if text.startswith(_CONFLICT):
        return Damaged(number, "it is a conflict mark that a merge by git left behind")
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    first = problems[0]
    if first["type"] == "json_invalid":
        return Damaged(number, "it is not JSON, so it was cut off or changed by hand")
    where = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    reason = f"{where}: {said}" if where else said
    newer = all(problem["type"] in _UNKNOWN for problem in problems)
    return Damaged(number, spelt_out(reason)[:300], newer)
