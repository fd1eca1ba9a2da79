"""Git commands that use the network: watched, reporting, and stoppable at any moment."""

from __future__ import annotations

import re
import select
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.base.cancelling import Cancelled, never
from app.errors import SourceError
from app.repository.git import run as gitrun
from app.repository.git.login import Login, login_of, parted

_STEP = re.compile(r"(?:remote: )?([A-Z][A-Za-z ]{2,40}): +(\d{1,3})% \((\d+/\d+)\)(?:, ([0-9.]+ [KMG]iB))?")
_TICK_MS = 100
_FETCH_OBJECTS = (
    *("-c", "fetch.negotiationAlgorithm=noop", "fetch", "--progress", "--no-tags", "--no-write-fetch-head"),
    *("--recurse-submodules=no", "--upload-pack=git-upload-pack", "--stdin"),
)
_TAIL_BYTES = 20_000


@dataclass(frozen=True)
class Progress:
    """How far a clone or fetch is."""

    phase: str
    """Git's own word for it, such as `Receiving objects`; letters and spaces only."""
    percent: int | None
    """Of this phase, 0 to 100; none while it is unknown."""
    detail: str = ""
    """Counts and amounts for people, such as `512/2048, 1.25 MiB`."""


def quiet(_: Progress) -> None:
    """A progress callback that shows nothing."""


def parse_progress(line: str) -> Progress | None:
    """What one line of git's stderr says about progress, if anything."""
    found = _STEP.match(line)
    if not found:
        return None
    phase, percent, count, amount = found.groups()
    return Progress(phase, min(int(percent), 100), f"{count}, {amount}" if amount else count)


def transfer(
    args: Sequence[str | bytes],
    *,
    git_dir: Path | None = None,
    stdin: bytes = b"",
    progress: Callable[[Progress], None] = quiet,
    cancelled: Callable[[], bool] = never,
    silence: float = 300.0,
    login: Login | None = None,
    private: bool = False,
) -> gitrun.Answer:
    """Run a git command that may use the network. `cancelled` is asked about ten times a second.

    What it writes is for its owner alone if `private`, or if `git_dir` is so already.
    Raises Cancelled, and SourceError after `silence` seconds without a byte of progress. A git that fails is
    answered, not raised. Whatever happens, no process is left behind.
    """
    with tempfile.TemporaryFile() as given:  # a pipe could fill up while git is still busy writing to us
        given.write(stdin)
        given.seek(0)
        process = gitrun.start(
            args,
            git_dir=git_dir,
            network=True,
            stdin=given.fileno(),
            stdout=subprocess.DEVNULL,
            login=login,
            private=private,
        )
        try:
            err = _watch(process, progress, cancelled, silence)
            return gitrun.Answer(process.wait(silence), b"", err)
        except subprocess.TimeoutExpired:
            raise _stalled(silence) from None
        finally:
            gitrun.stop(process)


def _watch(
    process: subprocess.Popen[bytes],
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    silence: float,
) -> bytes:
    assert process.stderr is not None
    poll = select.poll()
    poll.register(process.stderr, select.POLLIN)
    tail = b""
    unfinished = b""
    heard = time.monotonic()
    while True:
        if cancelled():
            raise Cancelled("The transfer was cancelled; nothing of it was kept")
        if not poll.poll(_TICK_MS):
            if time.monotonic() - heard > silence:
                raise _stalled(silence)
            continue
        chunk = process.stderr.read(1 << 16)
        if not chunk:
            return tail
        heard = time.monotonic()
        tail = (tail + chunk)[-_TAIL_BYTES:]
        *lines, unfinished = (unfinished + chunk).replace(b"\r", b"\n").split(b"\n")
        unfinished = unfinished[-_TAIL_BYTES:]
        for line in lines:
            step = parse_progress(line.decode("utf-8", "replace"))
            if step:
                progress(step)


def _stalled(silence: float) -> SourceError:
    return SourceError(
        f"git received nothing for {silence:.0f} seconds and was stopped",
        "check the network, then try again",
    )


def fetch_objects(
    git_dir: Path,
    url: str,
    oids: Sequence[str],
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> gitrun.Answer:
    """Bring objects from where a blob-less clone came from. Raises Cancelled, and SourceError for such credentials.

    By URL, not by the remote's name: a remote's section may name programs to run. `url` may hold credentials.
    """
    return transfer(
        [*_FETCH_OBJECTS, "--", parted(url)[0]],
        login=login_of(url),
        git_dir=git_dir,
        stdin="".join(f"{oid}\n" for oid in oids).encode("ascii"),
        progress=progress,
        cancelled=cancelled,
    )
