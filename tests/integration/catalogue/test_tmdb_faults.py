"""What the TMDB source does when its server, its key or a record is not as it should be."""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from movie_assets.catalogue.source import SourceError
from movie_assets.catalogue.tmdb.retry import ATTEMPTS
from tests.support.tmdb import API_KEY, TODAY, TOKEN, everything_said, ids
from tests.support.tmdb_faults import PASSING_FAULTS, Fault, server_error, too_many_requests


@pytest.mark.parametrize("path", ["/movie/popular", "/movie/2"])
@pytest.mark.parametrize("fault", PASSING_FAULTS.values(), ids=PASSING_FAULTS)
def test_a_passing_fault_is_asked_again(tmdb, source, path, fault):
    """The day is the same as without the fault."""
    tmdb.fail(path, fault)

    films = list(source().fetch(TODAY, with_history=False))

    assert ids(films) == [1, 2, 3]
    assert all(film.problem is None for film in films)
    assert len(tmdb.asked(path)) == 2


def test_a_fault_that_stays_ends_the_day_with_a_sentence(tmdb, source, waits, caplog):
    """Six attempts, with growing pauses, each told in the log."""
    tmdb.fail("/movie/2", *[server_error(503)] * ATTEMPTS)

    with pytest.raises(SourceError, match=r"no answer to /movie/2 in 6 attempts; the last time: 503, .*Run the day"):
        list(source().fetch(TODAY, with_history=False))

    pauses = [pause for pause in waits if pause > 0.1]
    assert len(pauses) == ATTEMPTS - 1
    assert pauses[-1] > pauses[0]
    assert "TMDB did not answer /movie/2 (503" in caplog.text


def test_a_server_that_is_not_there_is_told(source):
    """Nothing listens: retried like any passing fault, then said."""
    with pytest.raises(SourceError, match="ConnectError"):
        list(source(base_url="http://127.0.0.1:1/3").fetch(TODAY, with_history=False))


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(tmdb, source, waits, form):
    """TMDB is not asked again before the time it names, in either form of the header."""
    asked = "40" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=42), usegmt=True)
    tmdb.fail("/movie/2", too_many_requests(asked))

    list(source().fetch(TODAY, with_history=False))

    assert 39 <= max(waits) <= 42


@pytest.mark.parametrize("nonsense", ["soon", "", "-5"])
def test_a_senseless_retry_after_is_a_plain_fault(tmdb, source, waits, nonsense):
    """The usual pause is made instead."""
    tmdb.fail("/movie/2", too_many_requests(nonsense))

    assert ids(source().fetch(TODAY, with_history=False)) == [1, 2, 3]
    assert 0.5 <= max(waits) <= 2


def test_a_long_retry_after_ends_the_day_at_once(tmdb, source):
    """Nobody is helped by a run that sleeps for an hour."""
    tmdb.fail("/movie/2", too_many_requests("3600"))

    with pytest.raises(SourceError, match="asks to wait 3600 s"):
        list(source().fetch(TODAY, with_history=False))
    assert len(tmdb.asked("/movie/2")) == 1


@pytest.mark.parametrize(
    ("secrets", "setting"),
    [
        ({"token": "wrong-77", "api_key": "unused-77"}, "TMDB_API_READ_TOKEN"),
        ({"token": None, "api_key": "wrong-77"}, "TMDB_API_KEY"),
    ],
)
def test_a_refused_key_fails_at_once_and_names_its_setting(tmdb, source, waits, secrets, setting):
    """Asking again would not help, and a lock-out might follow."""
    expected = f"TMDB refused the key in {setting}. Without a key, set MOVIE_SOURCE=synthetic."

    with pytest.raises(SourceError) as refused:
        list(source(**secrets).fetch(TODAY, with_history=False))

    assert str(refused.value).startswith(expected)
    assert len(tmdb.requests) == 1
    assert "-77" not in everything_said(refused.value)


def test_the_token_is_preferred_and_the_key_stays_at_home(tmdb, source):
    """A header is not written to access logs, an address is."""
    list(source(api_key=API_KEY).fetch(TODAY, with_history=False))

    assert {seen.authorization for seen in tmdb.requests} == {f"Bearer {TOKEN}"}
    assert all("api_key" not in seen.query for seen in tmdb.requests)


def test_the_key_alone_works(tmdb, source):
    """An old account may have nothing else."""
    assert ids(source(token=None, api_key=API_KEY).fetch(TODAY, with_history=False)) == [1, 2, 3]
    assert {seen.query["api_key"] for seen in tmdb.requests} == {API_KEY}
    assert {seen.authorization for seen in tmdb.requests} == {None}


@pytest.mark.parametrize("secrets", [{}, {"token": None, "api_key": API_KEY}], ids=["token", "key"])
@pytest.mark.parametrize("fault", PASSING_FAULTS.values(), ids=PASSING_FAULTS)
def test_no_secret_reaches_a_log_or_an_exception(tmdb, source, caplog, secrets, fault):
    """Not even with every logger at its most talkative."""
    caplog.set_level(logging.DEBUG)
    tmdb.fail("/movie/2", *[fault] * ATTEMPTS)
    asked = source(**secrets)

    with pytest.raises(SourceError) as failed:
        list(asked.fetch(TODAY, with_history=False))

    causes = [failed.value, failed.value.__cause__, getattr(failed.value.__cause__, "__cause__", None)]
    requests = [repr(vars(cause.request)) for cause in causes if hasattr(cause, "request")]
    said = "".join([caplog.text, everything_said(failed.value), repr(asked), *requests])
    assert "/movie/2" in said
    assert TOKEN not in said
    assert API_KEY not in said


