"""From a champion to a release: build and prove a Bento, record that it is wanted, wait until it is in service."""
