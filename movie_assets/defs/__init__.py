"""Dagster, and nothing but Dagster: thin."""