@pytest.mark.parametrize(("secrets", "sent"), [({}, TOKEN), ({"token": None, "api_key": API_KEY}, API_KEY)])
def test_a_secret_that_a_gateway_repeats_is_hidden(tmdb, source, secrets, sent):
    """Its own words are passed on without it."""
    tmdb.fail("/movie/2", Fault(status=400, body=f'{{"errors": ["{sent} is no date"]}}'))

    with pytest.raises(SourceError, match=r"\*\*\* is no date") as failed:
        list(source(**secrets).fetch(TODAY, with_history=False))
    assert sent not in everything_said(failed.value)


@pytest.mark.parametrize("secrets", [{"token": None, "api_key": None}, {"token": "", "api_key": ""}])
def test_a_missing_key_fails_when_the_source_is_made(source, secrets):
    """At start, not in the night."""
    with pytest.raises(ValueError, match="needs TMDB_API_READ_TOKEN or TMDB_API_KEY"):
        source(**secrets)


@pytest.mark.parametrize("token", ["secret\n", "secr et", "sécret"])
def test_a_key_that_cannot_be_one_is_refused_unseen(source, token):
    """A line break copied along would otherwise be quoted in the HTTP library's own error."""
    with pytest.raises(ValueError, match="TMDB_API_READ_TOKEN holds") as refused:
        source(token=token)
    assert token not in str(refused.value)


def test_a_film_tmdb_no_longer_knows_is_a_tombstone(tmdb, source):
    """One film deleted between list and details does not fail the day."""
    tmdb.gone.add(2)

    films = list(source().fetch(TODAY, with_history=False))

    assert ids(films) == [1, 2, 3]
    assert films[1].record is None
    assert films[1].problem == "gone: TMDB answered 404 to /movie/2: The resource you requested could not be found."
    assert len(tmdb.asked("/movie/2")) == 1


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("[]", "malformed: TMDB's record of film 2 is a JSON list, not an object"),
        ("null", "malformed: TMDB's record of film 2 is a JSON NoneType, not an object"),
        ('{"title": "Nameless"}', "malformed: TMDB's record of film 2 has the id None"),
        ('{"id": 77}', "malformed: TMDB's record of film 2 has the id 77"),
    ],
)
def test_a_record_in_another_form_is_malformed(tmdb, source, body, problem):
    """It is kept as a problem and the day goes on."""
    tmdb.fail("/movie/2", Fault(body=body))

    films = list(source().fetch(TODAY, with_history=False))

    assert [film.problem for film in films] == [None, problem, None]
    assert films[1].record is None


def test_an_entry_without_an_id_is_malformed(tmdb, source):
    """What the list said exists is counted, also when it cannot be asked for."""
    tmdb.fail("/movie/popular", Fault(body='{"page": 1, "results": ["?", {"id": 1}], "total_pages": 1}'))

    films = list(source().fetch(TODAY, with_history=False))

    assert ids(films) == [None, 1]
    assert films[0].problem == "malformed: an entry of TMDB's list has no id"


@pytest.mark.parametrize("body", ["[]", '{"page": 1}'])
def test_a_list_in_another_form_is_told(tmdb, source, body):
    """A changed API is a failed day, not an empty one."""
    tmdb.fail("/movie/popular", Fault(body=body))

    with pytest.raises(SourceError, match="Page 1 of TMDB's /movie/popular has no list of results"):
        list(source().fetch(TODAY, with_history=False))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"success": false, "status_code": 5, "status_message": "Invalid parameters."}',
            "422 .*: Invalid parameters.",
        ),
        ('{"errors": ["page must be less than 500", "and more"]}', "422 .*: page must be less than 500; and more"),
        ("<html>", "422 .*: no reason given"),
    ],
)
def test_both_shapes_of_an_error_are_read(tmdb, source, body, words):
    """A wrong question is not asked again; TMDB's own words are passed on."""
    tmdb.fail("/movie/popular", Fault(status=422, body=body))

    with pytest.raises(SourceError, match=words):
        list(source().fetch(TODAY, with_history=False))
    assert len(tmdb.requests) == 1


def test_a_wrong_address_is_told(tmdb, source):
    """A forgotten /3 answers 404 to everything; that is not a day of tombstones."""
    with pytest.raises(SourceError, match="does the address of the API end in /3"):
        list(source(base_url=f"{tmdb.url}/4").fetch(TODAY, with_history=False))


def test_an_address_that_is_none_is_told(source):
    """No retries for what can never work."""
    with pytest.raises(SourceError, match="TMDB cannot be reached at ftp://"):
        list(source(base_url="ftp://127.0.0.1/3").fetch(TODAY, with_history=False))
