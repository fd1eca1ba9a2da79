"""The source pane's colours: component classes in, shared Rich styles out.

Syntax colours are rounded to the 256-colour palette: a change of colour is then 11 bytes instead of 19, and it is not
seen in text. Backgrounds stay exact, because they stand beside other widgets' backgrounds.
"""

from __future__ import annotations

from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from app.rust.styles import STYLES
from widgets.source.messages import SIGNS

ROLES = ("main", "import", "helper", "context")
LAYERS = ("cursor", *ROLES, "range", "match")
"""Backgrounds, by rising precedence; the base is the empty name."""
DIM = 0.5
"""How much of its colour test code keeps."""

COMPONENTS = frozenset(
    {f"source--{name}" for name in (*STYLES, *LAYERS, "gutter", "here", *SIGNS, "text")},
)
"""Component classes the pane styles."""

CSS = """
    & > .source--text { color: $foreground; }
    & > .source--gutter { color: $foreground 45%; }
    & > .source--here { color: $accent; }
    & > .source--strange { color: $error; text-style: bold; }
    & > .source--recorded { color: $success; }
    & > .source--overlap { color: $error; text-style: bold; }
    & > .source--partly { color: $success; }
    & > .source--draft { color: $accent; }
    & > .source--claimed { color: $warning; }
    & > .source--skipped { color: $foreground 60%; }
    & > .source--excluded { color: $foreground 60%; }
    & > .source--other { color: $foreground 60%; }
    & > .source--cursor { background: $foreground 7%; }
    &:focus > .source--cursor { background: $foreground 14%; }
    & > .source--range { background: $accent 20%; }
    & > .source--match { background: $warning 40%; }
    & > .source--main { background: $success 22%; }
    & > .source--import { background: $primary 30%; }
    & > .source--helper { background: $secondary 30%; }
    & > .source--context { background: $foreground 12%; }
    & > .source--constant { color: $text-error; }
    & > .source--type { color: $text-primary; }
    & > .source--function { color: $primary-lighten-3; }
    & > .source--macro { color: $text-warning; }
    & > .source--keyword { color: $text-accent; }
    & > .source--lifetime { color: $text-warning; }
    & > .source--number { color: $text-error; }
    & > .source--comment { color: $foreground 55%; }
    & > .source--doc { color: $text-success 80%; }
    & > .source--attribute { color: $foreground 65%; }
    & > .source--string { color: $text-success; }
    & > .source--escape { color: $text-warning; }
"""


class SourcePalette:
    """Every style a row can need; each made once, so that equal styles are the same object."""

    def __init__(self, widget: Widget) -> None:
        under, own = widget.background_colors
        base = under + own
        components = {name: widget.get_component_styles(name) for name in sorted(COMPONENTS)}
        named = {name: (styles.color, styles.background) for name, styles in components.items()}
        self.colours = base, *named.values()
        """What it was made from: equal colours need no new palette."""
        self._fore = {name.removeprefix("source--"): colours[0] for name, colours in named.items()}
        self._back = {"": base} | {layer: base + named[f"source--{layer}"][1] for layer in LAYERS}
        self._styles: dict[tuple[str, str, bool], Style] = {}

    def style(self, name: str, layer: str = "", dim: bool = False) -> Style:
        """The style of a syntax or part name (`text`, `gutter` …) on a background layer."""
        key = name, layer, dim
        style = self._styles.get(key)
        if style is None:
            back = self._back[layer]
            fore = back + self._fore[name]
            if dim:
                fore = back.blend(fore, DIM)
            style = Style(color=_rounded(fore), bgcolor=back.rich_color)
            self._styles[key] = style
        return style


def _rounded(colour: Color) -> RichColor:
    return colour.rich_color.downgrade(ColorSystem.EIGHT_BIT)
