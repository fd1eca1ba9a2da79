"""A real process whose calls to the system the kernel's own tracer refuses, or in which it is killed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.records.events import event_line
from app.store.journal.store import JournalStore
from tests.store.events import revision

_APPEND = """
import sys
from pathlib import Path
from app.errors import StoreError
from app.store.journal.store import JournalStore
from tests.store.events import revision
try:
    JournalStore(Path(sys.argv[1])).append("retry", [revision(7), revision(8)])
except StoreError as error:
    print("refused:", error)
else:
    print("saved")
"""
NEW = {revision(7).id, revision(8).id}


def _traces() -> bool:
    if shutil.which("strace") is None:
        return False
    probe = ["strace", "-qq", "-o", "/dev/null", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not _traces(), reason="there is no strace here, or it may not trace")


@pytest.mark.parametrize("torn", [b"", b'{"id":"0123'], ids=["whole", "torn"])
@pytest.mark.parametrize(
    "inject",
    [
        "write:error=ENOSPC:when=1+",
        "write:error=EIO:when=1",
        "fsync:error=EIO:when=1+",
        "fsync,ftruncate:error=EIO:when=1+",
        "pread64:error=EIO:when=1",
        "write:signal=SIGKILL:when=1",
        "fsync:signal=SIGKILL:when=1",
    ],
)
def test_the_kernel_refuses_a_call_or_kills_in_it(tmp_path: Path, inject: str, torn: bytes) -> None:
    before = event_line(revision(1)) + torn
    path = tmp_path / "retry.jsonl"
    path.write_bytes(before)
    trace = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", str(path), "-e", f"inject={inject}"]
    done = subprocess.run(
        [*trace, sys.executable, "-c", _APPEND, str(tmp_path)], capture_output=True, text=True, check=False
    )
    data = path.read_bytes()
    assert data.startswith(before)
    if "SIGKILL" in inject:
        assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        assert done.stdout == ""
    else:
        assert done.stdout.startswith("refused: Nothing was saved to"), done
        assert "→" in done.stdout
        assert data == before or "ftruncate" in inject
    store = JournalStore(tmp_path, lock_timeout=0)
    assert {event.id for event in store.read("retry").events} - NEW == {revision(1).id}
    store.append("retry", [revision(7), revision(8)])
    assert {event.id for event in store.read("retry").events} == {revision(1).id} | NEW
    assert len(store.read("retry").damaged) == (1 if torn else 0)
    assert all(line.count(b'{"id":"') <= 1 for line in path.read_bytes().split(b"\n"))
