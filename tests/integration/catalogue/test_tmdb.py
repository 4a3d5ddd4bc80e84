"""The TMDB source over real HTTP, against a look-alike server."""

import logging
import traceback
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from movie_assets.catalogue.source import SourceError
from movie_assets.catalogue.tmdb import TmdbSource
from movie_assets.catalogue.tmdb_client import ATTEMPTS
from tests.support.builders import a_record
from tests.support.tmdb_lookalike import Fault, html_page, running_lookalike, server_error, too_many_requests

TODAY = date(2024, 5, 1)
TOKEN = "a-read-token"
API_KEY = "an-api-key"

PASSING_FAULTS = {
    "429": too_many_requests("0"),
    "500": server_error(500),
    "502 in HTML": html_page(502),
    "503": server_error(503),
    "504": server_error(504),
    "200 in HTML": html_page(),
    "404 in HTML": html_page(404),
    "JSON cut short": Fault(cut_in_half=True),
    "hung up in the middle": Fault(hung_up=True),
    "reset": Fault(reset=True),
    "too slow": Fault(delay_seconds=5),
}


def the_records(count, **said):
    """Films 1, 2, 3 …, each less popular and less voted than the one before."""
    return [a_record(id=n, popularity=1000.0 - n, vote_count=10_000 - n, **said) for n in range(1, count + 1)]


@pytest.fixture
def tmdb():
    with running_lookalike(the_records(130), token=TOKEN, api_key=API_KEY) as lookalike:
        yield lookalike


@pytest.fixture
def waits():
    """The pauses the source asked for; none is really made."""
    return []


@pytest.fixture
def source(tmdb, waits):
    def build(**said):
        settings = {
            "token": TOKEN,
            "api_key": None,
            "base_url": tmdb.url,
            "films_per_day": 3,
            "today": lambda: TODAY,
            "requests_per_second": 1_000_000,
            "timeout_seconds": 0.5,
            "sleep": waits.append,
        }
        return TmdbSource(**(settings | said))

    return build


def ids(films):
    return [film.film_id for film in films]


def everything_said(error):
    """What a log of the error would hold, its causes included."""
    return "".join(traceback.format_exception(error)) + repr(error)


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=1)])
def test_today_and_yesterday_are_the_popular_films(tmdb, source, day):
    """A hundred films are five pages and a hundred records, whole and untouched."""
    films = list(source(films_per_day=100).fetch(day, with_history=False))

    assert ids(films) == list(range(1, 101))
    assert films[0].record == tmdb.records[1]
    assert {film.chosen_by for film in films} == {"popular"}
    assert [seen.query["page"] for seen in tmdb.asked("/movie/popular")] == ["1", "2", "3", "4", "5"]
    assert tmdb.asked("/movie/1")[0].query == {
        "language": "en-US",
        "append_to_response": "credits,keywords,translations,release_dates",
    }


def test_each_film_says_when_it_was_really_fetched(source):
    """Retention counts from the moment of the request, whatever day was asked."""
    before = datetime.now(UTC)

    films = list(source().fetch(TODAY, with_history=False))

    assert all(before <= film.fetched_at <= datetime.now(UTC) for film in films)


def test_films_repeated_by_a_moving_list_count_once(tmdb, source):
    """The popular list changes between pages; a day still has its hundred different films."""
    tmdb.page_overlap = 7

    films = list(source(films_per_day=100).fetch(TODAY, with_history=False))

    assert ids(films) == list(range(1, 101))
    assert len(tmdb.asked("/movie/1")) == 1


def test_a_short_list_gives_what_it_has(source):
    """Fewer films than asked is for validation to judge."""
    assert len(list(source(films_per_day=1_000).fetch(TODAY, with_history=False))) == 130


def test_an_older_day_is_the_popular_releases_of_sixty_days(tmdb, source):
    """The popular list knows only today; discovery knows every window."""
    day = date(2020, 6, 30)
    dates = {1: "2020-05-01", 2: "2020-04-30", 3: "2020-06-30", 4: "2020-07-01", 5: "2020-06-01"}
    for film_id, release_date in dates.items():
        tmdb.records[film_id]["release_date"] = release_date

    films = list(source().fetch(day, with_history=False))

    assert ids(films) == [1, 3, 5]
    assert {film.chosen_by for film in films} == {"discover"}
    assert tmdb.asked("/movie/popular") == []


def test_the_history_is_the_most_voted_of_all_years_before(tmdb, source):
    """Slices of years are merged by votes, without films the day already has."""
    for film_id, release_date in {50: "1931-01-01", 51: "2019-12-31", 52: "1994-06-01", 53: "2024-05-01"}.items():
        tmdb.records[film_id] |= {"release_date": release_date, "vote_count": 50_000 - film_id}

    films = list(source(films_per_day=2, history_films=5).fetch(TODAY, with_history=True))

    assert ids(films) == [1, 2, 50, 51, 52, 3, 4]
    assert [film.chosen_by for film in films] == ["popular"] * 2 + ["history"] * 5


def test_the_slices_of_the_history_leave_no_day_out(tmdb, source):
    """Each slice begins on the day after the one before; the last ends before the day itself."""
    list(source(history_films=1).fetch(TODAY, with_history=True))

    asked = [seen.query for seen in tmdb.asked("/discover/movie")]
    slices = sorted({(query["primary_release_date.gte"], query["primary_release_date.lte"]) for query in asked})
    gaps = {date.fromisoformat(later[0]) - date.fromisoformat(earlier[1]) for earlier, later in pairwise(slices)}
    assert gaps == {timedelta(days=1)}
    assert slices[-1][1] == "2024-04-30"


def test_a_list_is_read_to_the_page_limit_and_no_further(source):
    """TMDB shows 500 pages of a list and answers 400 beyond."""
    with running_lookalike(the_records(10_005)) as crowded:
        taken = source(base_url=crowded.url, films_per_day=10_005).fetch(TODAY, with_history=False)
        next(taken)
        taken.close()

    assert len(crowded.asked("/movie/popular")) == 500


def test_a_day_ahead_is_refused(source):
    """TMDB cannot show tomorrow."""
    with pytest.raises(SourceError, match="2024-05-02 lies ahead"):
        list(source().fetch(date(2024, 5, 2), with_history=False))


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
    with pytest.raises(SourceError, match="TMDB cannot be asked at ftp://"):
        list(source(base_url="ftp://127.0.0.1/3").fetch(TODAY, with_history=False))
