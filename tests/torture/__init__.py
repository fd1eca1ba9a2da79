"""The workstation killed at random instants, round after round: neither a save nor a second of typing is lost."""
