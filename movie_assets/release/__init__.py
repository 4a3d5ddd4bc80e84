"""Releases: the Bento build, the release record and its store, requesting a release and waiting for it."""
