"""Rust that git, editors and terminals would mangle, made in code so that no tool ever touches its bytes.

`CASES` are the files, `AWKWARD` their bytes by name, and `big_rust` makes plain, realistic Rust of any length.
Nothing here is stored on disk: a test writes what it needs into its own folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

BOM = b"\xef\xbb\xbf"

PLAIN = """\
/// Waits a little longer each time.
pub fn delay(failures: u32) -> u64 {
    let steps = failures.min(10);
    1 << steps // seconds
}

#[derive(Debug, Clone)]
pub struct Attempt {
    /// Counted from one.
    pub number: u32,
}

impl Attempt {
    pub fn next(&self) -> Self {
        Self { number: self.number + 1 }
    }
}
"""
"""Well-behaved Rust with line feeds; many cases are this text in another coat."""


@dataclass(frozen=True, slots=True)
class Awkward:
    """One awkward file."""

    name: str
    """Lower case, words joined by `-`; also good as a file name's stem."""
    data: bytes
    """The file's bytes."""
    annotatable: bool
    """Whether spans may be taken from it. False: it opens read-only, with the reason."""
    why: str
    """What is awkward about it, and what is expected."""
    parses: bool = True
    """Whether tree-sitter reads it without an ERROR or MISSING node."""


def _good(name: str, data: bytes | str, why: str, parses: bool = True) -> Awkward:
    return Awkward(name, data.encode() if isinstance(data, str) else data, True, why, parses)


def _refused(name: str, data: bytes, why: str, parses: bool = True) -> Awkward:
    return Awkward(name, data, False, why, parses)


def _lines() -> Iterator[Awkward]:
    """Line ends, blanks that look like line ends, and what comes before the first and after the last line."""
    crlf = PLAIN.replace("\n", "\r\n")
    mixed = "".join(line + ("\r\n" if n % 2 else "\n") for n, line in enumerate(PLAIN.splitlines()))
    yield _good("crlf", crlf, "every line ends in CR LF: same items as with LF, bytes kept")
    yield _good("mixed-newlines", mixed, "LF and CR LF by turns: bytes kept, nothing made equal")
    yield _good(
        "lone-cr",
        "// one\r// still the same line\nfn a() {}\rfn b() {}\n/* x\ry */ fn c() {}\n",
        "a lone CR ends no line, and is drawn as a picture",
    )
    yield _good(
        "cr-cr-lf",
        PLAIN.replace("\n", "\r\r\n"),
        "a mail gateway's newlines: only the last CR is the line's end",
    )
    yield _good(
        "only-cr", PLAIN.replace("\n", "\r"), "an old Macintosh file: one line, and its comment never ends"
    )
    yield _good(
        "bom", BOM + PLAIN.encode(), "a byte order mark belongs to no item; the first item starts at byte 3"
    )
    yield _good("bom-crlf", BOM + crlf.encode(), "both at once, as some editors save")
    yield _good("only-bom", BOM, "three bytes, no item")
    yield _good("bom-inside", "fn a() {}\n// \ufeff in a comment\nfn b() {}\n", "a mark only at the start")
    yield _good(
        "form-feed",
        "fn a() {}\n\f\nfn b() {}\f\nfn c() { \f }\n",
        "form feeds are white space and end no line",
    )
    yield _good(
        "vertical-tab", "fn a() {}\n\v\nfn b() {\v}\n", "vertical tabs are white space and end no line"
    )
    yield _good(
        "unicode-separators",
        '// a\u2028b\u2029c\u0085d\nconst S: &str = "a\u2028b\u2029c\u0085d";\nfn after() {}\n',
        "U+2028, U+2029 and U+0085 end no line",
    )
    yield _good("no-final-newline", PLAIN.rstrip("\n"), "the last item ends with the file")
    yield _good("comment-at-end", "fn a() {}\n// no newline after this", "the file ends inside a comment")
    yield _good("empty", b"", "no byte, no item, one empty line")
    yield _good("one-newline", b"\n", "one empty line")
    yield _good("blank", " \n\t\n   \r\n\n", "blanks only: nothing that a block could begin with")
    yield _good("only-comments", "// a\n/* b\n   c */\n//! d\n", "nothing but comments: no item")
    yield _good(
        "shebang", "#!/usr/bin/env run-cargo-script\n" + PLAIN, "its first line is no attribute and no item"
    )
    yield _good(
        "inner-attributes",
        "#![feature(\n    never_type,\n)]\n//! The crate.\n\n" + PLAIN,
        "these belong to the file, not to its first item",
    )


