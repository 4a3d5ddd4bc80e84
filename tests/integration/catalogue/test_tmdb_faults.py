"""The TMDB source when its server, its key or a record is at fault."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from movie_assets.catalogue.source import SourceError
from movie_assets.catalogue.tmdb.retry import ATTEMPTS
from tests.support.tmdb import API_KEY, TODAY, TOKEN, ids, traceback_text
from tests.support.tmdb_faults import TRANSIENT_FAULTS, Fault, server_error, too_many_requests


@pytest.mark.parametrize("path", ["/movie/popular", "/movie/2"])
@pytest.mark.parametrize("fault", TRANSIENT_FAULTS.values(), ids=TRANSIENT_FAULTS)
def test_a_transient_fault_is_retried(tmdb, fetch, path, fault):
    """The day is the same as without the fault."""
    tmdb.fail(path, fault)

    films = fetch()

    assert ids(films) == [1, 2, 3]
    assert all(film.problem is None for film in films)
    assert len(tmdb.requests_for(path)) == 2


def test_a_persistent_fault_ends_the_day(tmdb, fetch, waits, caplog):
    """After six attempts with growing pauses, each in the log."""
    tmdb.fail("/movie/2", *[server_error(503)] * ATTEMPTS)

    with pytest.raises(SourceError, match=r"no answer to /movie/2 in 6 attempts; the last time: 503, .*Run the day"):
        fetch()

    pauses = [pause for pause in waits if pause > 0.1]
    assert len(pauses) == ATTEMPTS - 1
    assert pauses[-1] > pauses[0]
    assert "TMDB did not answer /movie/2 (503" in caplog.text


@pytest.mark.parametrize("status", [408, 429, 503, 522])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_obeyed(tmdb, fetch, waits, form, status):
    """No retry before that time, in either form of the header."""
    retry_after = "40" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=42), usegmt=True)
    tmdb.fail("/movie/2", replace(too_many_requests(retry_after), status=status))

    fetch()

    assert 39 <= max(waits) <= 42


@pytest.mark.parametrize("nonsense", ["soon", "", "-5", "²"])
def test_an_invalid_retry_after_is_ignored(tmdb, fetch, waits, nonsense):
    """The usual pause applies."""
    tmdb.fail("/movie/2", too_many_requests(nonsense))

    assert ids(fetch()) == [1, 2, 3]
    assert 0.5 <= max(waits) <= 2


@pytest.mark.parametrize(
    ("secrets", "setting"),
    [
        ({"token": "wrong-77", "api_key": "unused-77"}, "TMDB_API_READ_TOKEN"),
        ({"token": None, "api_key": "wrong-77"}, "TMDB_API_KEY"),
    ],
)
def test_a_refused_key_fails_at_once_and_names_its_setting(tmdb, fetch, waits, secrets, setting):
    """A retry would not help, and might lead to a lock-out."""
    expected = f"TMDB refused the key in {setting}. Without a key, set MOVIE_SOURCE=synthetic."

    with pytest.raises(SourceError) as refused:
        fetch(**secrets)

    assert str(refused.value).startswith(expected)
    assert len(tmdb.requests) == 1
    assert "-77" not in traceback_text(refused.value)


@pytest.mark.parametrize("secrets", [{}, {"token": None, "api_key": API_KEY}], ids=["token", "key"])
@pytest.mark.parametrize("fault", TRANSIENT_FAULTS.values(), ids=TRANSIENT_FAULTS)
def test_no_secret_reaches_a_log_or_an_exception(tmdb, source, caplog, secrets, fault):
    """Not even with every logger at DEBUG."""
    caplog.set_level(logging.DEBUG)
    tmdb.fail("/movie/2", *[fault] * ATTEMPTS)
    tmdb_source = source(**secrets)

    with pytest.raises(SourceError) as failed:
        list(tmdb_source.fetch(TODAY, with_history=False))

    causes = [failed.value, failed.value.__cause__, getattr(failed.value.__cause__, "__cause__", None)]
    requests = [repr(vars(cause.request)) for cause in causes if hasattr(cause, "request")]
    text = "".join([caplog.text, traceback_text(failed.value), repr(tmdb_source), *requests])
    assert "/movie/2" in text
    assert TOKEN not in text
    assert API_KEY not in text


@pytest.mark.parametrize(("secrets", "sent"), [({}, TOKEN), ({"token": None, "api_key": API_KEY}, API_KEY)])
def test_a_secret_that_a_gateway_repeats_is_hidden(tmdb, fetch, secrets, sent):
    """Its message is passed on without the secret."""
    tmdb.fail("/movie/2", Fault(status=400, body=f'{{"errors": ["{sent} is no date"]}}'))

    with pytest.raises(SourceError, match=r"\*\*\* is no date") as failed:
        fetch(**secrets)
    assert sent not in traceback_text(failed.value)


@pytest.mark.parametrize("secrets", [{"token": None, "api_key": None}, {"token": "", "api_key": ""}])
def test_a_missing_key_fails_when_the_source_is_made(source, secrets):
    """At start, not at the first fetch."""
    with pytest.raises(ValueError, match="needs TMDB_API_READ_TOKEN or TMDB_API_KEY"):
        source(**secrets)


@pytest.mark.parametrize("token", ["secret\n", "secr et", "sécret"])
def test_a_malformed_key_is_refused_without_its_value(source, token):
    """A line break copied along would otherwise be quoted in the HTTP library's own error."""
    with pytest.raises(ValueError, match="TMDB_API_READ_TOKEN holds") as refused:
        source(token=token)
    assert token not in str(refused.value)


