"""The messages about fields of a film: which are wrong, and what was probably meant."""

import json

import pytest

from bento_service import invalid_fields
from tests.support.guarded import call

FILM = {"runtime": 97, "genres": ["Comedy"], "original_language": "ko"}


def error_of(body, path="/predict"):
    """The error of a 422."""
    status, _, answer = call(path, body=json.dumps(body).encode())
    assert status == 422
    return answer["error"]


@pytest.mark.parametrize(
    ("name", "value"), [("film", FILM), ("input_data", FILM), ("data", {"Runtime": 97}), ("Overview", FILM)]
)
def test_a_wrapped_film_is_recognized(name, value):
    """By what is in it; the unknown name comes first, before the fields that are missing for it."""
    error = error_of({name: value})

    assert error["message"] == (
        f"{name} is no field of a film; send the film in it as the body itself."
        " runtime is missing. genres is missing. original_language is missing."
    )
    assert (error["code"], error["field"]) == ("unknown_field", name)
    assert error["allowed"].startswith("one of the fields runtime, genres")


def test_films_in_a_named_list_are_recognized():
    """Wherever they are sent."""
    message = error_of({"instances": [FILM]})["message"]
    assert message.startswith("instances is no field of a film; send each of its films as the body itself.")

    assert error_of({"instances": [FILM]}, "/predict_batch")["message"] == (
        "The body is an object; send the list of films itself."
    )
    assert error_of(FILM, "/predict_batch")["message"] == (
        "The body is one film; send it to POST /predict, or in a list."
    )
    assert error_of(7, "/predict_batch")["message"] == "The body is not a list."


def test_a_list_or_a_string_in_place_of_a_film_is_recognized():
    """As JSON that was encoded twice, or a batch sent to the wrong route."""
    assert error_of([FILM])["message"] == (
        "The body is a list; send one film as an object, or the list to POST /predict_batch."
    )
    assert error_of(json.dumps(FILM))["message"] == (
        "The body is a string that holds JSON; send the object itself, encoded once."
    )


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Title", "title"),
        ("OVERVIEW", "overview"),
        ("releaseDate", "release_date"),
        ("production-countries", "production_countries"),
        ("Spoken Languages", "spoken_languages"),
        ("director", "directors"),
        ("colection", "collection"),
    ],
)
def test_a_name_written_otherwise_is_recognized(name, meant):
    """In another case, another style, or misspelt a little."""
    error = error_of(FILM | {name: "x"})

    assert error["message"] == f"{name} is no field of a film; did you mean {meant}?"
    assert error["field"] == name


@pytest.mark.parametrize("name", ["budget", "vote_average", "popularity", "Ω", "", "_"])
def test_nothing_is_guessed_for_another_name(name):
    """It is no field."""
    assert error_of(FILM | {name: 5})["message"] == f"{name} is no field of a film."


def test_all_that_is_wrong_is_named():
    """Unknown fields, missing ones, values."""
    message = error_of({"Genres": [], "originalLanguage": "ko", "budget": 5, "runtime": 0, "cast": ["A", 7]})["message"]

    assert message == (
        "Genres is no field of a film; did you mean genres?"
        " originalLanguage is no field of a film; did you mean original_language?"
        " budget is no field of a film."
        " runtime is 0: input should be greater than 0."
        " genres is missing. original_language is missing."
        " cast.1 is 7: input should be a valid string."
    )


def test_many_problems_are_named_in_a_bounded_message():
    """With how many are left."""
    few = error_of(FILM | {"cast": list(range(12))})["message"]
    many = error_of(FILM | {f"a fact with quite a long name {number}": 5 for number in range(3_000)})["message"]

    assert few.startswith("cast.0 is 0: input should be a valid string. cast.1 is 1:")
    assert few.endswith(" Also refused: cast.7, cast.8, cast.9, cast.10, cast.11.")
    assert "a fact with quite a long name 0 is no field of a film." in many
    assert many.endswith(" more.")
    assert len(many) < 1_000


def test_an_unknown_field_of_a_large_film_is_named_alike():
    """A large body is checked before pydantic reads it."""
    message = error_of({"film": FILM | {"overview": "word " * 3_900}, "Budget": "x" * 2_000})["message"]

    assert message == (
        "film is no field of a film; send the film in it as the body itself. Budget is no field of a film."
    )


def test_a_wrapped_object_of_many_keys_is_refused_at_once(monkeypatch):
    """Each comparison holds up every other request."""
    compared = []
    meant = invalid_fields._meant
    monkeypatch.setattr(invalid_fields, "_meant", lambda name, model: compared.append(name) or meant(name, model))

    error = error_of({"film": {f"key {number}": 0 for number in range(5_000)}})

    assert error["code"] == "unknown_field"
    assert len(compared) < 50
