"""The house on one machine: every part started, supervised and ended together. For development, the demo and tests."""
