"""A question with several answers: by number, by enter, by click; escape changes nothing."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.events import Key
from textual.widgets import Button

from widgets.dialogs.choose import Choose

ANSWERS = (("keep", "Keep the draft"), ("newer", "Open the newer [text]"), ("look", "Look first"))


class Asks(App[None]):
    """Asks on start, and remembers the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = ""

    def on_mount(self) -> None:
        question = Choose("[b]Title\x1b[31m", "line\nline", ANSWERS, first="look", harmless="keep")
        self.push_screen(question, self._answered)

    def _answered(self, answer: str | None) -> None:
        self.answer = answer or ""


@pytest.mark.parametrize(
    ("keys", "answer"),
    [(["2"], "newer"), (["enter"], "look"), (["up", "enter"], "newer"), (["escape"], "keep"), (["9"], "")],
)
async def test_an_answer_is_taken_by_key(keys: list[str], answer: str) -> None:
    app = Asks()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert app.answer == answer


@pytest.mark.parametrize("size", [(80, 24), (120, 34), (30, 8)])
async def test_an_answer_is_taken_by_mouse_at_any_size(size: tuple[int, int]) -> None:
    app = Asks()
    async with app.run_test(size=size) as pilot:
        await pilot.click("#answer-newer")
        await pilot.pause()
        assert app.answer == "newer"


async def test_keys_already_on_their_way_answer_nothing() -> None:
    class AsksWhileTyping(Asks):
        def on_mount(self) -> None:
            question = Choose("Title", "", ANSWERS, first="look", harmless="keep", grace=0.05)
            self.push_screen(question, self._answered)

    app = AsksWhileTyping()
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.post_message(Key("2", "2"))
        app.screen.post_message(Key("enter", None))
        await pilot.pause()
        assert app.answer == ""
        await pilot.pause(0.1)
        await pilot.press("2")
        await pilot.pause()
        assert app.answer == "newer"


async def test_what_is_asked_is_not_interpreted() -> None:
    app = Asks()
    async with app.run_test(size=(80, 24)):
        title = app.screen.query_one(".choose--title")
        assert "[b]Title" in str(title.render())
        assert "\x1b" not in str(title.render())
        assert "[text]" in str(app.screen.query_one("#answer-newer", Button).label)
