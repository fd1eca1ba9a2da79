"""Figures a data lead steers by, each with the filter that leads to its records; docs/stats.md says what they mean."""
