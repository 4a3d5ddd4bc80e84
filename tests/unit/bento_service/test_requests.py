"""The fields of a request, in words."""

import typing

from bento_service.requests import Omittable, PredictionRequest, allowed_in, movie_fields, settable_inputs
from movie_assets.prediction.movie import Movie


def test_every_field_of_a_movie_is_described():
    """So that a form can have them all."""
    assert [field.name for field in movie_fields()] == list(Movie.model_fields)
    assert all(field.description for field in movie_fields())


def test_required_fields_are_those_without_a_default():
    """The description agrees with what the service refuses."""
    required = {name for name, field in Movie.model_fields.items() if field.is_required()}

    assert {field.name for field in movie_fields() if field.required} == required


def test_bounds_and_types_are_those_of_the_schema():
    """Numbers have their range, strings their length, lists their count, dates their own type."""
    fields = {field.name: field for field in movie_fields()}

    assert (fields["runtime"].type, fields["runtime"].minimum, fields["runtime"].maximum) == ("number", 0, 1_000)
    assert (fields["overview"].type, fields["overview"].maximum) == ("string", 20_000)
    assert (fields["genres"].type, fields["genres"].maximum) == ("list", 50)
    assert fields["release_date"].type == "date"


def test_an_unknown_field_is_answered_with_the_known_ones():
    """For a misspelt name."""
    assert allowed_in("gnere") == "one of the fields " + ", ".join(PredictionRequest.model_fields)


def test_every_field_of_a_request_has_its_allowed_values_in_words():
    """Facts and options."""
    assert all(allowed_in(name) for name in PredictionRequest.model_fields)
    assert "of overview, title, release_date" in allowed_in("omit")
    assert "-1 to 1" in allowed_in("what_if")


def test_the_optional_facts_may_be_omitted():
    """All of them, and no other."""
    optional = [name for name, field in Movie.model_fields.items() if not field.is_required()]

    assert list(typing.get_args(Omittable)) == optional


def test_settable_inputs_have_their_bounds():
    """For a form."""
    [mood] = settable_inputs()

    assert (mood.name, mood.minimum, mood.maximum) == ("overview_sentiment", -1, 1)
