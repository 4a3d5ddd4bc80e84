"""Sensors: each decides and nothing more; the run does the work."""
