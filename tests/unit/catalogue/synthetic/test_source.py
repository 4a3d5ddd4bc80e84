"""The seeded catalogue: the same on every machine, shaped like TMDB, and worth what its truth says."""

import hashlib
import json
import statistics
from datetime import date, timedelta

import pytest

from movie_assets.catalogue.synthetic.film import GENRE_IDS
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.catalogue.synthetic.text import PEOPLE, PLAIN
from movie_assets.catalogue.synthetic.truth import BRIGHT_WORDS, COMPANY_EFFECT, DARK_WORDS

START = date(2024, 1, 1)
DAY = date(2024, 3, 9)
DIGEST_OF_A_DAY = "3e6d74d1e61464e1c37276bf6c0213d5b8abcd18ddcdc9fd2d6b97fe9414b1dc"


def a_catalogue(**changes):
    return SyntheticCatalogue(**({"seed": 11, "start": START} | changes))


def records(catalogue, day=DAY, *, with_history=False):
    return [film.record for film in catalogue.fetch(day, with_history=with_history)]


def is_clean(record):
    return (
        bool(record["runtime"] and record["overview"] and record["release_date"])
        and record.get("status", "Released") == "Released"
        and not record.get("adult", False)
        and record["vote_count"] > 5
    )


@pytest.fixture(scope="module")
def many():
    """Enough films for their shares to be reliable."""
    return records(a_catalogue(films_per_day=6_000))


def test_a_day_is_the_same_on_every_machine():
    """In every process, whatever its hash seed; what changes the digest changes every synthetic film there is."""
    text = json.dumps(records(a_catalogue(), with_history=True), ensure_ascii=False)

    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST_OF_A_DAY


def test_the_history_comes_again_in_turns():
    """Each of its films once in so many days, as it was on the first; the day's own films stay as they are."""
    catalogue = a_catalogue(history_again_days=10, history_films=300)
    history = {film.film_id: film.record for film in catalogue.fetch(START, with_history=True)}
    alone = records(a_catalogue())

    days = [DAY + timedelta(days=number) for number in range(10)]
    fetched = [list(catalogue.fetch(day, with_history=False)) for day in days]

    turns = [{film.film_id: film.record for film in films if film.chosen_by == "history_again"} for films in fetched]
    assert sum(len(turn) for turn in turns) == len({film_id for turn in turns for film_id in turn})
    again = {film_id: record for turn in turns for film_id, record in turn.items()}
    assert again == {film_id: record for film_id, record in history.items() if film_id <= 300}
    assert [film.record for film in fetched[0]][-len(alone) :] == alone
    assert len(fetched[0]) < len(alone) + 35


def test_more_films_a_day_leave_the_earlier_ones_as_they_were():
    """A film depends on its place in the day, not on how many come after it."""
    assert records(a_catalogue(films_per_day=1_050))[:100] == records(a_catalogue(films_per_day=100))


def test_another_seed_gives_other_films():
    """The seed is the only chance there is."""
    assert records(a_catalogue(seed=12)) != records(a_catalogue(seed=11))


def test_ids_are_never_used_for_two_films():
    """Over days, blocks and history, one id is one film; a film listed twice in a day is the same film."""
    catalogue = a_catalogue(films_per_day=1_200, history_films=2_300)
    days = [date(2024, 1, 1), date(2024, 1, 2), date(2030, 12, 31)]
    films = [film for day in days for film in catalogue.fetch(day, with_history=day == days[0])]
    by_id = {}
    for film in films:
        by_id.setdefault(film.film_id, []).append(film.record)

    repeated = [records for records in by_id.values() if len(records) > 1]
    assert all(record == records[0] for records in repeated for record in records)
    assert 0 < len(repeated) < 0.01 * len(films)


def test_history_reaches_back_sixty_years_and_ends_before_the_start():
    """History is what came out before the catalogue begins."""
    history = [f.record for f in a_catalogue().fetch(DAY, with_history=True) if f.chosen_by == "history"]
    dates = [record["release_date"] for record in history if record["release_date"]]

    assert len(history) == 3_000
    assert max(dates) < START.isoformat()
    assert "1964-01" <= min(dates) < "1970"


def test_a_day_is_not_drawn_before_it_is_read():
    """A million films a day are handed out one by one; the first costs no more than its block."""
    first = next(a_catalogue(films_per_day=999_999).fetch(DAY, with_history=False))

    assert first.film_id == DAY.toordinal() * 1_000_000


