"""Which licence a LICENSE file's words are, for those that are easily told; a guess is never made."""

from __future__ import annotations

import re

_MOST_BYTES = 100_000
_TEXTS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Apache-2.0", ("apache license", "version 2 0 january 2004"), ()),
    ("MPL-2.0", ("mozilla public license", "version 2 0", "covered software"), ()),
    ("BSL-1.0", ("boost software license", "version 1 0"), ()),
    ("Unlicense", ("this is free and unencumbered software released into the public domain",), ()),
    ("CC0-1.0", ("creative commons", "cc0 1 0 universal"), ()),
    (
        "MIT",
        ("permission is hereby granted free of charge to any person obtaining a copy",
         "the above copyright notice and this permission notice"),
        (),
    ),
    (
        "MIT-0",
        ("permission is hereby granted free of charge to any person obtaining a copy",),
        ("the above copyright notice and this permission notice",),
    ),
    (
        "ISC",
        ("permission to use copy modify and or distribute this software for any purpose with or without fee",
         "the above copyright notice and this permission notice"),
        (),
    ),
    (
        "0BSD",
        ("permission to use copy modify and or distribute this software for any purpose with or without fee",),
        ("the above copyright notice and this permission notice",),
    ),
    (
        "BSD-3-Clause",
        ("redistribution and use in source and binary forms", "neither the name of"),
        ("all advertising materials",),
    ),
    (
        "BSD-2-Clause",
        ("redistribution and use in source and binary forms",),
        ("neither the name of", "all advertising materials", "endorse or promote"),
    ),
    (
        "Zlib",
        ("this software is provided as is without any express or implied warranty",
         "altered source versions must be plainly marked"),
        (),
    ),
)  # fmt: skip
"""SPDX id, the words that must stand in the text, and those that must not."""


def spdx_of_text(data: bytes) -> str | None:
    """The SPDX id of a licence's text; None where it is none of the well-known ones, or more than one.

    The GNU licences are left out on purpose: their text does not say whether later versions may be chosen.
    """
    words = " ".join(re.findall(r"[a-z0-9]+", data[:_MOST_BYTES].decode("utf-8", "replace").lower()))
    found = [
        spdx
        for spdx, needed, barred in _TEXTS
        if all(text in words for text in needed) and not any(text in words for text in barred)
    ]
    return found[0] if len(found) == 1 else None
