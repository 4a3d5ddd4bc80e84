"""What is unusual about a day, and what is not."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from movie_assets.catalogue.drift import EARLIER_DAYS, DaySummary, compare, shares, summary_of

GENRES = ["Drama", "Comedy", "Horror", "Action"]
LANGUAGES = ["en", "ko", "fr"]


def a_day(films=100, *, seed=1, rating=6.0, **changes):
    """A day of films drawn by chance from the same world; `changes` replaces columns."""
    chance = np.random.default_rng(seed)
    columns = {
        "rating": chance.normal(rating, 0.8, films),
        "main_genre": chance.choice(GENRES, films, p=[0.5, 0.3, 0.1, 0.1]),
        "original_language": chance.choice(LANGUAGES, films, p=[0.7, 0.2, 0.1]),
        "overview_is_english": np.ones(films, dtype="bool"),
        "runtime": chance.normal(110, 15, films).clip(60, 200),
    }
    return pd.DataFrame(columns).assign(**changes)


def earlier(days=EARLIER_DAYS, **changes):
    """Days of that world before it."""
    return [summary_of(a_day(seed=100 + number, **changes)) for number in range(days)]


def unusual(day, before=None):
    """The names of what a day is unlike."""
    verdicts = compare(summary_of(day), earlier() if before is None else before)
    return sorted(name for name, verdict in verdicts.items() if not verdict.passed)


def test_days_of_one_world_are_all_usual():
    """A year of them gives no false alarm."""
    before = earlier()

    assert [seed for seed in range(365) if unusual(a_day(seed=seed), before)] == []


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (a_day(films=49), ["as_many_films_as_usual"]),
        (a_day(films=50), []),
        (a_day(films=150), []),
        (a_day(films=151), ["as_many_films_as_usual"]),
        (a_day(rating=6.8), ["ratings_are_as_usual"]),
        (a_day(rating=5.2), ["ratings_are_as_usual"]),
        (a_day(main_genre="Horror"), ["genres_are_as_usual"]),
        (a_day(main_genre="Telenovela"), ["genres_are_as_usual"]),
        (a_day(main_genre=None), ["genres_are_as_usual"]),
        (a_day(original_language="ko"), ["languages_are_as_usual"]),
    ],
)
def test_a_change_is_named(day, found):
    """By its own check, and by no other."""
    assert unusual(day) == found


def test_a_verdict_has_both_sides():
    """What was expected and what came, in figures a person compares."""
    verdicts = compare(summary_of(a_day(films=40, rating=8.0, main_genre="Horror")), earlier())

    assert verdicts["as_many_films_as_usual"].expected == "50 to 150 films, 100 a day over the 28 days before"
    assert verdicts["as_many_films_as_usual"].actual == "40 films"
    assert verdicts["ratings_are_as_usual"].expected.startswith("a mean of 6.0")
    assert verdicts["ratings_are_as_usual"].actual.startswith(("a mean of 7.", "a mean of 8."))
    assert "Drama 5" in verdicts["genres_are_as_usual"].expected
    assert verdicts["genres_are_as_usual"].actual.endswith("other: Horror 100%")


@pytest.mark.parametrize(
    ("names", "films", "margin", "other"),
    [(["Drama", "War"], 4, "55%", "50%"), (["Drama", "War", "Crime", "Music"], 1, "100%", "75%")],
)
def test_a_mix_may_differ_by_twice_what_chance_gives_and_a_tenth(names, films, margin, other):
    """Worked out by hand: a week of days with one film of each genre, then a day with the first of them alone."""

    def summary(genres):
        films = sum(genres.values())
        return DaySummary(films, 6.0 * films, 36.0 * films, {"main_genre": genres, "original_language": genres})

    verdict = compare(summary(Counter({names[0]: films})), [summary(Counter(names))] * 7)["genres_are_as_usual"]

    assert verdict.expected.startswith(f"at most {margin} of the films other than {names[0]} ")
    assert verdict.actual == f"{other} other: {names[0]} 100%"


def test_a_mean_may_differ_by_four_standard_errors_and_a_fifth():
    """Worked out by hand: ratings with a deviation of 1, two a day."""
    day = DaySummary(2, 12.0, 74.0, {"main_genre": Counter(x=2), "original_language": Counter(x=2)})

    verdict = compare(day, [day] * 7)["ratings_are_as_usual"]

    assert verdict.expected == "a mean of 6.00 ± 3.22 over the 7 days before"


def test_a_week_is_needed_to_compare_with():
    """Before that nothing is judged, and the answer says so."""
    strange = summary_of(a_day(films=3, rating=1.0, main_genre="Horror"))

    verdicts = compare(strange, earlier(6))

    assert all(verdict.passed for verdict in verdicts.values())
    assert {verdict.expected for verdict in verdicts.values()} == {"nothing yet: 6 earlier days, 7 are needed"}
    assert set(verdicts) == set(compare(strange, earlier(7)))
    assert not compare(strange, earlier(7))["as_many_films_as_usual"].passed


@pytest.mark.parametrize("before", [earlier(), earlier(films=0)])
def test_a_day_without_films_has_no_mix(before):
    """There is nothing to compare; the number of films is another check's business."""
    assert unusual(a_day(films=0), before) in (["as_many_films_as_usual"], [])
    assert unusual(a_day(films=5), earlier(films=0)) == []


