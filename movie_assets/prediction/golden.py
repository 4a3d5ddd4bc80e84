"""GOLDEN_MOVIES: made-up films that every bundle rates when it is made, and again wherever it is loaded.

They cover the paths of a prediction: known and unknown categories, bright and dark, with and without a synopsis. All
have a release date, because without one a rating depends on the year in which it is asked for.
"""

from datetime import date

from movie_assets.prediction.movie import Movie

GOLDEN_MOVIES = (
    Movie(
        title="The Lighthouse Orchestra",
        runtime=112,
        genres=["Drama", "Music"],
        original_language="en",
        release_date=date(2019, 10, 18),
        overview="A gentle widow teaches a shy, brilliant boy to play the violin, and a tired village is happy.",
    ),
    Movie(
        title="Cold Furnace",
        runtime=94,
        genres=["Horror"],
        original_language="en",
        release_date=date(2012, 1, 13),
        overview="Trapped in an abandoned mill, four cruel strangers die one by one in a terrible, hopeless night.",
    ),
    Movie(
        title="Spring Ledger",
        runtime=128,
        genres=["Comedy", "Romance"],
        original_language="ko",
        release_date=date(2024, 4, 3),
        overview="An accountant falls in love with the owner of the funniest noodle bar in Busan.",
    ),
    Movie(
        title="No Synopsis Yet",
        runtime=101,
        genres=["Action"],
        original_language="fr",
        release_date=date(2026, 7, 8),
    ),
    Movie(
        title="A Genre of Its Own",
        runtime=47,
        genres=["Slow Television"],
        original_language="qq",
        release_date=date(1978, 11, 30),
        overview="A train crosses the country. Nothing else happens.",
    ),
)
