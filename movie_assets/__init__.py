"""The movie rating platform. Only the version lives here, and no import: the Bento packs this file."""

__version__ = "0.2.0"
