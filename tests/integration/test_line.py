"""The line from films to a champion: real Dagster runs over a real S3 server, in this process."""

import json
import threading
import time

from movie_assets.catalogue.quality import leakage_columns
from movie_assets.storage.folders import days_of, find_folder, read_file
from movie_assets.storage.formats import frame_of, json_from
from movie_assets.storage.keys import CHOICE, DROPPED, MOVIES, REASONS
from movie_assets.training.bundles import load_bundle
from movie_assets.training.champions import newest_champion
from movie_assets.training.window import Windows
from tests.support.dumps import a_row, json_lines
from tests.support.platform import LINE, Platform, bucket_at, checks, failures
from tests.support.servers import s3_server

DAYS = ["2026-01-01", "2026-01-02", "2026-01-03"]
WORDS = ["wonderful", "terrible", "happy", "hopeless", "quiet", "cruel"]

PLOTS = (
    "predicted_against_actual",
    "residuals_by_year",
    "residuals_by_genre",
    "residuals_by_votes",
    "calibration",
    "importance",
    "trial_history",
)


def metadata_of(result, asset):
    """The metadata of each day of an asset that a run reports."""
    return {
        event.partition: event.materialization.metadata
        for event in result.all_events
        if event.event_type_value == "ASSET_MATERIALIZATION" and event.asset_key.to_user_string() == asset
    }


def folder_files(bucket, prefix):
    """Every file of the folder, its digest checked."""
    folder = find_folder(bucket, prefix)
    return {name: read_file(bucket, folder, name) for name in folder.sha256}


def a_dump(folder, films_by_day, *, history=300):
    """A dump of made-up films: so many released on each day, and a history before."""
    rows, film_id = [], 0
    for day, count in {"2017-11-30": history, **films_by_day}.items():
        for _ in range(count):
            film_id += 1
            word = WORDS[film_id % len(WORDS)]
            rating = 5 + film_id % len(WORDS) / 3 + (film_id * 37 % 31) / 10  # mostly not what the words say
            rows.append(
                a_row(
                    film_id,
                    overview=f"A {word} nurse waits for the {word} tide with her brother.",
                    runtime=80 + film_id % 60,
                    release_date=day,
                    vote_average=round(rating, 1),
                    vote_count=20 + film_id % 300,
                )
            )
    path = folder / "films.jsonl"
    path.write_text(json_lines(rows))
    return path


def from_dump(platform, path, **settings):
    platform.set(
        MOVIE_SOURCE="dump",
        MOVIE_DUMP_PATH=path,
        MOVIE_START_DATE="2017-12-01",
        MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE="1",
        **settings,
    )


def test_a_run_of_three_days_is_three_days_of_each_asset(platform):
    """Each with its own event, metadata and checks, and no day more."""
    result = platform.run(DAYS[0], DAYS[-1])

    assert result.success, failures(result)
    for asset in LINE:
        assert platform.materialized(asset) == DAYS
        assert platform.days(asset) == DAYS
    passed = [check for check in checks(platform, result) if check[1] != "newest_day_is_there"]  # it is about today
    assert {day for _, _, day, _ in passed} == set(DAYS)
    assert all(ok for _, _, _, ok in passed)
    assert len(passed) == 3 * len(DAYS)
    latest = json_from(platform.bucket.get("synthetic/models/latest/manifest.json"))
    assert latest["bundle_id"] == newest_champion(platform.bucket, "synthetic").bundle_id
    films = {day: metadata["films"].value for day, metadata in metadata_of(result, "raw_tmdb").items()}
    assert films[DAYS[0]] > 600 > films[DAYS[1]]
    metadata = metadata_of(result, "best_model")
    assert metadata[DAYS[0]]["promoted"].value
    assert metadata[DAYS[0]].keys() >= {"backtest", "interval_coverage", "interval_width"}
    for plot in PLOTS:
        key = metadata[DAYS[0]][plot].value.removeprefix(f"s3://{platform.bucket.name}/")
        assert platform.bucket.get(key).startswith(b"\x89PNG")
    for day in DAYS[1:]:
        assert not metadata[day]["promoted"].value
        assert not metadata[day].keys() & {*PLOTS, "backtest"}, "ordinary days stay cheap"
        assert metadata[day]["card"] == metadata[DAYS[0]]["card"], "the champion's"


