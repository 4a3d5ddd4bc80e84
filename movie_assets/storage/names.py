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
WORDS_OUT_OF_FOLD = "words_out_of_fold.parquet"  # of each training film, by a model that had not seen it
# trained_candidates
CANDIDATE_RECORDS = "candidates.json"
TRIALS = "trials.json"
OUT_OF_FOLD = "out_of_fold.parquet"  # each candidate's rating of each training film it had not seen
# best_model
CHOICE = "choice.json"  # names the champion
