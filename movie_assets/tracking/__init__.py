"""Experiment tracking: sends the bucket's records to Weights & Biases."""