def test_single_runs_of_days_give_what_one_run_of_them_gives(platform, s3, monkeypatch, tmp_path):
    """How days are asked for changes nothing in what is kept, bundle ids included."""
    assert platform.run(DAYS[0], DAYS[-1]).success
    other = Platform.over(s3, bucket=f"{platform.bucket.name}-2", monkeypatch=monkeypatch, folder=tmp_path)
    for day in DAYS:
        assert other.run(day).success

    for asset in ("raw_tmdb", "cleaned_movies", "encoders", "best_model"):
        for day in DAYS:
            prefix = f"synthetic/{asset}/{day}"
            assert find_folder(platform.bucket, prefix).digest == find_folder(other.bucket, prefix).digest, prefix


def test_a_missing_day_shifts_no_other(platform):
    """Day 3 without day 2 is day 3: its films are its own, and its window says which days it holds."""
    assert platform.run(DAYS[0]).success
    assert platform.run(DAYS[2]).success

    window = Windows(platform.bucket, "synthetic").up_to(DAYS[2])
    assert window.days == (DAYS[0], DAYS[2])
    movies = frame_of(folder_files(platform.bucket, f"synthetic/cleaned_movies/{DAYS[2]}")[MOVIES])
    assert set(movies["release_date"].dt.strftime("%Y-%m-%d")) == {DAYS[2]}
    assert platform.days("best_model") == [DAYS[0], DAYS[2]]


def test_a_bad_day_stops_its_step_and_leaves_nothing_to_learn_from(platform, tmp_path):
    """A day with too few films is rejected before the write; the good days beside it are kept and can be used."""
    path = a_dump(tmp_path, {"2017-12-01": 9, "2017-12-02": 3, "2017-12-03": 9})
    from_dump(platform, path, MOVIE_MIN_FILMS=5)

    result = platform.run("2017-12-01", "2017-12-03")

    assert not result.success
    assert "2017-12-02" in failures(result)
    assert "at least 5 films that could be read, found 3" in failures(result)
    assert platform.materialized("cleaned_movies") == ["2017-12-01", "2017-12-03"]
    assert platform.days("encoders", "dump") == []
    reasons = json_from(folder_files(platform.bucket, "dump/rejected/cleaned_movies/2017-12-02")[REASONS])
    assert "enough_films_were_read" in reasons[0]

    later = platform.run("2017-12-03", job="retrain")

    assert not later.success, "its search day, the first, was never trained"
    assert "trained_candidates of 2017-12-01 is not there" in failures(later)
    assert platform.run("2017-12-01", job="retrain").success
    assert platform.run("2017-12-03", job="retrain").success
    assert Windows(platform.bucket, "dump").up_to("2017-12-03").days == ("2017-12-01", "2017-12-03")


def test_a_day_that_turns_bad_leaves_every_window(platform, tmp_path):
    """A re-run that is rejected takes the earlier version of the day out of sight; its objects stay."""
    from_dump(platform, a_dump(tmp_path, {"2017-12-02": 9}), MOVIE_MIN_FILMS=5)
    assert platform.run("2017-12-01", "2017-12-02", job="refresh").success
    assert platform.days("cleaned_movies", "dump") == ["2017-12-01", "2017-12-02"]

    from_dump(platform, a_dump(tmp_path, {"2017-12-02": 2}), MOVIE_MIN_FILMS=5)
    assert not platform.run("2017-12-02", job="refresh").success

    assert platform.days("cleaned_movies", "dump") == ["2017-12-01"]
    assert Windows(platform.bucket, "dump").up_to("2017-12-02").days == ("2017-12-01",)


def test_a_day_without_films_is_green_and_empty(platform, tmp_path):
    """A dump has days on which nothing was released."""
    from_dump(platform, a_dump(tmp_path, {"2017-12-01": 9, "2017-12-03": 9}))

    result = platform.run("2017-12-01", "2017-12-03")

    assert result.success, failures(result)
    files = folder_files(platform.bucket, "dump/cleaned_movies/2017-12-02")
    assert len(frame_of(files[MOVIES])) == 0
    assert len(frame_of(files[DROPPED])) == 0
    assert json_from(folder_files(platform.bucket, "dump/best_model/2017-12-02")[CHOICE])["champion"]


