"""Textual bindings made from the table of actions."""

from __future__ import annotations

from textual.binding import Binding, BindingType

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
