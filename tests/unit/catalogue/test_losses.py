"""Losses: the causes of dropped records over the batches of a day."""

from datetime import date

from movie_assets.catalogue.losses import Losses

DAY = date(2024, 5, 1)


def a_batch(*details):
    """The losses of a batch whose records were malformed so."""
    losses = Losses()
    for detail in details:
        losses.add("malformed", detail, None, day=DAY, min_votes=6)
    return losses


def test_the_first_example_of_a_reason_is_that_of_the_first_batch():
    """A person finds it at the beginning of the file."""
    losses = a_batch("runtime is 1")

    losses.update(a_batch("vote_count is 2", "runtime is 3"))
    losses.update(a_batch("adult is 4"))

    assert losses.example_of("malformed") == "runtime is 1"
    assert losses.expected == losses.dropped
    assert losses.dropped["malformed", "runtime"] == 2
