"""Requests as people write issues: what is Rust in them, and what is a log, settings, a query or a list."""

from __future__ import annotations

import pytest

from app.checks import Texts, check_record
from app.checks.registry import SAMPLE
from app.checks.spelling import bases, has_library, meant

GOOD = {
    "a log of a service": "```\n2026-03-01T07:00:02Z ERROR sweep: 40 rows; none old\nat 07:00:03 (pid 4): done;\n```",
    "a log that says it is text": "```text\nworker 3: lease lost (held by worker 4);\n```",
    "settings": "~~~yaml\nqueue:\n  lease: 30s\n~~~",
    "an answer in JSON": '```json\n{\n  "status": 429,\n  "after": [1, 2]\n}\n```',
    "JSON without a name": '```\n{\n  "status": 429\n}\n```',
    "a command": "```sh\ncurl -X POST localhost/send -d '{}'; echo $?\n```",
    "a query": "```\nSELECT id FROM message WHERE due < now();\nDELETE FROM lease WHERE id = 3;\n```",
    "a query in SQL": "```sql\nUPDATE message SET state = 'late';\n```",
    "code of another language": "```python\ndef late(lease):\n    return lease.over()\n```",
    "a list": "- no wait is longer than a day (not even the last);\n- none is shorter than a second;\n* or so;",
    "a numbered list": "1. the head is read = kept;\n2) the rest is dropped -> closed;",
    "lines that end in semicolons": "The head is read (once);\nthe rest is dropped;\nnobody waits;",
    "a fence that is not closed": "```\n10:02 the lease had run out",
}
BAD = {
    "a fence that says Rust": "```rust\nwait(3)\n```",
    "a fence with attributes": "```rs,ignore\nwait(3)\n```",
    "a fence that says nothing": "```\nfn wait(s: u64) {\n```",
    "a fence that says it is text": "```text\nlet wait = 3;\nsleep(wait);\n```",
    "statements": "```\nself.wait += 1;\nself.sleep(self.wait)?;\n```",
    "lines without a fence": "let wait = 3;\nsleep(wait);",
    "lines beside a log": "```\n10:02 lost\n```\n\nif late {\n    self.wait += 1;\n}",
}


def errors(request: str) -> list[str]:
    found = check_record(Texts(f"{SAMPLE.user}\n\n{request}\n", SAMPLE.think, SAMPLE.block))
    return [one.code for one in found if one.severity != "hint"]


@pytest.mark.parametrize("name", GOOD)
def test_what_issues_are_made_of_is_no_code(name: str) -> None:
    assert errors(GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_rust_in_a_request_is_an_error(name: str) -> None:
    assert "BS410" in errors(BAD[name])


def test_a_log_may_repeat_what_the_code_prints_and_no_more() -> None:
    block = 'fn f() {\n    warn!("the lease of the message had run out before the answer came back to us here");\n}'
    said = "the lease of the message had run out"

    def codes(fence: str) -> list[str]:
        found = check_record(Texts(f"{SAMPLE.user}\n\n{fence}", SAMPLE.think, block))
        return [one.code for one in found if one.code in ("BS403", "BS404")]

    assert codes(f"```\n10:02 {said}\n```") == []
    assert codes(f"10:02 {said}") == ["BS404"]
    assert codes(f"```\n{said} before the answer came back to us here\n```") == ["BS404"]


@pytest.mark.skipif(not has_library(), reason="pyspellchecker is not installed")
@pytest.mark.parametrize(
    "word", ["nacked", "nacking", "acked", "chunked", "accessors", "throttling", "upserter"]
)
def test_forms_of_words_of_the_trade_are_no_slips(word: str) -> None:
    assert meant(word) == ""


@pytest.mark.skipif(not has_library(), reason="pyspellchecker is not installed")
def test_a_name_of_the_code_has_forms_too_and_a_slip_has_none() -> None:
    def slips(user: str, block: str) -> list[str]:
        found = check_record(Texts(f"{SAMPLE.user} {user}", SAMPLE.think, block))
        return [one.code for one in found if one.code == "BS701"]

    assert slips("Rows are lovering.", "fn lover() {\n    a();\n    b();\n}") == []
    assert slips("Signautres are checked.", SAMPLE.block) == ["BS701"]
    assert "recieve" in bases("recieved") and meant("recieved") == "received"


def test_a_form_leads_back_to_its_word() -> None:
    assert {"nack", "nacke"} <= set(bases("nacking")) and "throttle" in bases("throttled")
    assert "defer" in bases("deferring") and bases("on") == ("on",)
