"""Speed as ratios: each measure beside its floor, in one run, on a real pseudo-terminal. `python -m tests.bench`."""