def _encodings() -> Iterator[Awkward]:
    """Bytes that are no UTF-8 text, or no text at all."""
    yield _refused("nul-in-comment", b"// a\0b\nfn a() {}\n", "holds a NUL (line 1)", parses=False)
    yield _refused("nul-in-string", b'fn a() {}\nconst S: &str = "a\0b";\n', "holds a NUL (line 2)")
    yield _refused("nul-at-end", PLAIN.encode() + b"\0", "holds a NUL as its last byte", parses=False)
    yield _refused("latin-1", "// Müller, garçon\nfn a() {}\n".encode("latin-1"), "is not UTF-8 (byte 4)")
    yield _refused(
        "late-latin-1", PLAIN.encode() * 50 + b"// \xe9\n", "is not UTF-8, but only in its last line"
    )
    yield _refused(
        "raw-c1", b"// \x9b2J clears some terminals\nfn a() {}\n", "CSI of 8-bit terminals, and not UTF-8"
    )
    yield _refused("utf-16-le", "\ufefffn a() {}".encode("utf-16-le"), "is UTF-16", parses=False)
    yield _refused("utf-16-be", "\ufefffn a() {}".encode("utf-16-be"), "is UTF-16", parses=False)
    yield _refused("surrogate", b"// \xed\xa0\x80\nfn a() {}\n", "a lone surrogate is not UTF-8")
    yield _refused("overlong", b"// \xc0\xaf\nfn a() {}\n", "an overlong form is not UTF-8")
    yield _refused("cut-character", b"fn a() {}\n// \xe6\x97", "ends in the middle of a character: not UTF-8")
    yield _refused("binary", bytes(range(256)) * 4, "is no text at all", parses=False)


def _terminal() -> Iterator[Awkward]:
    """What would act on a terminal, or be taken for markup, if it were ever printed as it is."""
    esc = "\x1b"
    acts = {
        "clear-screen": f"{esc}[2J{esc}[H",
        "clipboard": f"{esc}]52;c;cm0gLXJmIH4=\x07",
        "hyperlink": f"{esc}]8;;https://example.org\x07click{esc}]8;;{esc}\\",
        "title": f"{esc}]0;gone\x07",
        "device-control": f"{esc}P$q q{esc}\\",
        "colour": f"{esc}[31;5mred{esc}[0m",
        "alternate-screen": f"{esc}[?1049h{esc}[?1003h",
        "c1": "\x9b2J\x9d52;c;eA==\x9c\x90q\x9c\x85",
        "bell-backspace-delete": "safe\x08\x08\x08\x08evil\x07\x7f\x7f",
        "shift-out": "\x0e\x0f\x05\x11\x13\x18\x1a",
    }
    for name, act in acts.items():
        text = f'// {act}\nconst S: &str = r"{act}";\n/// {act}\nfn a() {{}} // {act}\n'
        yield _good(f"terminal-{name}", text, "control characters are drawn as pictures; the bytes are kept")
    yield _good(
        "return-hides", "// rm -rf ~\r// harmless  \nfn a() {}\n", "the second text must not hide the first"
    )
    marks = "\u202a\u202b\u202d\u2067\u2068\u200e\u200f\u061c"
    yield _good(
        "bidi",
        f'// \u202e}} ti esrever \u2066// \u2069\u202c\nconst S: &str = "{marks}";\nfn a() {{}}\n',
        "overrides and isolates are shown, and move no other text",
    )
    yield _good(
        "markup",
        "// v[i] [/bold] [red] [link=x] [@click=app.quit]x[/] \\[x] [/\n"
        'fn a(v: &[u8], i: usize) -> &[u8] { let _ = "[/bold][red]{i}[/]"; let _ = v[i]; &v[i..] }\n',
        "brackets are text: `v[i]` stays `v[i]`, `[/` raises nothing",
    )


