"""A day that lost most of its films is refused, with the commonest causes, their counts and one value each."""

from dataclasses import replace
from datetime import date

import pytest

from movie_assets.catalogue.day import clean_day
from tests.support.builders import a_raw_film
from tests.support.cleaning import raw_day

DAY = date(2024, 5, 1)


def failures(*films, **options):
    return clean_day(raw_day(films), DAY, min_votes=6, min_films=0, **options).failures


def some(count, first=1, *, chosen_by="history", **changes):
    return [a_raw_film(id=number, chosen_by=chosen_by, **changes) for number in range(first, first + count)]


def test_the_sentence_has_the_commonest_causes_with_their_counts_and_one_value():
    """The person sees at once what to repair."""
    [failure] = failures(*some(2, 1), *some(3, 10, runtime="long"), *some(1, 20, overview="TBA"))

    assert failure.startswith("most_films_are_kept: expected at least 50% of the films")
    assert 'found 2 of 6 kept; 3 dropped as malformed, such as: runtime is "long", not a number of minutes' in failure
    assert "1 dropped as no_overview, such as: overview is 'TBA'" in failure


@pytest.mark.parametrize(
    "changes",
    [
        {"vote_count": 5},
        {"vote_count": None},
        {"release_date": "2024-05-02"},
        {"status": "Planned"},
        {"adult": True},
        {"release_date": ""},
    ],
)
def test_films_too_young_or_without_votes_do_not_count(changes):
    """A list of films to come is as it should be."""
    assert failures(*some(1), *some(30, 10, **changes, runtime=0)) == []


def test_votes_that_cannot_be_read_count():
    """The most voted films must not vanish unseen."""
    assert "found 1 of 3 kept; 2 dropped as malformed" in failures(*some(1), *some(2, 10, vote_count="12.805"))[0]


def test_half_is_enough_unless_set():
    """The share is a setting."""
    films = [*some(2), *some(2, 10, runtime=0)]

    assert failures(*films) == []
    assert failures(*films, min_kept_share=0.6)
    assert failures(*some(3, runtime=0), min_kept_share=0) == []


def test_a_day_of_two_films_is_not_judged_without_the_history():
    """Two films may lack a synopsis by chance; three say something, and so does the whole file."""
    assert failures(*some(2, overview="", chosen_by="released_on_day")) == []
    assert failures(*some(3, overview="", chosen_by="released_on_day"))
    assert failures(*some(1, overview=""))


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"vote_count": ""}, "3 dropped as too_few_votes, such as: vote_count is ''"),
        ({"release_date": ""}, "3 dropped as no_release_date"),
        ({"status": "Planned"}, "3 dropped as not_released, such as: status is 'Planned'"),
    ],
)
def test_a_history_of_which_nothing_is_kept_is_rejected(changes, cause):
    """Not one film of the history has votes or a date: a column was not read right."""
    [failure] = failures(*some(3, **changes))

    assert f"found none of 3 records kept; {cause}" in failure
    assert failures(*some(3, **changes, chosen_by="released_on_day")) == []
    assert failures(*some(3, **changes), min_kept_share=0) == []


def test_words_that_are_no_status_of_tmdb_count():
    """A column in another language must not empty a day unseen."""
    assert (
        "2 dropped as malformed, such as: status is 'Uitgebracht'"
        in failures(*some(1), *some(2, 10, status="Uitgebracht"))[0]
    )


def test_a_film_that_comes_twice_does_not_count():
    """Its first record was kept."""
    assert failures(*some(2), *some(2), *some(2)) == []


def test_a_record_that_tells_nothing_counts():
    """Rows that broke on the way may have been films."""
    broken = [replace(a_raw_film(), film_id=None, record=None, chosen_by="history", problem="malformed: cut")] * 3

    assert "found 1 of 4 kept; 3 dropped as malformed, such as: cut" in failures(*some(1), *broken)[0]
