"""Which crates are for development and which are never looked at."""

from __future__ import annotations

import hashlib

DEVELOPMENT_SHARE = 0.4
"""Of the crates by name: those that whoever improves `app.rust` may look into."""
_NAMES = """
addr2line aho-corasick alacritty_terminal anyhow arrayvec async-channel async-executor async-io async-lock
bigdecimal bstr buffered-reader bytes calloop capnp cargo_metadata cbindgen cexpr chrono clap clap_derive
console cookie cookie_store cpp_demangle criterion crossbeam crossterm cssparser csv cursive_core darling_core
dashmap derive_more dialoguer docopt duct env_logger euclid eyre flate2 fst futures futures-channel
futures-executor futures-util getopts gif gimli globset goblin grep-cli grep-printer grep-searcher h2 half
hashbrown hashlink html2text html5ever http http-body httparse hyper idna ignore im-rc image indexmap
indicatif insta intrusive-collections itertools kurbo lalrpop-util lexical-core lyon_path markup5ever
maxminddb mdl mime_guess miniz_oxide mio netlink-packet-route netlink-proto nix nom notify num-bigint
num-complex num-rational oauth2 object ordered-float oxilangtag oxiri parking_lot parse-zoneinfo pest
pest_generator pest_meta petgraph plist plotters png polling postgres-protocol postgres-types predicates
procfs proptest prost prost-build protobuf publicsuffix pulldown-cmark quick-xml quinn-proto quote rand
rand_distr rayon regex regex-automata regex-syntax rkyv ron roxmltree ruma-common rust-ini rust_decimal
rustfix rustls rustyline scroll selectors semver serde serde_json serde_yaml sha2 sharded-slab similar
sized-chunks slog slotmap smallvec smol snafu-derive string_cache structopt strum_macros subprocess svgtypes
syn syntect sysinfo tabwriter tar tempfile tera textwrap tiff time tiny-skia tiny_http tinyvec tokio
tokio-postgres tokio-stream tokio-util toml toml_edit tower tracing-log tracing-subscriber trust-dns-proto
trust-dns-resolver ttf-parser tui unicode-bidi unicode-normalization uom url uuid vte walkdir wayland-client
wayland-scanner x11rb xml-rs zbus zerocopy zip zvariant
"""
BEGIN_WITH = tuple(_NAMES.split())
"""What cargo is asked to check; what these depend on comes too. Those that the folder lacks are left out."""
WITHOUT = frozenset({"compiler_builtins", "libc", "linux-raw-sys", "winapi", "windows-sys"})
"""Crates of declarations for other languages: large, and with nothing to import."""


def is_development(name: str) -> bool:
    """Whether misses in the crate may be read; settled by its name alone, so that no one chooses."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < DEVELOPMENT_SHARE
