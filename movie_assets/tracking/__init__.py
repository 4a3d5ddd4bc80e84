"""Experiment tracking: what Weights & Biases is sent of the bucket's records."""
