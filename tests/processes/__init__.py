"""The workstation as a real process on a real terminal: what a crash, a signal or a bad file leaves behind."""
