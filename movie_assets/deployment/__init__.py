"""From a champion to a running service: build a Bento, say it is wanted, put it in service."""