def _cells() -> Iterator[Awkward]:
    """Characters that take two cells, none, or a number that depends on where they stand."""
    family, flag = "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\U0001f1fa\U0001f1f3"
    emoji = f"{family} {flag} 1\ufe0f\u20e3 \u2764\ufe0f \U0001f44d\U0001f3fd"
    yield _good(
        "tabs-and-wide",
        'fn a() {\n\tlet\ts =\t"日\t本語";\t// 한\tｶ\tｆ\n  \t let t = "\t";\n\t\t日();\n}\nfn 日() {}\n',
        "a tab is as wide as the cells before it make it",
    )
    yield _good(
        "combining",
        '// e\u0301 a\u0323\u0302 \u0301at the start\nconst S: &str = "Z\u0351\u036b\u0343";\n',
        "marks take no cell",
    )
    yield _good(
        "joiners",
        f'// {emoji}\nconst S: &str = "a\u200db\u200cc\u200bd\u2060e\u00adf";\n',
        "joined, modified and zero-width characters: every byte can be reached",
    )
    yield _good(
        "right-to-left",
        "// שלום (עולם) مرحبا [1]\nfn a() { /* אבג */ let _x = 1; }\n",
        "text from right to left keeps its byte order",
    )
    yield _good(
        "astral",
        'const S: &str = "\U0010ffff\U000e0001\U0001d11e\ue000\ufffd";\n',
        "private, unassigned and far characters",
    )


def _syntax() -> Iterator[Awkward]:
    """Files that are not, or not yet, Rust. They can be annotated: what is whole in them is selectable."""
    yield _good(
        "unclosed-brace", PLAIN + "fn open() { if x {\n", "the items before the error are whole", parses=False
    )
    yield _good(
        "half-function",
        PLAIN[: PLAIN.index("steps //")] + "\n",
        "ends in the middle of a function",
        parses=False,
    )
    yield _good(
        "extra-brace", "fn a() {}\n}\nfn b() {}\n", "a brace too many between whole items", parses=False
    )
    yield _good(
        "unclosed-string",
        'fn a() {}\nconst S: &str = "open;\nfn b() {}\n',
        "the rest is a string",
        parses=False,
    )
    yield _good(
        "unclosed-comment",
        "fn a() {}\n/* open /* closed */\nfn b() {}\n",
        "the rest is a comment",
        parses=False,
    )
    yield _good(
        "merge-conflict",
        "<<<<<<< ours\nfn a() {}\n=======\nfn b() {}\n>>>>>>> theirs\n",
        "markers",
        parses=False,
    )
    yield _good(
        "not-rust",
        "def f(x):\n    return {'a': x}\n\n<html>&nbsp;</html>\n",
        "another language altogether",
        parses=False,
    )
    yield _good("only-punctuation", "}}}]])>;'\"#!\n" * 40, "errors only", parses=False)


