"""The table of actions, the keymaps made from it, and key names as Textual means them."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.keys import _character_to_key
from textual.widget import Widget

from app.settings import keys
from app.settings.actions import ACTIONS, BY_ID, SCOPES
from widgets.base.key_bindings import bindings_for

MULTIPLEXER = {"ctrl+a", "ctrl+b", "ctrl+j", "ctrl+o", "ctrl+s"}


def keymap(name: str) -> dict[str, tuple[str, ...]]:
    return {**keys.defaults(), **keys.preset(name)}


def test_ids_are_unique_and_every_scope_is_known() -> None:
    assert len(BY_ID) == len(ACTIONS)
    assert {action.scope for action in ACTIONS} == set(SCOPES)


def test_labels_fit_the_footer() -> None:
    assert [a.id for a in ACTIONS if len(a.label.split()) > 3 or not a.help.endswith(".")] == []


@pytest.mark.parametrize("name", keys.PRESETS)
def test_a_preset_names_only_actions_that_exist(name: str) -> None:
    assert set(tomllib.loads(keys.preset_text(name))) <= set(BY_ID)


@pytest.mark.parametrize("name", keys.PRESETS)
def test_no_two_actions_want_one_key_at_once(name: str) -> None:
    assert keys.clashes(keymap(name)) == []


@pytest.mark.parametrize("name", keys.PRESETS)
def test_no_action_takes_a_key_that_types(name: str) -> None:
    given_keys = [(action, key) for action, names in keymap(name).items() for key in names]
    assert [reason for action, key in given_keys if (reason := keys.refusal(action, key))] == []


def kind(key: str) -> str:
    """Why a key may not arrive: which part of a terminal's world keeps or garbles it."""
    if keys.sure(key):
        return "sure"
    return "multiplexer" if key in MULTIPLEXER else key.rpartition("+")[0] or "function"


@pytest.mark.parametrize("name", keys.PRESETS)
def test_no_action_hangs_on_one_exotic_key(name: str) -> None:
    lonely = {
        action: names
        for action, names in keymap(name).items()
        if "sure" not in (kinds := {kind(key) for key in names}) and len(kinds - {"multiplexer"}) < 2
    }
    assert lonely == {}


def test_a_clash_between_scopes_that_are_active_together_is_found() -> None:
    changed = {**keys.defaults(), "source.widen": ("ctrl+r",), "topics.open": ("s",)}
    assert keys.clashes(changed) == [
        keys.Clash("s", "topics.open", "topics.source"),
        keys.Clash("ctrl+r", "annotate.imports", "source.widen"),
    ]


def test_scopes_that_are_never_active_together_may_share_keys() -> None:
    assert keys.clashes({**keys.defaults(), "records.edit": ("s",)}) == []


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("?", "question_mark"),
        ("/", "slash"),
        ("ctrl++", "ctrl+plus"),
        ("+", "plus"),
        ("Control+Shift+Left", "ctrl+shift+left"),
        ("shift+ctrl+left", "ctrl+shift+left"),
        ("ctrl+S", "ctrl+s"),
        ("alt+N", "alt+shift+n"),
        ("Esc", "escape"),
        ("PgUp", "pageup"),
        ("G", "G"),
        (" f2 ", "f2"),
        ("ctrl+space", "ctrl+@"),
        ("question_mark", "question_mark"),
        ("hyphen_minus", "minus"),
        ("»", "right_pointing_double_angle_quotation_mark"),
    ],
)
def test_keys_are_read_as_people_write_them(written: str, name: str) -> None:
    assert keys.canonical(written) == name


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("ctrl+i", "tab"),
        ("ctrl+m", "enter"),
        ("ctrl+[", "escape"),
        ("shift+g", "`G`"),
        ("cntrl+s", "no modifier"),
        ("mousewheel", "no key"),
        ("ctrl+", "no key"),
        ("", "missing"),
        ("\x07", "typed"),
    ],
)
def test_keys_that_no_terminal_sends_are_refused_with_a_hint(written: str, told: str) -> None:
    with pytest.raises(keys.KeyNameError, match=told):
        keys.canonical(written)


@given(st.characters(categories=["L", "N", "P", "S"]))
def test_a_characters_name_is_textuals(char: str) -> None:
    if char != ",":
        assert keys.canonical(char) == _character_to_key(char)


@example("»")
@example("\U0001f3fb")
@example("\U000e0100")
@given(st.text(max_size=20))
def test_any_text_is_a_key_or_refused_and_canonical_names_stay(text: str) -> None:
    try:
        name = keys.canonical(text)
    except keys.KeyNameError:
        return
    assert keys.canonical(name) == name or name == "ctrl+@"


@given(st.characters(categories=["L", "N", "P", "S"], max_codepoint=0xFFFF))
def test_a_character_is_never_a_key_of_what_works_while_typing(char: str) -> None:
    assert "types a character" in keys.refusal("annotate.save", keys.canonical(char))


def test_shift_with_a_function_key_is_also_what_terminals_send() -> None:
    assert keys.split_keys("shift+f6,alt+p") == ("shift+f6", "f18", "alt+p")


def test_keys_are_shown_as_on_the_keyboard() -> None:
    assert [keys.shown(key) for key in ("slash", "ctrl+underscore", "G", "f2", "space")] == [
        "/",
        "ctrl+_",
        "G",
        "f2",
        "space",
    ]


def test_the_page_of_keys_has_every_action_and_breaks_no_table() -> None:
    page = keys.key_table()
    assert all(f"`{action.id}`" in page for action in ACTIONS)
    rows = [line.replace("\\|", "") for line in page.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {6}


class Pane(Widget, can_focus=True):
    """Stands for the source pane."""

    BINDINGS = bindings_for("source")

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def action_widen(self) -> None:
        self.done.append("widen")

    def action_redo_block(self) -> None:
        self.done.append("redo")


class PaneApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Pane()


@pytest.mark.parametrize("name", keys.PRESETS)
async def test_textual_takes_every_preset_without_dropping_a_binding(name: str) -> None:
    app = PaneApp()
    async with app.run_test() as pilot:
        app.set_keymap({action: ",".join(names) for action, names in keys.preset(name).items()})
        pane = app.query_one(Pane)
        pane.focus()
        await pilot.press("w", *(["ctrl+r"] if name == "vim" else ["U"]))
        assert pane.done == ["widen", "redo"]
        active = {bound.binding.id for bound in app.screen.active_bindings.values()}
        assert {action.id for action in ACTIONS if action.scope == "source"} <= active
