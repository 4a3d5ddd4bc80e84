"""What is told of a dump before any run."""

import pytest
from click.testing import CliRunner

from movie_assets.cli import commands
from tests.support.dumps import a_row, csv_text


@pytest.fixture
def check_dump(tmp_path):
    """Writes a dump and runs the command on it."""

    def check(content, **settings):
        path = tmp_path / "films.csv"
        path.write_bytes(content if isinstance(content, bytes) else csv_text(content).encode())
        return CliRunner().invoke(commands, ["check-dump", str(path)], env={"MOVIE_END_DATE": "2019-01-01", **settings})

    return check


def test_the_form_and_the_films_of_a_dump_are_told(check_dump):
    """Each with what a person can compare with the file."""
    rows = [a_row(number, release_date=f"{number + 12}/03/2012", vote_count="1,639") for number in range(1, 9)]
    rows += [a_row(20, overview="TBA", release_date="28/03/2012"), a_row(21, release_date="30/03/2022")]

    ended = check_dump(rows)

    assert ended.exit_code == 0
    for line in [
        "encoding: utf-8",
        "delimiter: comma",
        "release_date: DD/MM/YYYY",
        "vote_count: 1,639 (comma groups thousands)",
        "rating scale: 0 to 10",
        "rows: 10",
        "films after the calendar: 1 released after 2019-01-01",
        "years: 2012 to 2022, 0 films without a date",
        "records: 9",
        "kept: 8",
        "dropped as no_overview: 1, such as overview is 'TBA'",
    ]:
        assert line in ended.output.splitlines()
    assert "columns missing, not required: production_countries, " in ended.output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ([a_row(number, vote_average=74) for number in range(1, 4)], "set MOVIE_DUMP_RATING_MAX"),
        ([a_row(number, runtime="long") for number in range(1, 4)], 'runtime is "long", not a number of minutes'),
        ([a_row(1, release_date="soon")], 'none of 1 rows has a release_date that can be read; the first is "soon"'),
        (b"<html>Sign in</html>", "is an HTML page"),
    ],
)
def test_what_a_run_would_refuse_fails_with_its_sentence(check_dump, content, says):
    """The exit code is 1, and there is no traceback."""
    ended = check_dump(content)

    assert ended.exit_code == 1
    assert says in ended.output
    assert "Traceback" not in ended.output


def test_the_settings_of_runs_are_used(check_dump):
    """With the scale said, the ratings are read."""
    rows = [a_row(number, vote_average=74) for number in range(1, 4)]

    assert check_dump(rows, MOVIE_DUMP_RATING_MAX="100").exit_code == 0
    refused = check_dump([a_row(number) for number in range(1, 4)], MOVIE_SOURCE="dump", MOVIE_MIN_FILMS="4")
    assert "at least 4 films that could be read, found 3" in refused.output
