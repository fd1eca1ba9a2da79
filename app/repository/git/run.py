"""How git is called: without anyone's settings, without the network unless asked, never longer than agreed.

A repository's own configuration is read by git whatever one does, and it is not trusted: every setting that
names a program is overridden here, either by `-c` (which wins over files) or by a variable (which wins over
both). Reading commands may not use any transport, so a blob-less clone cannot be made to contact a server by
being looked at; `app.repository.git.transfer` fetches on purpose.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.base.text import shown
from app.errors import SourceError

if TYPE_CHECKING:
    from app.repository.git.login import Login

NETWORK = "https:http:ssh:git:file"
"""The transports a fetch may use (git's own notation); `ext::` and other helpers are not among them."""

SAFE_SETTINGS = (
    "safe.directory=*",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.pager=cat",
    "core.askPass=",
    "core.alternateRefsCommand=true",
    "credential.helper=",
    "diff.external=",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "protocol.ext.allow=never",
    "protocol.version=2",
    "transfer.bundleURI=false",
    "http.lowSpeedLimit=100",
    "http.lowSpeedTime=60",
    "gc.auto=0",
    "maintenance.auto=false",
    "color.ui=false",
)

_SAFE_VARIABLES = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=20",
    "GIT_PROXY_COMMAND": "",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    # Also for what may use the network: told to clone a shallow repository without contents, git fetches, and fetches
    # in that fetch, and so on without an end.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}


@dataclass(frozen=True)
class Answer:
    """What a finished git command gave."""

    code: int
    """Exit status; negative for a signal."""
    out: bytes
    err: bytes

    @property
    def complaint(self) -> str:
        """Git's own last word, safe to show; empty if it said nothing."""
        return last_complaint(self.err)


def environment(*, network: bool = False, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables git gets: the caller's without any `GIT_*`, and ours. `network` allows transports."""
    source = os.environ if base is None else base
    kept = {name: value for name, value in source.items() if not name.startswith("GIT_")}
    # The list of transports is older than GIT_NO_LAZY_FETCH and holds on every git we may meet. Without the network it
    # names none at all: a word in it would be the name of one, and a clone could ask for that.
    return kept | _SAFE_VARIABLES | {"GIT_ALLOW_PROTOCOL": NETWORK if network else ""}


def command(
    args: Sequence[str | bytes], git_dir: Path | None = None, login: Login | None = None
) -> list[str | bytes]:
    """A git command line with every safe setting. With `git_dir`, git looks for no other repository.

    It holds no secret of `login`; what it says of that comes after the setting that takes all other helpers away.
    """
    line: list[str | bytes] = ["git", "--no-pager", "--no-replace-objects"]
    for setting in (*SAFE_SETTINGS, *(login.settings if login else ())):
        line += ["-c", setting]
    if git_dir is not None:
        line.append(f"--git-dir={git_dir}")
    return [*line, *args]


def start(
    args: Sequence[str | bytes],
    *,
    git_dir: Path | None = None,
    network: bool = False,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    login: Login | None = None,
    private: bool = False,
) -> subprocess.Popen[bytes]:
    """Start git in a process group of its own, without a terminal. Raises SourceError if there is no git.

    `login` is who asks the server. What it writes is for its owner alone if `private`, or if `git_dir` is so already.
    """
    try:
        return subprocess.Popen(  # no shell anywhere
            command(args, git_dir, login),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            bufsize=0,
            env=environment(network=network) | (login.variables if login else {}),
            start_new_session=True,
            umask=0o077 if private or _closed(git_dir) else -1,
        )
    except FileNotFoundError:
        raise SourceError("git is not installed, or not on the PATH", "install git, then try again") from None


def _closed(git_dir: Path | None) -> bool:
    try:
        return git_dir is not None and not git_dir.stat().st_mode & 0o077
    except OSError:
        return False


def run_git(
    args: Sequence[str | bytes],
    *,
    git_dir: Path | None = None,
    stdin: bytes | None = None,
    timeout: float = 60.0,
) -> Answer:
    """Run a reading command to its end. Raises SourceError if there is no git, or after `timeout` seconds."""
    process = start(args, git_dir=git_dir, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE)
    try:
        out, err = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired:
        where = f" in {shown(str(git_dir))}" if git_dir else ""
        raise SourceError(
            f"git {shown(_word(args[0]))}{where} did not answer within {timeout:.0f} seconds",
            "check the disk or network drive the repository is on, then try again",
        ) from None
    finally:
        stop(process)
    return Answer(process.returncode, out, err)


def stop(process: subprocess.Popen[bytes], patience: float = 2.0) -> None:
    """End a process and its group, politely for `patience` seconds, and collect it. Safe to call again."""
    if process.poll() is None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            _signal_group(process, number)
            try:
                process.wait(patience)
                break
            except subprocess.TimeoutExpired:
                continue
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # a reader that died left bytes unsent
                pass


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        process.send_signal(number)


def _word(argument: str | bytes) -> str:
    return argument.decode("utf-8", "replace") if isinstance(argument, bytes) else argument


def last_complaint(err: bytes) -> str:
    """What git's stderr says, on one safe line: its last `fatal:` or `error:`, else its last line."""
    lines = [line.strip() for line in err.decode("utf-8", "replace").replace("\r", "\n").split("\n")]
    lines = [line for line in lines if line]
    marked = [line for line in lines if line.startswith(("fatal:", "error:", "ERROR:", "remote: error"))]
    chosen = (marked or lines or [""])[-1]
    for prefix in ("fatal:", "error:"):
        chosen = chosen.removeprefix(prefix).strip()
    return shown(chosen)


def path_chunks(paths: Sequence[str], most: int = 400_000) -> Iterator[list[bytes]]:
    """The paths in lists that fit into a command line: at most so many bytes each, with what the system adds."""
    chunk: list[bytes] = []
    size = 0
    for path in paths:
        raw = path.encode("utf-8")
        if chunk and size + len(raw) > most:
            yield chunk
            chunk, size = [], 0
        chunk.append(raw)
        size += len(raw) + 9  # its end, and the pointer to it
    if chunk:
        yield chunk
