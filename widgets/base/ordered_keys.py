"""Keys that act in the order they were pressed.

A letter acts as soon as its text field has it. A key bound to an action (backspace, an arrow) travels up through the
queue of every parent before the application looks for its binding, and so acts after letters that were typed
behind it, and in another field if the focus has moved on: `ab<backspace>c` typed quickly became `ab`. Fields whose
keys must not change places look for their own bindings themselves.
"""

from __future__ import annotations

from textual import events
from textual.binding import BindingsMap
from textual.widget import Widget
from textual.widgets import Input


class OwnKeys:
    """A text field's own bindings, to act while the key is in its hand."""

    def __init__(self, field: Widget) -> None:
        self._field = field
        self._map: BindingsMap | None = None

    async def act(self, event: events.Key) -> None:
        """Run the field's own action for a key, if it has one; the event then goes no further.

        The keymap is the application's of the first key: it is set once, before anything can be typed.
        """
        if event.is_printable:
            return
        if self._map is None:
            self._map = self._field._bindings.copy()
            self._map.apply_keymap(self._field.app._keymap)
        for binding in self._map.key_to_bindings.get(event.key, ()):
            if not binding.priority and await self._field.app.run_action(binding.action, self._field):
                event.stop()
                event.prevent_default()
                return


class LineInput(Input):
    """Textual's line to type in, with keys that keep their order."""

    async def _on_key(self, event: events.Key) -> None:
        await OwnKeys(self).act(event)
