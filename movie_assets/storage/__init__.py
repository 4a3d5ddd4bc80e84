"""Bytes and keys in the bucket; knows neither films nor Dagster."""
