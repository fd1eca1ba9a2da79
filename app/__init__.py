"""backspan: a terminal workstation for back-translating real Rust code into training pairs, by hand."""

__version__ = "0.1.0"
