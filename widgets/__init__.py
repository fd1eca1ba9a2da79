"""Textual widgets: they get data through constructors and setters, and speak through messages."""