def test_training_on_films_that_are_not_ours_needs_consent(platform, tmp_path):
    """Collecting and cleaning a dump works without consent; encoders and later fail with one sentence."""
    from_dump(platform, a_dump(tmp_path, {"2017-12-01": 9}))
    platform.set(MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE="0")

    result = platform.run("2017-12-01")

    assert platform.days("cleaned_movies", "dump") == ["2017-12-01"]
    assert platform.days("encoders", "dump") == []
    assert "set MOVIE_I_MAY_TRAIN_ON_THIS_SOURCE=1" in failures(result)


def test_no_column_of_a_cleaned_day_leaks(platform):
    """Votes stand in a table of their own; what is only known after release stands nowhere."""
    assert platform.run(DAYS[0], job="refresh").success

    files = folder_files(platform.bucket, f"synthetic/cleaned_movies/{DAYS[0]}")

    assert leakage_columns(frame_of(files[MOVIES]).columns) == []
    assert list(frame_of(files["movie_votes.parquet"]).columns) == ["id", "vote_count"]


def test_sources_never_mix(platform, tmp_path):
    """The same bucket holds both sources; neither sees the other's days or champions."""
    assert platform.run(DAYS[0]).success
    from_dump(platform, a_dump(tmp_path, {"2017-12-01": 9}))
    assert platform.run("2017-12-01").success

    assert Windows(platform.bucket, "dump").up_to("2026-12-31").days == ("2017-12-01",)
    assert Windows(platform.bucket, "synthetic").up_to("2026-12-31").days == (DAYS[0],)


def test_upstream_that_is_not_there_is_named(platform):
    """Cleaning a day that was never fetched says what to do."""
    result = platform.run(DAYS[0], job="retrain")

    assert "materialize raw_tmdb and cleaned_movies for 2026-01-01 or an earlier day first" in failures(result)


def test_an_unreachable_store_fails_the_step_with_a_sentence(platform):
    """Retries, then what to check."""
    platform.set(MOVIE_S3_ENDPOINT_URL="http://127.0.0.1:9")

    result = platform.run(DAYS[0], job="refresh")

    assert not result.success
    assert "MOVIE_S3_ENDPOINT_URL" in failures(result)


def test_a_store_killed_while_it_is_written_to_keeps_only_whole_days(monkeypatch, tmp_path):
    """After SIGKILL in the middle of writes, what can be read is whole, and running again completes the days."""
    with s3_server() as s3:
        platform = Platform.over(s3, bucket="killed", monkeypatch=monkeypatch, folder=tmp_path)
        days = [f"2026-01-{day:02}" for day in range(1, 9)]
        watched = bucket_at(s3, "killed")
        watched.create()
        killer = threading.Thread(
            target=_kill_once, args=(s3, lambda: len(days_of(watched, "synthetic/raw_tmdb")) >= 3)
        )
        killer.start()
        platform.run(days[0], days[-1], job="refresh")
        killer.join()

        assert platform.materialized("raw_tmdb")[:3] == days[:3], "days kept before the kill have their events"
        for asset in ("raw_tmdb", "cleaned_movies"):
            for day in platform.days(asset):
                assert folder_files(platform.bucket, f"synthetic/{asset}/{day}")
        again = platform.run(days[0], days[-1], job="refresh")
        assert again.success, failures(again)
        assert platform.days("cleaned_movies") == days


def _kill_once(s3, holds):
    """SIGKILL as soon as it holds, and a start again a second later."""
    while not holds():
        time.sleep(0.02)
    s3.kill()
    time.sleep(1)
    s3.start()


def test_the_champion_and_its_decision_can_be_read_from_the_bucket(platform):
    """A person with only a bucket browser can follow the day; the card there is the one in the Dagster UI."""
    platform.set(MOVIE_COMMIT="0123abc")
    result = platform.run(DAYS[0])
    assert result.success, failures(result)

    choice = json.loads(folder_files(platform.bucket, f"synthetic/best_model/{DAYS[0]}")[CHOICE])

    assert choice["promoted"]
    assert "first champion" in choice["decision"]["reason"]
    assert platform.bucket.exists(f"synthetic/bundles/{choice['champion']}/manifest.json")
    bundle = load_bundle(platform.bucket, "synthetic", choice["champion"])
    assert bundle.card.backtest.test_films > 0
    assert bundle.card.commit == "0123abc"
    page = platform.bucket.get(f"synthetic/bundles/{bundle.id}/card.md").decode()
    assert page == metadata_of(result, "best_model")[DAYS[0]]["card"].value
    assert f"released before {bundle.card.backtest.cut}" in page