def _sizes() -> Iterator[Awkward]:
    """Sizes at which something quadratic or recursive shows."""
    long = ", ".join(str(n) for n in range(160_000))
    yield _good(
        "long-line",
        f"pub const LONG: &[u32] = &[{long}];\nfn after() {{}}\n",
        "one line of over 1 MB, then an item",
    )
    yield _good(
        "long-comment",
        "// " + "wide 日本 " * 90_000 + "\nfn after() {}\n",
        "a comment of over 1 MB, then an item",
    )
    yield _good(
        "deep-blocks",
        "fn deep() " + "{" * 500 + "}" * 500 + "\n",
        "500 levels: no recursion may run out of stack",
    )
    yield _good("deep-lines", _deep(500), "500 levels, each on its own line, indented up to 1,000 columns")
    yield _good(
        "deep-modules",
        "mod m { " * 200 + "fn f() {}" + " }" * 200 + "\n",
        "200 modules down; each is an item",
    )
    yield _good(
        "tiny-items", "".join(f"fn f{n}() {{}}\n" for n in range(10_000)), "10,000 items of one line each"
    )
    yield _good("same-names", "fn f() {}\n" * 300, "300 items of one name, told apart by a suffix")
    yield _good(
        "blank-lines", "fn a() {}\n" + "\n" * 20_000 + "fn b() {}\n", "20,000 empty lines between two items"
    )


def _deep(levels: int) -> str:
    opening = "".join(f"{'  ' * n}{{\n" for n in range(1, levels + 1))
    closing = "".join(f"{'  ' * n}}}\n" for n in range(levels, 0, -1))
    return f"fn deep() {{\n{opening}{closing}}}\n"


_FAMILIES: tuple[Callable[[], Iterator[Awkward]], ...] = (
    _lines,
    _encodings,
    _terminal,
    _cells,
    _syntax,
    _sizes,
)

CASES: tuple[Awkward, ...] = tuple(case for family in _FAMILIES for case in family())
"""Every awkward file."""

AWKWARD: dict[str, bytes] = {case.name: case.data for case in CASES}
"""The bytes of every awkward file by its name."""


# Plain Rust in bulk. Each template is a few items that compile with std alone; `@` is a number that makes their
# names differ. They are as long and as different as the items of a real service.
_HEAD = """\
//! Made by a generator, to be read by machines.

use std::collections::{btree_map::Entry, BTreeMap, HashMap};
use std::fmt::{self, Display, Write as _};
use std::time::Duration;

"""

