"""One name for one thing: no public class or module stands for two, and no retired name comes back."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from bento_service import metrics
from movie_assets.definitions import build_definitions
from movie_assets.settings import Settings

PACKAGES = ("movie_assets", "film_files", "bento_service", "streamlit_ui", "local_stack")
MIRRORS = {  # declare what another process sends: the same thing under its name, which tests compare
    "bento_service/serving_status.py",
    "streamlit_ui/contract.py",
}
SAME_SUBJECT = {"__init__", "source", "settings", "errors", "client", "served_predictions", "answer"}
ANSWERING = {"mend", "look_for_newest_day", "commands", "orphans"}  # old names that name the new one for one version
RETIRED = re.findall(
    r"\S+",
    """
    tmdb_client tmdb_export tmdb_key tmdb_lists tmdb_pace tmdb_patience tmdb_record dump_fields dump_files
    synthetic_film synthetic_text synthetic_truth catalogue_files validation comparison progress trial_memory order
    old_layout releases windows likeness words companion encoding deployment neighbours shelf smoke served commands
    day_warnings unchecked orphans releasing tongue sheet memory states house legs ending asking encoded questions

    Patience Pace PassingFaultError Progress BucketProgress TrialMemory Shelf ShelfError Neighbours Starter SmokeError
    Presence House HouseError HouseSettings Legs Places Said Trouble Wishes Tongue RatedSheet Unreadable Companion
    FittedCompanion OldLayout Likeness WordScore Asking Answered KeptDay KeptTrial Question Part

    passing_fault recall remember forget forget_progress turn hold hold_day out_of_order mended days_to_mend who_answers
    converge_for_ever ship_for_ever running_house end_houses parts_of refuse_dead_parts report_orphans fit_companion
    old_layout_of write_old_layout old_layout_folder bare_matrix give_up never put_the_previous_bundle_in_service
    let_releases_through_again daily_look_schedule unchecked_days_sensor look_for_newest_day mend
    """,
)


def modules() -> dict[str, ast.Module]:
    """Every module of the source by its path."""
    paths = [path for package in PACKAGES for path in Path(package).rglob("*.py")]
    return {path.as_posix(): ast.parse(path.read_text()) for path in sorted(paths)}


def public_names() -> set[str]:
    """Every public identifier that a reader or a user meets."""
    names = {part for path in modules() for part in Path(path).with_suffix("").parts}
    nodes = (node for tree in modules().values() for node in ast.walk(tree))
    names |= {node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)}
    repository = build_definitions(Settings()).get_repository_def()
    names |= {key.to_user_string() for key in repository.asset_graph.get_all_asset_keys()}
    names |= {key.name for key in repository.asset_graph.asset_check_keys}
    names |= {name for job in repository.get_all_jobs() for name in (job.name, *(node.name for node in job.nodes))}
    names |= {one.name for one in (*repository.sensor_defs, *repository.schedule_defs)}
    names |= set(re.findall(r'"(movie_rating_\w+)"', Path(metrics.__file__).read_text()))
    names |= {name.lower() for name in re.findall(r"MOVIE_\w+", Path(".env.example").read_text())}
    names |= set(re.findall(r"^([a-z-]+):", Path("Makefile").read_text(), flags=re.MULTILINE))
    return names


def several(places: dict[str, list[str]]) -> dict[str, list[str]]:
    """The names that are in more than one place."""
    return {name: found for name, found in places.items() if len(found) > 1}


def test_no_public_class_stands_for_two_things():
    """A reader who searches for it finds one."""
    places = defaultdict(list)
    for path, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and path not in MIRRORS:
                places[node.name].append(path)

    assert several(places) == {}


def test_no_module_stands_for_two_things():
    """A module's name says its subject; the exceptions are the same subject in several packages."""
    places = defaultdict(list)
    for path in modules():
        places[Path(path).stem].append(path)

    assert several({name: found for name, found in places.items() if name not in SAME_SUBJECT}) == {}


def test_no_retired_name_comes_back():
    """Whole identifiers: words in sentences are free."""
    assert sorted(public_names() & set(RETIRED) - ANSWERING) == []
    assert {"cleaned_movies", "deploy", "movie_rating_requests", "backfill"} <= public_names()
