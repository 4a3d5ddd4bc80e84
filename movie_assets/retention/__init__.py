"""What expires, and the proof that it is gone."""
