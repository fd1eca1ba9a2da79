"""On what kind of file system a folder is, and what that means for what is saved there. Linux only; else silent."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal, NamedTuple

MOUNTINFO = Path("/proc/self/mountinfo")

Kind = Literal["temporary", "container", "network", "shared", "user-space"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NETWORK = _names(
    "nfs nfs3 nfs4 cifs smb smb2 smb3 smbfs ncpfs afs coda ceph glusterfs lustre gpfs beegfs orangefs pvfs2 gfs2 "
    "ocfs2 davfs moosefs fuse.sshfs fuse.rclone fuse.s3fs fuse.goofys fuse.mount-s3 fuse.gcsfuse fuse.blobfuse "
    "fuse.blobfuse2 fuse.davfs2 fuse.glusterfs fuse.ceph fuse.ceph-fuse fuse.cephfs fuse.curlftpfs fuse.smbnetfs "
    "fuse.gvfsd-fuse fuse.kio-fuse fuse.google-drive-ocamlfuse fuse.onedriver fuse.juicefs fuse.seaweedfs fuse.mfs"
)
_SHARED = _names("9p virtiofs vboxsf prl_fs drvfs fuse.vmhgfs-fuse fuse.grpcfuse fuse.osxfs")
_LOCAL_FUSE = _names(
    "fuse.gocryptfs fuse.encfs fuse.cryfs fuse.securefs fuse.bindfs fuse.mergerfs fuse.ntfs-3g fuse.ntfs "
    "fuse.exfat fuse.zfs fuse.lkl fuse.fuse2fs fuse.apfs-fuse"
)
_OCTAL = re.compile(rb"\\([0-7]{3})")

_MEANING: dict[Kind, str] = {
    "temporary": "what is saved there is gone when the machine stops, however safely it was written. Keep the "
    "project on a disk, or push it elsewhere often.",
    "container": "what is saved there usually goes when the container is removed. Keep the project in a volume, or "
    "in a folder of the machine that the container is given.",
    "network": "locks and flushes reach only as far as the server keeps its word, so two machines that save at "
    "the same moment could still cut each other's line. Merging by git is the safer way to work together.",
    "shared": "locks may not hold between this system and its host, and a flush may end before the host's disk "
    "has the bytes. Write to it from one side only, or merge by git.",
    "user-space": "whether locks hold and a flush reaches a disk is up to the program behind it. Write to it from "
    "one machine only, or merge by git.",
}
_CALLED: dict[Kind, str] = {
    "temporary": "in memory",
    "container": "in a container's own layer",
    "network": "on a network file system",
    "shared": "on a folder shared with another system",
    "user-space": "on a file system that a program provides",
}


class Mount(NamedTuple):
    """What a folder is mounted from."""

    point: str
    """Where it is mounted."""
    filesystem: str
    """Its type as the system calls it, such as `nfs4`."""


def mount_of(folder: Path, mountinfo: Path = MOUNTINFO) -> Mount | None:
    """The mount a folder lies in; None where the system does not say. Raises nothing.

    May wait where a network is gone: worker threads only.
    """
    try:
        here = os.fsencode(os.path.realpath(folder))
        table = mountinfo.read_bytes()
    except (OSError, ValueError):
        return None
    found: Mount | None = None
    longest = -1
    for line in table.splitlines():
        before, _, after = line.partition(b" - ")
        fields, types = before.split(b" "), after.split(b" ")
        if len(fields) < 6 or not types[0]:
            continue
        point = _OCTAL.sub(lambda octal: bytes([int(octal[1], 8) & 0xFF]), fields[4])
        # Of two mounts at one place, the later lies on top.
        if len(point) >= longest and _below(here, point):
            longest = len(point)
            found = Mount(os.fsdecode(point), types[0].decode("ascii", "replace"))
    return found


def kind_of(filesystem: str) -> Kind | None:
    """What is remarkable about a type of file system; None for a usual disk's."""
    if filesystem in ("tmpfs", "ramfs"):
        return "temporary"
    if filesystem in ("overlay", "overlayfs", "aufs"):
        return "container"
    if filesystem in _NETWORK:
        return "network"
    if filesystem in _SHARED:
        return "shared"
    if filesystem == "fuse" or (filesystem.startswith("fuse.") and filesystem not in _LOCAL_FUSE):
        return "user-space"
    return None


def remark(folder: Path, mountinfo: Path = MOUNTINFO) -> str | None:
    """What to know about saving in this folder, in two sentences; None where there is nothing to say.

    Names the folder as given: make it safe to show. Worker threads only, see `mount_of`.
    """
    mount = mount_of(folder, mountinfo)
    kind = kind_of(mount.filesystem) if mount else None
    if mount is None or kind is None:
        return None
    return f"{folder} is {_CALLED[kind]} ({mount.filesystem}): {_MEANING[kind]}"


def _below(path: bytes, point: bytes) -> bool:
    return path == point or path.startswith(point.rstrip(b"/") + b"/")
