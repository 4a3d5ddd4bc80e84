"""raw_tmdb and cleaned_movies: the films of a day, as the source gave them and in the form of `Movie`.

Sources of films: catalogue/source.py. How a record is cleaned: catalogue/cleaning.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import dagster as dg

from movie_assets.catalogue.cleaning_version import CLEANED_LABELS, CLEANING_VERSION, cleaning_version_of
from movie_assets.defs.days import Day, DayReader, DayRejectedError, Days
from movie_assets.defs.partitions import daily_asset
from movie_assets.defs.previews import COLUMN_SCHEMA, picture, preview, table, table_schema
from movie_assets.defs.resources import Catalogue, ObjectStore
from movie_assets.settings import Settings
from movie_assets.storage.bucket import MissingObjectError
from movie_assets.storage.folders import find_folder, withdraw_folder, write_folder
from movie_assets.storage.formats import bytes_of
from movie_assets.storage.keys import COUNTS, DROPPED, FILMS, MOVIES, REASONS, UNKNOWN_TERMS, VOTES, rejected_folder

MAX_TERMS = 10  # of a column, in the metadata; the file has more
NO_PREVIEW = "none: the records of this source expire, and metadata does not"


def catalogue_assets(days: dg.DailyPartitionsDefinition, settings: Settings) -> Sequence[dg.AssetsDefinition]:
    """The two assets over these days; if records expire, their metadata has no preview, since metadata stays."""
    asset = daily_asset(days, group="catalogue", tags={"source": settings.source})

    def without_expiring_records(day: Day) -> Day:
        return day if settings.keep_days is None else replace(day, metadata={**day.metadata, "preview": NO_PREVIEW})

    @asset(kinds={"s3", "parquet"}, pool="tmdb" if settings.source == "tmdb" else None)
    def raw_tmdb(context: dg.AssetExecutionContext, catalogue: Catalogue) -> Days:
        """The films the source showed that day, each record exactly as the source gave it; the first day also holds
        the history. Fetching a day again writes a new version and never edits the old one.
        """
        return Days(context, lambda day: without_expiring_records(_fetch(catalogue, day, settings)))

    @asset(kinds={"s3", "parquet", "pandas"})
    def cleaned_movies(context: dg.AssetExecutionContext, store: ObjectStore, raw_tmdb: DayReader) -> Days:
        """The day's films in the project's own form, one row each, with the votes behind each rating and every dropped
        record with its reason beside them. A day that is not fit to learn from goes under `rejected/`.
        """
        return Days(
            context,
            lambda day: without_expiring_records(_clean(raw_tmdb, store, day, settings)),
            labels=CLEANED_LABELS,
        )

    return [raw_tmdb, cleaned_movies]


def _fetch(catalogue: Catalogue, day: str, settings: Settings) -> Day:
    from movie_assets.catalogue.columns import RAW_TMDB  # pandas: paid by runs, not by definitions
    from movie_assets.catalogue.day import fetch_day

    of = date.fromisoformat(day)
    fetched = fetch_day(catalogue.movies(), of, with_history=of == settings.start_date)
    return Day(
        day,
        {FILMS: fetched.films},
        {
            "source": settings.source,
            "films": fetched.rows,
            "unreadable": fetched.unreadable,
            **{f"chosen_by/{why}": count for why, count in fetched.chosen_by.items()},
            **{what if "/" in what else f"form/{what}": form for what, form in fetched.form.items()},
            "preview": preview(fetched.first, ["film_id", "chosen_by", "record"]),
            COLUMN_SCHEMA: table_schema(RAW_TMDB),
        },
        after_write=partial(catalogue.clear_checkpoint, day),
    )


def _clean(raw: DayReader, store: ObjectStore, day: str, settings: Settings) -> Day:
    from movie_assets.catalogue.columns import CLEANED_MOVIES  # as above
    from movie_assets.catalogue.day import clean_day
    from movie_assets.training.plots import rating_histogram

    films = raw.day(day).content(FILMS)
    cleaned = clean_day(
        films,
        date.fromisoformat(day),
        min_votes=settings.min_votes,
        min_films=settings.fewest_films,
        min_kept_share=settings.min_kept_share,
    )
    files = {
        MOVIES: cleaned.movies,
        VOTES: cleaned.votes,
        DROPPED: cleaned.dropped,
        COUNTS: cleaned.counts,
        UNKNOWN_TERMS: cleaned.unknown_terms,
    }
    if cleaned.failures:
        rejected = _reject(store, day, {**files, REASONS: cleaned.failures}, lost_films=cleaned.lost_films)
        raise DayRejectedError(f"{day}: {' '.join(cleaned.failures)} {rejected}")
    return Day(
        day,
        files,
        {
            "records": cleaned.records,
            "movies": len(cleaned.ratings),
            **CLEANED_LABELS,
            **{f"dropped/{reason}": count for reason, count in cleaned.dropped_by_reason.items()},
            "dropped_records": store.address("cleaned_movies", day, DROPPED, cleaned.dropped),
            **({"unknown_terms": _terms_table(cleaned.unknown_terms)} if cleaned.unknown_terms else {}),
            "preview": preview(cleaned.first, ["id", "title", "runtime", "main_genre", "original_language", "rating"]),
            COLUMN_SCHEMA: table_schema(CLEANED_MOVIES),
            **({"ratings": picture(rating_histogram(cleaned.ratings), "ratings")} if len(cleaned.ratings) else {}),
        },
    )


def _terms_table(unknown_terms: Mapping[str, Mapping[str, int]]) -> dg.MetadataValue:
    """The commonest genres, languages and countries that were left out."""
    return table(
        {"column": name, "left out": term, "times": count}
        for name, terms in unknown_terms.items()
        for term, count in list(terms.items())[:MAX_TERMS]
    )


def _reject(store: ObjectStore, day: str, files: dict[str, object], *, lost_films: bool) -> str:
    """Write the day under rejected/; a sentence about it and about what becomes of the version accepted before.

    That version stays where the new one lost its films, unless other rules cleaned it: no window may have it then.
    """
    bucket, folder = store.bucket(), rejected_folder(store.source, "cleaned_movies", day)
    write_folder(bucket, folder, {name: bytes_of(value) for name, value in files.items()}, labels=CLEANED_LABELS)
    accepted = store.prefix("cleaned_movies", day)
    try:
        version = cleaning_version_of(find_folder(bucket, accepted))
    except MissingObjectError:
        return f"The rejected day is under {folder}."
    if lost_films and version == CLEANING_VERSION:
        return f"The rejected day is under {folder}; the version accepted before stays in the windows."
    withdraw_folder(bucket, accepted)
    return f"The rejected day is under {folder}; the version accepted before left the windows."
