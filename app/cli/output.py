"""Printing: data to stdout, talk to stderr, and nothing that a terminal could obey."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from app.base.text import printable


def talk(text: str) -> None:
    """A line for the person, on stderr."""
    click.echo(text, err=True)


def print_json(value: Any) -> None:
    """One JSON document on stdout, UTF-8 whatever the locale says; control characters are escaped by JSON itself."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    text = "".join(f"\\u{ord(c):04x}" if "\x7f" <= c <= "\x9f" or c in "\u2028\u2029" else c for c in text)
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def cell(text: str, width: int) -> str:
    """Text for a column of a table: one line, safe to print, `width` characters."""
    shown = printable(" ".join(text.split()), width - 1 if width > 1 else width)
    return shown[:width].ljust(width)
