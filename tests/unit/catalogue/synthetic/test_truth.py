"""What synthetic films are truly worth, and how their ratings stray from it."""

import statistics
from datetime import date

import pytest

from movie_assets.catalogue.synthetic.film import GENRE_IDS, GENRES_PER_MILLE, LANGUAGES_PER_MILLE
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.catalogue.synthetic.truth import (
    BRIGHT_WORDS,
    DARK_WORDS,
    GENRE_EFFECT,
    LANGUAGE_EFFECT,
    THEME_WORDS,
    true_rating,
)

START = date(2024, 1, 1)


@pytest.fixture(scope="module")
def clean_films():
    """Films of sixty years that nothing is missing from."""
    catalogue = SyntheticCatalogue(seed=11, start=START, films_per_day=3_000)
    records = (film.record for film in catalogue.fetch(START, with_history=True))
    return [
        record
        for record in records
        if record["runtime"] and record["overview"] and record["release_date"] and record["genres"]
        if record["vote_count"] > 5
    ]


def facts(**changes):
    """A film that is average in everything but the changes."""
    return {
        "genres": [{"id": 18, "name": "Drama"}],
        "runtime": 102,
        "original_language": "en",
        "release_date": "2024-04-05",
        "overview": "A film about nothing in particular.",
        "production_companies": [],
    } | changes


def test_ratings_stray_from_the_truth_as_their_votes_allow(clean_films):
    """The noise has the spread that is stated, 1.9 over the root of the votes: half as wide with four times as many."""
    in_sds = [(r["vote_average"] - true_rating(r)) * r["vote_count"] ** 0.5 / 1.9 for r in clean_films]

    assert abs(statistics.mean(in_sds)) < 0.05
    assert 0.94 < statistics.stdev(in_sds) < 1.06


def test_the_truth_has_the_spread_of_real_ratings(clean_films):
    """Mean about 6.3, standard deviation about 0.75, over films of all years."""
    truths = [true_rating(r) for r in clean_films]

    assert 6.1 < statistics.mean(truths) < 6.6
    assert 0.65 < statistics.stdev(truths) < 0.85


def test_the_truth_reads_nothing_known_only_after_the_release(clean_films):
    """Votes and money change no true rating, so a model that is fed them is found out."""
    hindsight = dict.fromkeys(("vote_average", "vote_count", "popularity", "budget", "revenue"), 10**6)

    assert true_rating(clean_films[0] | hindsight) == true_rating(clean_films[0])


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param({"genres": [{"name": "Documentary"}]}, {"genres": [{"name": "Horror"}]}, id="genre"),
        pytest.param(
            {"genres": [{"name": "Drama"}, {"name": "History"}]},
            {"genres": [{"name": "Drama"}, {"name": "Horror"}]},
            id="second genre",
        ),
        pytest.param({"runtime": 140}, {"runtime": 80}, id="a longer drama"),
        pytest.param({"runtime": 150}, {"runtime": 240}, id="but not too long"),
        pytest.param({"original_language": "ko"}, {"original_language": "hi"}, id="language"),
        pytest.param({"release_date": "1970-04-05"}, {"release_date": "2010-04-05"}, id="era"),
        pytest.param({"release_date": "2024-10-05"}, {"release_date": "2024-01-05"}, id="season"),
        pytest.param({"overview": "A tender story."}, {"overview": "A vicious story."}, id="mood"),
        pytest.param({"overview": "About an orchestra."}, {"overview": "About a prank."}, id="theme"),
        pytest.param(
            {"production_companies": [{"name": "Cinema Lantern"}]},
            {"production_companies": [{"name": "Quickreel"}]},
            id="company",
        ),
        pytest.param(
            {"credits": {"crew": [{"name": "Mira Aldane"}]}},
            {"credits": {"crew": [{"name": "Mira Pellworm"}]}},
            id="director",
        ),
    ],
)
def test_each_fact_counts(better, worse):
    """Every effect that is stated moves the true rating, the right way."""
    assert true_rating(facts(**better)) > true_rating(facts(**worse)) + 0.1


def test_length_helps_a_drama_and_hurts_a_family_film():
    """Genre and runtime interact: the same forty minutes do opposite things."""
    gains = {}
    for name in ("Drama", "Family"):
        short, long = (true_rating(facts(genres=[{"name": name}], runtime=runtime)) for runtime in (95, 135))
        gains[name] = long - short

    assert gains["Drama"] > 0 > gains["Family"]


def test_names_the_truth_does_not_know_count_as_average():
    """An unknown language, genre or company is no error and moves nothing."""
    unknown = facts(genres=[{"name": "?"}], original_language="tlh", production_companies=[{"name": "Nobody"}])

    assert true_rating(unknown) == true_rating(facts(genres=[], original_language="tlh"))


def test_every_name_that_is_drawn_has_an_effect():
    """No genre or language is drawn that the truth forgot, and the shares add up."""
    assert set(GENRES_PER_MILLE) == set(GENRE_EFFECT) == set(GENRE_IDS)
    assert set(LANGUAGES_PER_MILLE) == set(LANGUAGE_EFFECT)
    assert sum(GENRES_PER_MILLE.values()) == sum(LANGUAGES_PER_MILLE.values()) == 1_000


def test_themes_carry_no_mood_of_their_own():
    """What a sentiment lexicon cannot see is there for a better model to find."""
    assert not set(THEME_WORDS) & (set(BRIGHT_WORDS) | set(DARK_WORDS))
