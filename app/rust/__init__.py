"""Bytes of Rust in, facts out. Knows no record and no screen; offsets are bytes, 0-based, end exclusive."""
