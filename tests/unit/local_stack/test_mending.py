"""Which days are made again when some are out of order."""

from local_stack.mending import MENDED_ASSETS, mended

TRAINED = ["raw_tmdb", "cleaned_movies", "encoders", "trained_candidates", "best_model"]


def a_state(day, *, there=TRAINED, out_of_order=False):
    """One day as the platform tells it."""
    return {"day": day, "there": there, "rejected": False, "held": False, "out_of_order": out_of_order}


def test_every_trained_day_from_the_first_that_is_out_of_order():
    """Also those in order after it, since they follow its champion; days that were never trained stay so."""
    states = [
        a_state("2026-01-01"),
        a_state("2026-01-02", out_of_order=True),
        a_state("2026-01-03", there=TRAINED[:2]),
        a_state("2026-01-04"),
    ]

    days = ["2026-01-02", "2026-01-04"]
    assert mended(states) == dict.fromkeys(MENDED_ASSETS, days)


def test_nothing_is_mended_where_all_is_in_order():
    """A house without days too."""
    assert mended([a_state("2026-01-01")]) == {}
    assert mended([]) == {}