def test_a_record_has_the_form_of_tmdbs_details(many):
    """What reads TMDB's details reads these."""
    record = next(record for record in many if "credits" in record and record["production_companies"])

    assert record.keys() >= {
        "id", "title", "original_title", "overview", "runtime", "genres", "original_language", "release_date",
        "vote_average", "vote_count", "popularity", "budget", "revenue", "production_companies",
        "production_countries", "spoken_languages", "adult", "status", "tagline", "imdb_id", "belongs_to_collection",
    }  # fmt: skip
    assert record["genres"][0].keys() == {"id", "name"}
    assert record["production_companies"][0].keys() == {"id", "name", "origin_country"}
    assert record["production_countries"][0].keys() == {"iso_3166_1", "name"}
    assert record["spoken_languages"][0].keys() == {"iso_639_1", "name"}
    assert record["credits"]["crew"][0]["job"] == "Director"


def test_the_shares_are_those_of_a_real_catalogue(many):
    """Drama leads, six in ten are in English, films last an hour and forty, half have few votes."""
    main_genres = [record["genres"][0]["name"] for record in many if record["genres"]]
    votes = sorted(record["vote_count"] for record in many)

    assert statistics.mode(main_genres) == "Drama"
    assert set(main_genres) == set(GENRE_IDS)
    assert 0.57 < statistics.mean(record["original_language"] == "en" for record in many) < 0.63
    assert {"ko", "ja", "fr", "es", "hi", "zh", "cn", "xx"} <= {record["original_language"] for record in many}
    assert 95 < statistics.median(record["runtime"] or 0 for record in many) < 109
    assert 20 < statistics.median(votes) < 45
    assert votes[-1] > 500 * statistics.median(votes)
    assert all(1 <= len(record["genres"]) <= 4 for record in many if record["genres"])


def test_synopses_are_short_english_texts_that_differ(many):
    """Twenty to a hundred and thirty words, in sentences, hardly ever the same twice."""
    synopses = [record["overview"] for record in many if record["overview"]]
    lengths = sorted(len(synopsis.split()) for synopsis in synopses)

    assert lengths[0] >= 15
    assert lengths[-1] <= 135
    assert 45 < statistics.median(lengths) < 75
    assert len(set(synopses)) > 0.99 * len(synopses)
    assert all(synopsis[0].isupper() and synopsis.endswith(".") and "{" not in synopsis for synopsis in synopses)


def test_no_word_after_an_article_begins_with_a_vowel():
    """The sentences say "a", so the words that follow it must suit."""
    assert [word for word in (*BRIGHT_WORDS, *DARK_WORDS, *PLAIN, *PEOPLE) if word[0] in "aeiou"] == []


def test_every_oddity_of_the_real_source_occurs(many):
    """Cleaning meets here whatever it will meet outside."""
    assert {record["runtime"] for record in many} >= {0, None}
    assert "" in {record["overview"] for record in many}
    assert "" in {record["release_date"] for record in many}
    assert [] in [record["genres"] for record in many]
    assert {record.get("status") for record in many} >= {"Released", "Post Production", None}
    assert {record.get("adult") for record in many} == {True, False, None}
    assert None in {record["imdb_id"] for record in many}
    unrated = [record for record in many if record["vote_count"] == 0]
    assert unrated
    assert {record["vote_average"] for record in unrated} == {0.0}


def test_most_films_survive_cleaning(many):
    """Some 85 to 90 of a hundred are complete, released and voted on."""
    assert 0.85 < statistics.mean(map(is_clean, many)) < 0.91


def test_ratings_are_those_that_votes_can_give(many):
    """From 0.5 to 10, with at most three decimals."""
    ratings = [record["vote_average"] for record in many if record["vote_count"]]

    assert all(0.5 <= rating <= 10 and rating == round(rating, 3) for rating in ratings)


def test_companies_are_few_enough_to_be_learnt(many):
    """Each company made enough films that its quality can be found out."""
    makers = [record["production_companies"][0]["name"] for record in many if record["production_companies"]]

    assert set(makers) == set(COMPANY_EFFECT)
    assert min(makers.count(name) for name in COMPANY_EFFECT) > 0.005 * len(makers)


def test_moods_lean_with_the_genre(many):
    """Horror is mostly dark, family films are mostly bright."""
    bright = {"Horror": 0, "Family": 0}
    dark = dict(bright)
    for record in many:
        for genre in bright.keys() & {genre["name"] for genre in record["genres"][:1]}:
            words = record["overview"].replace(",", "").split()
            bright[genre] += sum(word in BRIGHT_WORDS for word in words)
            dark[genre] += sum(word in DARK_WORDS for word in words)

    assert bright["Horror"] < 0.35 / 0.65 * dark["Horror"]
    assert bright["Family"] > 0.6 / 0.4 * dark["Family"]


@pytest.mark.parametrize(
    "wrong", [{"seed": -1}, {"films_per_day": -1}, {"films_per_day": 1_000_000}, {"history_films": -1}]
)
def test_a_number_out_of_range_is_refused_with_its_value(wrong):
    """The sentence names what was wrong and what is allowed."""
    (value,) = wrong.values()

    with pytest.raises(ValueError, match=rf"must be at least 0 and below .*, not {value:,}"):
        a_catalogue(**wrong)