def test_a_film_tmdb_no_longer_knows_is_a_tombstone(tmdb, fetch):
    """One film deleted between list and details does not fail the day."""
    tmdb.gone.add(2)

    films = fetch()

    assert ids(films) == [1, 2, 3]
    assert films[1].record is None
    assert films[1].problem == "gone: TMDB answered 404 to /movie/2: The resource you requested could not be found."
    assert len(tmdb.requests_for("/movie/2")) == 1


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("[]", "is a JSON list, not an object"),
        ("null", "is a JSON NoneType, not an object"),
        ('{"title": "Nameless"}', "has the id None"),
        ('{"id": 77}', "has the id 77"),
    ],
)
def test_a_record_in_another_form_is_malformed(tmdb, fetch, body, problem):
    """It is kept as a problem and the day goes on."""
    tmdb.fail("/movie/2", Fault(body=body))

    films = fetch()

    assert [film.problem for film in films] == [None, f"malformed: TMDB's record of film 2 {problem}", None]
    assert films[1].record is None


def test_an_entry_without_an_id_is_malformed(tmdb, fetch):
    """An entry of a list counts also when its film cannot be requested."""
    tmdb.fail("/movie/popular", Fault(body='{"page": 1, "results": ["?", {"id": 1}], "total_pages": 1}'))

    films = fetch()

    assert ids(films) == [None, 1]
    assert films[0].problem == "malformed: an entry of TMDB's list has no id"


@pytest.mark.parametrize(
    ("path", "fault", "sentence"),
    [
        ("/movie/2", too_many_requests("3600"), "429 to /movie/2 and asks to wait 3600 s"),
        ("/movie/popular", Fault(body="[]"), "Page 1 of TMDB's /movie/popular has no list of results"),
        ("/movie/popular", Fault(body='{"page": 1}'), "Page 1 of TMDB's /movie/popular has no list of results"),
        ("/movie/popular", Fault(status=422, body='{"status_message": "Invalid."}'), "422 to /movie/popular: Invalid."),
        ("/movie/popular", Fault(status=422, body='{"errors": ["too large", "more"]}'), "422 .*: too large; more"),
        ("/movie/popular", Fault(status=422, body="<html>"), "422 .*: no reason given"),
    ],
)
def test_an_answer_that_will_not_change_ends_the_day_at_once(tmdb, fetch, path, fault, sentence):
    """With TMDB's own message, in either of its shapes, and without a retry."""
    tmdb.fail(path, fault)

    with pytest.raises(SourceError, match=sentence):
        fetch()
    assert len(tmdb.requests_for(path)) == 1


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://127.0.0.1:1/3", "ConnectError"),
        ("ftp://127.0.0.1/3", "TMDB cannot be reached at ftp://"),
        ("{url}/4", "does the address of the API end in /3"),
    ],
)
def test_a_wrong_address_is_named(tmdb, fetch, address, sentence):
    """A missing /3 answers 404 to everything, which must not become a day of tombstones."""
    with pytest.raises(SourceError, match=sentence):
        fetch(base_url=address.format(url=tmdb.url))


@pytest.mark.parametrize(
    ("secrets", "authorization", "api_key"),
    [
        ({"api_key": API_KEY}, f"Bearer {TOKEN}", None),
        ({"token": None, "api_key": API_KEY}, None, API_KEY),
    ],
    ids=["both", "key"],
)
def test_the_token_is_preferred(tmdb, fetch, secrets, authorization, api_key):
    """Access logs hold addresses, where the key would be, but no headers."""
    assert ids(fetch(**secrets)) == [1, 2, 3]
    assert {(request.authorization, request.query.get("api_key")) for request in tmdb.requests} == {
        (authorization, api_key)
    }
