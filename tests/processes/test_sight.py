"""What these tests see of a terminal: whole frames, however their bytes come."""

from __future__ import annotations

import pyte
import pytest

from tests.processes.sight import _Plain

OLD, NEW = "\x1b[1;1Hold head\x1b[2;1Hold text", "\x1b[1;1H\x1b[31mnew head\x1b[0m\x1b[2;1Hnew text"
FRAME = f"\x1b[?2026h{NEW}\x1b[?2026l".encode()


def rows(screen: pyte.Screen) -> list[str]:
    return [row.rstrip() for row in screen.display]


@pytest.mark.parametrize("cut", range(len(FRAME)))
def test_a_frame_that_comes_in_two_pieces_is_seen_whole_or_not_at_all(cut: int) -> None:
    screen = pyte.Screen(20, 2)
    stream = _Plain(screen)
    stream.feed(OLD.encode())
    stream.feed(FRAME[:cut])
    assert rows(screen) == ["old head", "old text"]
    stream.feed(FRAME[cut:])
    assert rows(screen) == ["new head", "new text"]


def test_a_terminal_that_is_never_told_of_frames_is_seen_as_it_is_drawn() -> None:
    screen = pyte.Screen(20, 2)
    stream = _Plain(screen)
    stream.feed(OLD.encode())
    stream.feed(NEW.encode()[:15])
    assert rows(screen)[0].startswith("new")
    stream.feed(NEW.encode()[15:])
    assert rows(screen) == ["new head", "new text"]
