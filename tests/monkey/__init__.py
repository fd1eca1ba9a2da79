"""Random hands on the real workstation: `python -m tests.monkey`. Seeded, so that a walk is walked again."""
