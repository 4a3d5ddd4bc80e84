"""What the files of a day are called, asset by asset."""

# raw_tmdb
FILMS = "films.parquet"
# cleaned_movies
MOVIES = "movies.parquet"
VOTES = "movie_votes.parquet"  # read for weights and measures only, never joined to features
DROPPED = "dropped.parquet"
COUNTS = "counts.json"
REASONS = "reasons.json"  # of a rejected day
# encoders
ENCODERS = "encoders.json"
# trained_candidates
CANDIDATE_RECORDS = "candidates.json"
TRIALS = "trials.json"
# best_model
CHOICE = "choice.json"  # names the champion
