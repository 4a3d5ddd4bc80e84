"""The page's client against the service's look-alike, over real HTTP."""

import socket
from datetime import date

import pytest

from streamlit_ui.client import RatingClient, ServiceError
from streamlit_ui.contract import Answer, Description, Film, PredictOptions
from tests.support.service_lookalike import an_answer

FILM = Film(runtime=112, genres=["Drama"], original_language="en", overview="A quiet town.")


def client_of(service, *, timeout_seconds=5.0):
    return RatingClient(service.url, timeout_seconds=timeout_seconds)


def test_an_answer_has_every_field(service):
    """Except for those that the page does not use."""
    answer = client_of(service).predict(FILM)

    assert isinstance(answer, Answer)
    assert answer.model_dump(mode="json") | {"what_if": {}} == an_answer()


def test_only_known_facts_are_sent(service):
    """A missing fact is absent from the body, and the synopsis is only there."""
    client_of(service).predict(FILM)

    assert service.films == [
        {"runtime": 112.0, "genres": ["Drama"], "original_language": "en", "overview": "A quiet town."}
    ]
    assert service.requests == ["POST /predict"]


def test_options_are_sent_beside_the_film(service):
    """Only those that differ from the defaults; in a batch with every film."""
    client = client_of(service)
    options = PredictOptions(omit=["overview"], what_if={"overview_sentiment": 0.5}, reasons=True)

    client.predict(FILM, options)
    client.predict_batch([FILM, FILM], options)

    film = FILM.model_dump(exclude_none=True)
    body = film | {"omit": ["overview"], "what_if": {"overview_sentiment": 0.5}, "reasons": True}
    assert service.films == [body, [body, body]]


def test_an_older_service_may_lack_fields(service):
    """Without interval and contributions an answer is still one, and so is a description without ranges."""
    newer = ("interval", "interval_note", "base_value", "contributions", "what_if", "may_omit", "ranges", "decision")
    for said in (service.answer, service.description):
        for name in newer:
            said.pop(name, None)

    answer, description = client_of(service).predict(FILM), client_of(service).describe()

    assert (answer.interval, answer.contributions) == (None, None)
    assert (description.may_omit, description.ranges) == ([], {})


def test_a_description_has_ranges_of_the_training_films(service):
    """Numbers are numbers and dates dates."""
    ranges = client_of(service).describe().ranges

    assert (ranges["runtime"].lowest, ranges["release_date"].lowest) == (62.0, date(1931, 2, 3))


def test_a_description_gives_limits_of_its_fields(service):
    """By name, with a default where the service sets none."""
    description = client_of(service).describe()

    assert isinstance(description, Description)
    assert description.limits("runtime", otherwise=(1, 2)) == (0, 1000)
    assert description.limits("title", otherwise=(1, 2)) == (1, 500)
    assert description.limits("release_date", otherwise=(1, 2)) == (1, 2)


def test_a_newer_service_may_have_more_fields(service):
    """Unknown fields are ignored."""
    service.answer = an_answer(horoscope={"sign": "Leo"})

    assert isinstance(client_of(service).predict(FILM), Answer)


@pytest.mark.parametrize(
    ("fault", "kind", "field"),
    [
        ("slow", "slow", None),
        ("cut", "down", None),
        ("not_ready", "not_ready", None),
        ("gateway", "not_ready", None),
        ("restarting", "not_ready", None),
        ("refused", "refused", "runtime"),
        ("too_large", "refused", None),
        ("no_key", "no_key", None),
        ("busy", "busy", None),
        ("late", "slow", None),
        ("broken", "broken", None),
        ("older", "other_version", "bundle_id"),
        ("html", "foreign", None),
    ],
)
def test_every_failure_is_an_error_of_its_kind(service, fault, kind, field):
    """No exception reaches the page; an error names the field at fault."""
    service.fault = fault

    error = client_of(service, timeout_seconds=0.2).predict(FILM)

    assert isinstance(error, ServiceError)
    assert (error.kind, error.field) == (kind, field)


def test_an_error_has_the_services_own_message(service):
    """And what it allows."""
    service.fault = "refused"

    error = client_of(service).predict(FILM)

    assert error == ServiceError(
        kind="refused",
        field="runtime",
        message="Input should be greater than 0, got 0.",
        allowed="number, above 0, at most 1000. Running time in minutes.",
    )


@pytest.mark.parametrize("rating", [10.4, "NaN", None])
def test_a_rating_outside_the_scale_is_no_rating(service, rating):
    """Such an answer is invalid."""
    service.answer = an_answer(predicted_rating=rating)

    error = client_of(service).predict(FILM)

    assert error == ServiceError(kind="other_version", field="predicted_rating", message=error.message)


def test_a_refused_connection_is_down():
    """Nothing listens at the address."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"

    assert RatingClient(url, timeout_seconds=1.0).predict(FILM) == ServiceError(kind="down")


def test_a_cut_connection_is_retried_and_a_timeout_is_not(service):
    """A slow service gets no more requests."""
    service.fault = "cut"
    client_of(service).predict(FILM)
    assert len(service.films) == 3

    service.fault = "slow"
    client_of(service, timeout_seconds=0.2).predict(FILM)
    assert len(service.films) == 4


def test_a_busy_service_is_retried(service):
    """Three times at most."""
    service.busy_times = 2
    assert isinstance(client_of(service).predict(FILM), Answer)
    assert len(service.films) == 3

    service.busy_times = 5
    assert client_of(service).predict(FILM).kind == "busy"
    assert len(service.films) == 6


def test_a_key_goes_with_every_request(service):
    """Without a key there is no header."""
    RatingClient(service.url, timeout_seconds=5.0, key="secret").describe()
    client_of(service).describe()

    assert service.keys == ["Bearer secret", None]


def test_a_batch_is_answered_film_by_film(service):
    """In the place of a film that is refused stands its error."""
    answers = client_of(service).predict_batch([FILM, FILM.model_copy(update={"runtime": 0.0}), FILM])

    assert [type(answer) for answer in answers] == [Answer, ServiceError, Answer]
    assert (answers[1].kind, answers[1].field) == ("refused", "runtime")
    assert service.requests == ["POST /predict_batch"]


@pytest.mark.parametrize(("fault", "kind"), [("late", "slow"), ("too_large", "refused"), ("html", "foreign")])
def test_a_failed_batch_is_one_error(service, fault, kind):
    """In place of a list."""
    service.fault = fault

    assert client_of(service).predict_batch([FILM]).kind == kind


def test_proxies_of_the_environment_are_not_used(service, monkeypatch):
    """A proxy for the web never sees a synopsis."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert isinstance(client_of(service).predict(FILM), Answer)


def test_a_service_is_ready_if_readyz_is_200(service):
    """Any other status means not ready."""
    client = client_of(service)
    assert client.is_ready()

    service.fault = "not_ready"
    assert not client.is_ready()
