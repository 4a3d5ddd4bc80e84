"""The reference names everything there is, and no link leads nowhere."""

import re
from collections.abc import Iterable
from pathlib import Path

import dagster as dg
import pytest
from pydantic import BaseModel

from bento_service.answers import RatingAnswer, Status
from bento_service.api import Api
from bento_service.settings import Settings as ApiSettings
from local_stack.settings import HouseSettings
from movie_assets.definitions import build_definitions
from movie_assets.prediction.answer import PredictionWarning
from movie_assets.prediction.movie import Movie
from movie_assets.settings import Settings, variable_names
from streamlit_ui.settings import Settings as PageSettings

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
EXAMPLE = ROOT / ".env.example"
COMPOSE = sorted((ROOT / "docker").glob("compose*.yaml"))
UNSET = "–"


def prefixed(settings: type[BaseModel]) -> dict[str, str]:
    """Field -> variable, where every variable has our prefix."""
    return {name: f"MOVIE_{name.upper()}" for name in settings.model_fields}


SETTINGS = [
    (Settings, variable_names()),
    (HouseSettings, prefixed(HouseSettings)),
    (ApiSettings, prefixed(ApiSettings)),
    (PageSettings, prefixed(PageSettings)),
]


def composed() -> dict[str, str]:
    """The variables that compose files put in, with the default they have there."""
    return dict(re.findall(r"\$\{(\w+):-([^}]*)\}", "".join(path.read_text() for path in COMPOSE)))


def variables() -> set[str]:
    """Every variable that the platform, the house, the page or a compose file reads."""
    return {name for _, names in SETTINGS for name in names.values()} | set(composed())


def example() -> list[tuple[str, str]]:
    """The variables of .env.example with their values, one for each line that has one."""
    return re.findall(r"^#([A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), flags=re.MULTILINE)


def reference() -> str:
    """All pages of the reference."""
    return "\n".join(path.read_text() for path in sorted(REFERENCE.glob("*.md")))


def unnamed(names: Iterable[str]) -> str:
    """Those that no page of the reference names as code; empty when there is none."""
    words = set(re.findall(r"[\w.-]+", " ".join(re.findall(r"`([^`\n]+)`", reference()))))
    return ", ".join(sorted(name for name in set(names) if name not in words))


def test_every_variable_stands_in_the_example_once():
    """Nothing is missing, nothing is written twice, and nothing is there that nobody reads."""
    names = [name for name, _ in example()]

    assert ", ".join(sorted(variables().symmetric_difference(names))) == ""
    assert len(names) == len(set(names))


def test_the_example_has_the_defaults(monkeypatch):
    """Taking the # off every line changes nothing."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    plain = [settings() for settings, _ in SETTINGS]
    for name, value in example():
        monkeypatch.setenv(name, value)

    assert [settings() for settings, _ in SETTINGS] == plain
    assert {name: value for name, value in example() if name in composed()} == composed()


def test_no_line_of_the_example_is_in_force():
    """Copied as it is, it changes nothing: what is unset there would hide what a part is given."""
    assert [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#")] == []


def test_the_page_of_settings_has_every_variable_with_its_default():
    """The table and the example say the same."""
    page = (REFERENCE / "settings.md").read_text()
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| `?([^`|]+?)`? \| \S.* \|$", page, flags=re.MULTILINE)

    assert rows == [(name, value or UNSET) for name, value in example()]


def test_every_make_target_is_in_the_reference():
    """What `make` lists is explained."""
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)

    assert unnamed(targets) == ""
    assert "demo" in targets


def test_every_asset_check_job_sensor_and_schedule_is_in_the_reference():
    """What a person meets in the Dagster UI is explained."""
    definitions = build_definitions(Settings())
    graph = definitions.resolve_asset_graph()
    repository = definitions.get_repository_def()
    names = [
        *(key.to_user_string() for key in graph.get_all_asset_keys()),
        *(key.name for key in graph.asset_check_keys),
        *(job for job in repository.job_names if not job.startswith("__")),
        *(sensor.name for sensor in repository.sensor_defs),
        *(schedule.name for schedule in repository.schedule_defs),
    ]

    assert unnamed(names) == ""
    assert dg.AssetKey("raw_tmdb") in graph.get_all_asset_keys()


def test_every_field_and_route_of_the_service_is_in_the_reference():
    """What an app developer sends, gets and may ask is explained."""
    routes = [path.strip("/") for path in Api(lambda: None, ApiSettings()).routes if path != "/"]
    answers = [RatingAnswer, PredictionWarning, Status]

    assert unnamed([*routes, *Movie.model_fields, *(name for model in answers for name in model.model_fields)]) == ""
    assert {"predict", "describe"} <= set(routes)


def pages():
    """The front door and every page behind it."""
    return [ROOT / "README.md", *sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", sorted(set(pages())), ids=lambda page: str(page.relative_to(ROOT)))
def test_local_links_lead_somewhere(page):
    """To a file that is there, and to a heading that is on it."""
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", text)

    broken = [link for link in links if not leads_somewhere(page, link)]

    assert ", ".join(broken) == ""


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether a link of a page ends at a file, and at a heading where it names one."""
    place, _, heading = link.partition("#")
    target = (page.parent / place) if place else page
    if not target.exists():
        return False
    return not heading or heading in headings(target)


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as web pages of repositories make them."""
    found = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}
