"""Invented films with a known truth, so that everything runs offline."""
