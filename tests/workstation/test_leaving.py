"""The end of the program: what is kept first, and what is said behind it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from textual.app import App

from app.workstation.leaving import Leaving


class Topic:
    """A screen with a topic open."""

    def __init__(self, waiting: int = 0, safe: bool = True) -> None:
        self.waiting = waiting
        self.safe = safe
        self.left = 0

    def leave(self) -> bool:
        self.left += 1
        return self.safe


class Ending:
    """An app with screens, which notes how it ends."""

    def __init__(self, *screens: object) -> None:
        self.screen_stack = screens
        self.ended: list[int | None] = []
        self.said: list[str] = []

    def exit(self, return_code: int | None = None) -> None:
        self.ended.append(return_code)

    def notify(self, text: str, **_: object) -> None:
        self.said.append(text)


def leaving(app: Ending) -> Leaving:
    return Leaving(cast(App[Any], app))


def test_every_topic_is_left_also_after_one_whose_draft_cannot_be_kept() -> None:
    first, second = Topic(safe=False), Topic()
    app = Ending(object(), first, second)
    one = leaving(app)
    one.quit()
    assert (first.left, second.left, app.ended) == (1, 1, [])
    assert "on screen only" in app.said[0]
    one.quit()
    assert app.ended == [None], "who is warned may go"


@pytest.mark.parametrize(
    ("waiting", "said"), [(0, ""), (1, "1 record is not saved"), (2, "2 records are not")]
)
def test_what_waits_for_the_disk_is_told_on_the_terminal_that_is_left(waiting: int, said: str) -> None:
    app = Ending(Topic(waiting))
    one = leaving(app)
    one.quit()
    assert app.ended == [None] and one.parting.startswith(said) and bool(one.parting) == bool(said)


def test_a_signal_ends_it_with_the_drafts_kept_and_says_which_signal() -> None:
    topic = Topic(safe=False)
    app = Ending(topic)
    leaving(app)._told_to_end(15)
    assert (topic.left, app.ended) == (1, [143])
