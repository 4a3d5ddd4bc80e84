"""Where movies come from."""
