"""The stack on one machine: every part started, supervised and ended together. For development, the demo and tests."""
