"""What is wrong with a block, found by its spans and the recorded bytes alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence

from app.errors import BackspanError
from app.records.events import Span


def verify(text: str, spans: Sequence[Span], read: Callable[[str], bytes]) -> list[str]:
    """What is wrong with a block, one sentence a problem; empty if every byte is the source's.

    `read` gives a path's bytes in the recorded snapshot; its BackspanError becomes a problem.
    """
    problems: list[str] = []
    data = text.encode("utf-8", "surrogatepass")
    at = 0
    for span in spans:
        joint = span.joint.encode("utf-8")
        piece = data[at + len(joint) : at + len(joint) + span.end - span.start]
        if not data.startswith(joint, at):
            problems.append(f"The block lacks the joint before {span.path}:{span.start}-{span.end}.")
        at += len(joint) + len(piece)
        problems += _verify_span(span, piece, read)
    if at != len(data):
        problems.append(f"The block has {len(data) - at} bytes that belong to no span.")
    if spans and spans[0].joint:
        problems.append("The block begins with a joint.")
    return problems


def _verify_span(span: Span, piece: bytes, read: Callable[[str], bytes]) -> Iterator[str]:
    place = f"{span.path}:{span.start}-{span.end}"
    try:
        source = read(span.path)
    except BackspanError as error:
        yield f"{place} cannot be read: {error.what}"
        return
    if span.blob is not None and span.blob != _blob_id(source, len(span.blob)):
        yield f"{span.path} is not the recorded blob {span.blob}."
    real = source[span.start : span.end]
    if len(real) != span.end - span.start:
        yield f"{place} is not in the file, which has {len(source)} bytes."
    elif hashlib.sha256(real).hexdigest() != span.sha256:
        yield f"{place} does not have the recorded SHA-256."
    elif real != piece:
        yield f"The block's bytes for {place} are not the file's."


def _blob_id(data: bytes, length: int) -> str:
    """git's name for the bytes, in the hash whose hex form has `length` digits."""
    content = b"blob %d\0" % len(data) + data
    return hashlib.sha1(content).hexdigest() if length == 40 else hashlib.sha256(content).hexdigest()