_TEMPLATES = (
    """\
/// What is known about message @.
///
/// The body is shared: a retry has to send the very same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message@ {
    /// Where it goes.
    pub url: String,
    pub body: Vec<u8>,
    attempts: u32,
}

impl Message@ {
    /// The longest body that is taken, in bytes.
    pub const MAX_BODY: usize = 64 * 1024 + @;

    /// A message without any attempt so far.
    pub fn new(url: impl Into<String>, body: &[u8]) -> Option<Self> {
        if body.len() > Self::MAX_BODY {
            return None;
        }
        let url = url.into();
        Some(Self { url, body: body.to_vec(), attempts: 0 })
    }

    /// Counts one failed attempt, and says how long to wait.
    pub fn fail(&mut self, cap: Duration) -> Duration {
        self.attempts = self.attempts.saturating_add(1);
        let seconds = 1_u64.checked_shl(self.attempts).unwrap_or(u64::MAX);
        Duration::from_secs(seconds).min(cap) // never longer than the cap
    }
}

impl Display for Message@ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes, attempt {})", self.url, self.body.len(), self.attempts)
    }
}
""",
    """\
/// Groups pairs by their key, and keeps the order in which the values came.
pub fn group_@<'a, V: Clone>(pairs: &'a [(String, V)]) -> BTreeMap<&'a str, Vec<V>> {
    let mut groups: BTreeMap<&'a str, Vec<V>> = BTreeMap::new();
    for (key, value) in pairs {
        match groups.entry(key.as_str()) {
            Entry::Vacant(slot) => {
                slot.insert(vec![value.clone()]);
            }
            Entry::Occupied(mut slot) => slot.get_mut().push(value.clone()),
        }
    }
    groups
}
""",
    """\
/// The states that a delivery goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum State@ {
    /// Nobody has tried yet.
    Waiting,
    Running { since: u64, worker: u16 },
    Failed(u32),
    Done,
}

impl State@ {
    /// Whether anything is left to do.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Done | Self::Failed(8..))
    }
}

impl From<State@> for u8 {
    fn from(state: State@) -> Self {
        match state {
            State@::Waiting => b'w',
            State@::Running { worker, .. } if worker > 900 => b'R',
            State@::Running { .. } => b'r',
            State@::Failed(_) => b'f',
            State@::Done => b'd',
        }
    }
}
""",
    """\
// A plain comment that explains the trait below, glued to it.
/// Stores values of one kind.
pub trait Store@<K, V>
where
    K: Ord,
{
    type Error: Display;

    /// The value of a key.
    fn get(&self, key: &K) -> Result<Option<&V>, Self::Error>;

    /// Whether there is a value.
    fn has(&self, key: &K) -> bool {
        matches!(self.get(key), Ok(Some(_)))
    }
}

impl<K: Ord, V> Store@<K, V> for BTreeMap<K, V> {
    type Error = std::convert::Infallible;

    fn get(&self, key: &K) -> Result<Option<&V>, Self::Error> {
        Ok(BTreeMap::get(self, key))
    }
}
""",
    """\
pub const LIMIT_@: usize = 0x40 + @;
pub static NAMES_@: [&str; 4] = ["wait", r"re\\try", r#"lease "one""#, "drop\\n"];
type Table@ = HashMap<&'static str, (u64, Option<Box<dyn Fn(u64) -> u64 + Send>>)>;

/// Makes a report of several lines.
pub fn report_@(table: &Table@, verbose: bool) -> String {
    let mut out = String::with_capacity(LIMIT_@);
    let mut names: Vec<_> = table.keys().copied().filter(|name| !name.is_empty()).collect();
    names.sort_unstable_by_key(|name| std::cmp::Reverse(name.len()));
    'names: for name in NAMES_@.into_iter().chain(names) {
        let Some((count, transform)) = table.get(name) else {
            continue 'names;
        };
        let shown = transform.as_ref().map_or(*count, |f| f(*count));
        if verbose {
            let _ = writeln!(out, "{name:>12}: {shown:#06x} // {{{count}}}");
        } else if shown != 0 {
            let _ = write!(out, "{name}={shown};");
        }
        if out.len() >= LIMIT_@ {
            break 'names;
        }
    }
    out
}
""",
    """\
macro_rules! checked_@ {
    ($($name:ident($left:expr, $right:expr)),* $(,)?) => {
        $(let $name = i64::checked_mul($left, $right).unwrap_or(i64::MAX);)*
    };
}

#[inline]
pub(crate) fn area_@(width: i64, height: i64) -> (i64, char) {
    checked_@!(inner(width, height), outer(width + 2, height + 2),);
    let edge = outer - inner; /* the frame alone */
    (edge, if edge > 1_000 { '+' } else { '-' })
}

#[cfg(test)]
mod tests_@ {
    use super::*;

    #[test]
    fn a_frame_is_thin() {
        assert_eq!(area_@(1, 1), (8, '-'));
    }
}
""",
)


def big_rust(lines: int) -> bytes:
    """Realistic Rust of exactly `lines` lines (LF, final newline): always the same, without errors, std only."""
    text = [_HEAD]
    left = lines - _HEAD.count("\n")
    number = 0
    while left > 0:
        # 5 and 6 share no factor, so the order changes from round to round instead of repeating at once.
        item = _TEMPLATES[(number * 5 + number // 6) % 6].replace("@", str(number)) + "\n"
        height = item.count("\n")
        if height > left:
            break
        text.append(item)
        left -= height
        number += 1
    text.append("".join(f"// {n} lines to the end\n" for n in range(left, 0, -1)))
    if left < 0:
        return "".join(f"// {n} lines to the end\n" for n in range(lines, 0, -1)).encode()
    return "".join(text).encode()
