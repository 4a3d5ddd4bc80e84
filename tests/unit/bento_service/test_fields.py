"""The fields of a film, in words."""

from bento_service.fields import allowed_in, movie_fields
from movie_assets.prediction.movie import Movie


def test_every_field_of_a_movie_is_described():
    """A form built from the description can ask for everything a movie takes."""
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


def test_what_is_no_field_is_told_the_fields():
    """A misspelt name is answered with the right ones."""
    assert allowed_in("gnere") == "one of the fields " + ", ".join(Movie.model_fields)
