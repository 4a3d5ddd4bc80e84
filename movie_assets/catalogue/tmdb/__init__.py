"""Films from the TMDB API: lists and export say which, the client fetches each."""
