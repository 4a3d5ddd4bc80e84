"""The page's client against the service's look-alike, over real HTTP."""

import socket
from datetime import date

import pytest

from streamlit_ui.client import ServiceClient, ServiceError
from streamlit_ui.contract import Answer, Description, Film, PredictOptions
from tests.support.service_lookalike import an_answer

FILM = Film(runtime=112, genres=["Drama"], original_language="en", overview="A quiet town.")


def client_of(service, *, timeout_seconds=5.0):
    return ServiceClient(service.url, timeout_seconds=timeout_seconds)


def test_an_answer_arrives_whole(service):
    """What the service says is what the page has, but for what it does not use."""
    answer = client_of(service).predict(FILM)

    assert isinstance(answer, Answer)
    assert answer.model_dump(mode="json") | {"what_if": {}} == an_answer()


def test_only_what_is_known_about_a_film_is_sent(service):
    """A fact that was not given is absent, and the synopsis is in the body alone."""
    client_of(service).predict(FILM)

    assert service.films == [
        {"runtime": 112.0, "genres": ["Drama"], "original_language": "en", "overview": "A quiet town."}
    ]
    assert service.requests == ["POST /predict"]


def test_wishes_are_sent_beside_the_film(service):
    """Only those that were made; in a batch with every film."""
    client, options = (
        client_of(service),
        PredictOptions(omit=["overview"], what_if={"overview_sentiment": 0.5}, reasons=True),
    )

    client.predict(FILM, options)
    client.predict_batch([FILM, FILM], options)

    film = FILM.model_dump(exclude_none=True)
    wished = film | {"omit": ["overview"], "what_if": {"overview_sentiment": 0.5}, "reasons": True}
    assert service.films == [wished, [wished, wished]]


def test_an_older_service_may_say_less(service):
    """Without interval and contributions an answer is still one, and so is a description without ranges."""
    newer = ("interval", "interval_note", "base_value", "contributions", "what_if", "may_omit", "ranges", "decision")
    for said in (service.answer, service.description):
        for name in newer:
            said.pop(name, None)

    answer, description = client_of(service).predict(FILM), client_of(service).describe()

    assert (answer.interval, answer.contributions) == (None, None)
    assert (description.may_omit, description.ranges) == ([], {})


def test_a_description_says_what_films_were_like(service):
    """Numbers are numbers and dates dates."""
    ranges = client_of(service).describe().ranges

    assert (ranges["runtime"].lowest, ranges["release_date"].lowest) == (62.0, date(1931, 2, 3))


def test_a_description_gives_limits_of_its_fields(service):
    """The form asks for limits by name, and has its own where the service sets none."""
    description = client_of(service).describe()

    assert isinstance(description, Description)
    assert description.limits("runtime", otherwise=(1, 2)) == (0, 1000)
    assert description.limits("title", otherwise=(1, 2)) == (1, 500)
    assert description.limits("release_date", otherwise=(1, 2)) == (1, 2)


def test_a_newer_service_may_say_more(service):
    """Fields the page does not know do not disturb it."""
    service.answer = an_answer(horoscope={"sign": "Leo"})

    assert isinstance(client_of(service).predict(FILM), Answer)


@pytest.mark.parametrize(
    ("fault", "kind", "field"),
    [
        ("slow", "slow", None),
        ("cut", "down", None),
        ("not_ready", "not_ready", None),
        ("gateway", "not_ready", None),
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
def test_every_failure_is_a_trouble_of_its_kind(service, fault, kind, field):
    """No exception reaches the page; each way to fail has its own word, and names the field at fault."""
    service.fault = fault

    error = client_of(service, timeout_seconds=0.2).predict(FILM)

    assert isinstance(error, ServiceError)
    assert (error.kind, error.field) == (kind, field)


def test_the_services_own_sentence_is_kept(service):
    """A bad request comes with what the service says of it and what it allows."""
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
    """The page shows ratings from 0 to 10 or none."""
    service.answer = an_answer(predicted_rating=rating)

    error = client_of(service).predict(FILM)

    assert error == ServiceError(kind="other_version", field="predicted_rating", message=error.message)


def test_nobody_at_the_address_is_down():
    """A refused connection is a service that is down."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"

    assert ServiceClient(url, timeout_seconds=1.0).predict(FILM) == ServiceError(kind="down")


def test_a_cut_connection_is_tried_again_and_a_slow_answer_is_not(service):
    """A question that got no answer may be repeated; a service that is busy is left alone."""
    service.fault = "cut"
    client_of(service).predict(FILM)
    assert len(service.films) == 3

    service.fault = "slow"
    client_of(service, timeout_seconds=0.2).predict(FILM)
    assert len(service.films) == 4


def test_a_busy_service_is_asked_again_when_it_says(service):
    """A crowd that is over in a moment is no trouble; one that stays is, after three attempts."""
    service.busy_times = 2
    assert isinstance(client_of(service).predict(FILM), Answer)
    assert len(service.films) == 3

    service.busy_times = 5
    assert client_of(service).predict(FILM).kind == "busy"
    assert len(service.films) == 6


def test_a_key_goes_with_every_request(service):
    """And nothing does where there is none."""
    ServiceClient(service.url, timeout_seconds=5.0, key="secret").describe()
    client_of(service).describe()

    assert service.keys == ["Bearer secret", None]


def test_a_batch_is_answered_film_by_film(service):
    """In the place of a film that is refused stands its error."""
    answers = client_of(service).predict_batch([FILM, FILM.model_copy(update={"runtime": 0.0}), FILM])

    assert [type(answer) for answer in answers] == [Answer, ServiceError, Answer]
    assert (answers[1].kind, answers[1].field) == ("refused", "runtime")
    assert service.requests == ["POST /predict_batch"]


@pytest.mark.parametrize(("fault", "kind"), [("late", "slow"), ("too_large", "refused"), ("html", "foreign")])
def test_a_batch_that_fails_whole_is_one_trouble(service, fault, kind):
    """There are no answers in places then."""
    service.fault = fault

    assert client_of(service).predict_batch([FILM]).kind == kind


def test_proxies_of_the_environment_are_not_used(service, monkeypatch):
    """A synopsis does not pass through a proxy that somebody set for the web."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert isinstance(client_of(service).predict(FILM), Answer)


def test_ready_is_what_the_service_says(service):
    """Ready is an answer of 200 to /readyz and nothing else."""
    client = client_of(service)
    assert client.is_ready()

    service.fault = "not_ready"
    assert not client.is_ready()