@pytest.mark.parametrize("before", [earlier(), earlier(films=0), []])
def test_a_day_that_kept_nothing_is_never_usual(before):
    """Records were read and no film is left: no check passes on nothing."""
    verdicts = compare(summary_of(a_day(films=0)), before, records=12)

    assert {(verdict.passed, verdict.actual) for verdict in verdicts.values()} == {(False, "0 films of 12 records")}
    assert set(verdicts) == set(compare(summary_of(a_day()), before))


@pytest.mark.parametrize(
    ("day", "counts", "found"),
    [
        (a_day(), {"kept": 95, "gone": 3, "malformed": 2}, []),
        (a_day(), {"kept": 94, "gone": 4, "malformed": 2}, ["few_records_are_unreadable"]),
        (a_day(overview_is_english=False), {"kept": 100, "gone": 0, "malformed": 0}, ["synopses_are_mostly_english"]),
        (a_day(runtime=39.9), {"kept": 100, "gone": 0, "malformed": 0}, ["runtimes_are_plausible"]),
        (a_day(runtime=40.0), {"kept": 100, "gone": 0, "malformed": 0}, []),
        (a_day(runtime=300.0), {"kept": 100, "gone": 0, "malformed": 0}, []),
        (a_day(runtime=300.1), {"kept": 100, "gone": 0, "malformed": 0}, ["runtimes_are_plausible"]),
        (a_day(films=0), {"kept": 0, "gone": 0, "malformed": 0}, []),
    ],
)
def test_shares_that_are_too_large_are_named(day, counts, found):
    """An empty day has none."""
    assert [name for name, verdict in shares(day, counts).items() if not verdict.passed] == found


def test_a_share_has_its_count():
    """So that one film of two is not taken for a trend."""
    verdicts = shares(a_day(films=40, overview_is_english=False), {"kept": 40, "gone": 9, "malformed": 1})

    assert verdicts["few_records_are_unreadable"].actual == "10 of 50, 20.0%"
    assert verdicts["synopses_are_mostly_english"].actual == "0 of 40, 0.0%"


@pytest.mark.parametrize(("times", "passed"), [(1, True), (2, False)])
def test_names_without_a_code_are_counted_and_named(times, passed):
    """One for a hundred films is usual; a day cleaned before did not count them."""
    counts = {"kept": 100, "gone": 0, "malformed": 0}
    found = shares(a_day(), counts, {"genres": {"Foreign": times}})["genres_languages_and_countries_are_known"]

    assert (found.passed, found.actual) == (passed, f"{times} left out, 100 films; genres 'Foreign' {times} times")
    assert "genres_languages_and_countries_are_known" not in shares(a_day(), counts)
