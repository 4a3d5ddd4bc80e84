"""The HTTP service around one bundle; packed into the Bento with movie_assets.prediction, and nothing else."""
