"""The assets; each module is a group in the UI."""
