"""Screens: each joins the engine to widgets. State flows down through setters; widgets answer with messages."""
