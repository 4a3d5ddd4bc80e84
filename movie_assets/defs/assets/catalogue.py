"""raw_tmdb and cleaned_movies: the films of a day, as the source gave them and in the project's own form.

Where films come from: catalogue/source.py and its three neighbours. What a record must be: catalogue/cleaning.py.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import dagster as dg

from movie_assets.catalogue.history import AGAIN
from movie_assets.defs.columns import COLUMN_SCHEMA, table_schema
from movie_assets.defs.days import Day, DayReader, DayRejectedError, Days, each_day
from movie_assets.defs.partitions import SINGLE_RUN
from movie_assets.defs.previews import picture, preview
from movie_assets.defs.resources import Catalogue, ObjectStore
from movie_assets.storage.bucket import Bucket
from movie_assets.storage.folders import folder_with, withdraw_folder, write_folder
from movie_assets.storage.formats import bytes_of
from movie_assets.storage.names import COUNTS, DROPPED, FILMS, MOVIES, REASONS, VOTES

NO_PREVIEW = "none: the records of this source expire, and metadata does not"


def catalogue_assets(
    days: dg.DailyPartitionsDefinition,
    *,
    start: date,
    min_votes: int,
    min_films: int,
    keeps_records: bool,
    fetch_pool: str | None = None,
) -> Sequence[dg.AssetsDefinition]:
    """The two assets over these days; where records expire, none is copied into the metadata, which stays.

    `fetch_pool` lets one run fetch at a time, from a source that counts how often it is asked.
    """
    daily_asset = partial(
        dg.asset, partitions_def=days, backfill_policy=SINGLE_RUN, group_name="catalogue", io_manager_key="days"
    )

    def shown(day: Day) -> Day:
        return day if keeps_records else replace(day, metadata={**day.metadata, "preview": NO_PREVIEW})

    @daily_asset(kinds={"s3", "parquet"}, pool=fetch_pool)
    def raw_tmdb(context: dg.AssetExecutionContext, catalogue: Catalogue) -> Days:
        """The films the source showed that day, each record exactly as the source gave it; the first day also holds
        the history. Fetching a day again writes a new version and never edits the old one.
        """
        return each_day(context, lambda day: shown(_fetch(catalogue, day, with_history=day == start.isoformat())))

    @daily_asset(kinds={"s3", "parquet", "pandas"})
    def cleaned_movies(context: dg.AssetExecutionContext, store: ObjectStore, raw_tmdb: DayReader) -> Days:
        """The day's films in the project's own form, one row each, with the votes behind each rating and every dropped
        record with its reason beside them. A day that is not fit to be learnt from goes under rejected/.
        """
        return each_day(
            context, lambda day: shown(_clean(raw_tmdb, store, day, min_votes=min_votes, min_films=min_films))
        )

    return [raw_tmdb, cleaned_movies]


def _fetch(catalogue: Catalogue, day: str, *, with_history: bool) -> Day:
    from movie_assets.catalogue.raw import raw_frame  # pandas: paid by runs, not by definitions
    from movie_assets.catalogue.schemas import raw_tmdb_schema

    films = raw_frame(catalogue.movies().fetch(date.fromisoformat(day), with_history=with_history))
    chosen = {f"chosen_by/{why}": int(count) for why, count in films["chosen_by"].value_counts().items()}
    problems = int(films["problem"].notna().sum())
    return Day(
        day,
        {FILMS: films},
        {
            "source": catalogue.source,
            "films": len(films),
            "unreadable": problems,
            **chosen,
            "preview": preview(films, ["film_id", "chosen_by", "record"]),
            COLUMN_SCHEMA: table_schema(raw_tmdb_schema()),
        },
        once_kept=partial(catalogue.forget_progress, day),
    )


def _clean(raw: DayReader, store: ObjectStore, day: str, *, min_votes: int, min_films: int) -> Day:
    from movie_assets.catalogue.cleaning import clean  # pandas: paid by runs, not by definitions
    from movie_assets.catalogue.schemas import cleaned_movies_schema
    from movie_assets.catalogue.validation import validate_day
    from movie_assets.training.plots import rating_histogram

    films = raw.frame(day, FILMS)
    if min_films:  # the day's own: what it has of the history is no sign that its list could be read
        min_films += films["film_id"][(films["chosen_by"] == AGAIN) & films["problem"].isna()].nunique()
    cleaned = clean(films, day=date.fromisoformat(day), min_votes=min_votes)
    dropped = bytes_of(cleaned.dropped)
    counts = {**cleaned.counts, "min_films": min_films}
    files = {MOVIES: cleaned.movies, VOTES: cleaned.votes, DROPPED: dropped, COUNTS: counts}
    if wrong := validate_day(cleaned, min_films=min_films):
        _reject(store, store.bucket(), day, {**files, REASONS: wrong})
        raise DayRejectedError(f"{day}: {' '.join(wrong)} Kept under {store.prefix('rejected/cleaned_movies', day)}.")
    return Day(
        day,
        files,
        {
            "records": cleaned.records,
            "movies": len(cleaned.movies),
            **{f"dropped/{reason}": count for reason, count in cleaned.counts.items() if reason != "kept"},
            "dropped_records": _address(store, "cleaned_movies", day, DROPPED, dropped),
            "preview": preview(cleaned.movies, ["id", "title", "runtime", "main_genre", "original_language", "rating"]),
            COLUMN_SCHEMA: table_schema(cleaned_movies_schema()),
            **(
                {"ratings": picture(rating_histogram(cleaned.movies["rating"].to_numpy()), "ratings")}
                if len(cleaned.movies)
                else {}
            ),
        },
    )


def _address(store: ObjectStore, asset: str, day: str, name: str, content: bytes) -> dg.MetadataValue:
    """Where a file of the day can be read by any S3 client, once the day is kept."""
    folder = folder_with(store.prefix(asset, day), {name: content})
    return dg.MetadataValue.path(f"s3://{store.bucket_name}/{folder.key_of(name)}")


def _reject(store: ObjectStore, bucket: Bucket, day: str, files: dict[str, object]) -> None:
    """Keep the day where nothing reads it, and take an earlier accepted version of it out of every window."""
    kept = {name: bytes_of(value) for name, value in files.items()}
    write_folder(bucket, store.prefix("rejected/cleaned_movies", day), kept)
    withdraw_folder(bucket, store.prefix("cleaned_movies", day))
