"""The whole platform on one machine: started, supervised and stopped together, for development, the demo and tests."""
