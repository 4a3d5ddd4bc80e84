"""What runs inside a slot's own process; imports nothing of the platform: the Bento packs its own."""
