"""The program of a slot's process; it imports nothing of the platform, since the Bento packs its own copy."""
