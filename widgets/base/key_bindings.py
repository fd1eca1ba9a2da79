"""Textual bindings made from the table of actions, and the objects that act on them."""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.dom import DOMNode

from app.settings.actions import Scope, scoped


def bindings_for(scope: Scope) -> list[BindingType]:
    """The scope's bindings; each carries its action's id, so that a keymap can change its keys."""
    return [
        Binding(
            action.keys,
            action.method,
            action.label,
            show=action.footer,
            priority=action.priority,
            id=action.id,
            tooltip=action.help,
        )
        for action in scoped(scope)
    ]


def adopt(node: DOMNode, *parts: object) -> None:
    """Let keys reach the actions of these parts: Textual looks for them on the widget or the screen."""
    for part in parts:
        for name in dir(part):
            if name.startswith("action_"):
                setattr(node, name, getattr(part, name))
