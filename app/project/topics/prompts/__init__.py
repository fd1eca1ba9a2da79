"""Prompt documents read into specs, section by section, with an account of every word."""

from __future__ import annotations

from app.project.topics.prompts.conversion import Conversion, spec_toml
from app.project.topics.prompts.section_reader import read_prompt, read_prompt_file

__all__ = ["Conversion", "read_prompt", "read_prompt_file", "spec_toml"]
