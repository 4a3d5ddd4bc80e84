"""A day with a leak, a fact known only from votes, is refused, and nothing is trained on it."""

from dataclasses import replace
from datetime import date

import dagster as dg
import numpy as np
import pytest

from movie_assets.catalogue import day as day_module
from movie_assets.definitions import build_definitions
from movie_assets.defs.resources import Catalogue
from movie_assets.settings import Settings
from movie_assets.storage.folders import find_folder, read_file
from movie_assets.storage.formats import json_from
from movie_assets.storage.keys import CHOICE, ENCODERS, REASONS
from movie_assets.training.bundles import load_bundle
from tests.support.platform import RANGE_END, RANGE_START, Platform, failures

MIN_FILMS = 5  # TMDB has 50 by default
BEFORE, LEAKY, AFTER = DAYS = ["2026-01-01", "2026-01-02", "2026-01-03"]


class RenamingSource:
    """The source, with `vote_count` renamed on one day."""

    name = "synthetic"

    def __init__(self, source):
        self._source = source

    def fetch(self, day, *, with_history):
        for film in self._source.fetch(day, with_history=with_history):
            if str(day) == LEAKY:
                film.record["votes_total"] = film.record.pop("vote_count")
            yield film


class RenamingCatalogue(Catalogue):
    """Opens the source of the settings, with the renamed field."""

    def movies(self):
        return RenamingSource(super().movies())


def cleaning_with(column, of):
    """Cleaning with a mistake: on one day the films have another column."""
    clean_rows = day_module.clean_rows

    def clean(rows, repeats, *, day, min_votes):
        cleaned = clean_rows(rows, repeats, day=day, min_votes=min_votes)
        if day == date.fromisoformat(LEAKY):
            return replace(cleaned, movies=cleaned.movies.append_column(column, [of(cleaned)]))
        return cleaned

    return clean


def run(platform, first, last, *, job, source=None):
    """One run of these days, with another catalogue if one is given."""
    definitions = build_definitions(Settings.from_environment())
    if source is not None:
        settings = {name: getattr(definitions.resources["catalogue"], name) for name in Catalogue.model_fields}
        definitions = dg.Definitions(
            assets=definitions.assets,
            asset_checks=definitions.asset_checks,
            jobs=definitions.jobs,
            resources={**definitions.resources, "catalogue": source(**settings)},
        )
    tags = {RANGE_START: first, RANGE_END: last}
    return definitions.resolve_job_def(job).execute_in_process(
        instance=platform.instance, tags=tags, raise_on_error=False
    )


def trained(platform):
    """The result of each day: its window, its encoders and its champion, with feature spec and model."""
    found = {}
    for day in DAYS:
        encoders, choice = (
            json_from(read_file(platform.bucket, find_folder(platform.bucket, f"synthetic/{asset}/{day}"), name))
            for asset, name in (("encoders", ENCODERS), ("best_model", CHOICE))
        )
        bundle = load_bundle(platform.bucket, "synthetic", choice["champion"])
        found[day] = (encoders, choice, bundle.id, bundle.encoders, bundle.spec)
    return found


@pytest.fixture(scope="module")
def without_the_day(s3, tmp_path_factory):
    """The result where the leaky day was never fetched."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        platform = Platform.over(
            s3, bucket="without-the-day", monkeypatch=monkeypatch, folder=tmp_path_factory.mktemp("without")
        )
        platform.set(MOVIE_MIN_FILMS=MIN_FILMS)
        for day in (BEFORE, AFTER):
            assert run(platform, day, day, job="refresh").success
        assert run(platform, BEFORE, AFTER, job="retrain").success
        return trained(platform)


def assert_refused(platform, result, *, because):
    """Before the write: the day is only under rejected/, with its reasons; the days around it are written."""
    assert not result.success
    assert platform.days("cleaned_movies") == [BEFORE, AFTER]
    assert platform.materialized("cleaned_movies") == [BEFORE, AFTER]
    assert [key for key in platform.bucket.keys("synthetic/cleaned_movies/") if LEAKY in key] == []
    rejected = find_folder(platform.bucket, f"synthetic/rejected/cleaned_movies/{LEAKY}")
    reasons = " ".join(json_from(read_file(platform.bucket, rejected, REASONS)))
    for reason in because:
        assert reason in reasons
        assert reason in failures(result)


def assert_not_trained_on(platform, expected):
    """On the leaky day and the next: the same windows, encoders, feature specs and bundles as without it."""
    result = run(platform, BEFORE, AFTER, job="retrain")

    assert result.success, failures(result)
    assert trained(platform) == expected


def test_a_source_that_renames_the_votes_is_refused(platform, without_the_day):
    """Records without a number of votes cannot be read."""
    platform.set(MOVIE_MIN_FILMS=MIN_FILMS)

    result = run(platform, BEFORE, AFTER, job="refresh", source=RenamingCatalogue)

    assert_refused(platform, result, because=["at least 5 films that could be read, found 0"])
    assert_not_trained_on(platform, without_the_day)


def the_votes(cleaned):
    """The number of votes of each film."""
    return cleaned.votes["vote_count"].to_pylist()


def the_target_and_noise(cleaned):
    """The rating, with a little noise."""
    return cleaned.movies["rating"].to_numpy() + np.random.default_rng(7).normal(0, 0.1, len(cleaned.movies))


@pytest.mark.parametrize(
    ("column", "of"),
    [("vote_total", the_votes), ("audience_index", the_target_and_noise)],
)
def test_a_cleaned_day_with_an_undeclared_column_is_refused(platform, monkeypatch, without_the_day, column, of):
    """Whatever its name is."""
    platform.set(MOVIE_MIN_FILMS=MIN_FILMS)
    monkeypatch.setattr(day_module, "clean_rows", cleaning_with(column, of))

    result = run(platform, BEFORE, AFTER, job="refresh")

    assert_refused(platform, result, because=["columns_are_as_declared", f"({column})"])
    assert_not_trained_on(platform, without_the_day)
