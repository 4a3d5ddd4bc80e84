"""The reference names everything there is, and no link leads nowhere."""

import re
import tomllib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import dagster as dg
import pytest

from bento_service.api import Api
from bento_service.responses import PredictionResponse, Status
from bento_service.settings import ServiceSettings
from movie_assets.definitions import build_definitions
from movie_assets.prediction.answer import PredictionWarning
from movie_assets.prediction.movie import Movie
from movie_assets.settings import Settings
from tests.support.reference import (
    ASSETS,
    CLASSES,
    CONTAINERS,
    EXAMPLE,
    PAGE,
    assets,
    composed,
    example,
    page,
    sections,
)

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
VARIABLES = {variable.name: variable.default for section in sections() for variable in section.variables}


def reference() -> str:
    """All pages of the reference."""
    return "\n".join(path.read_text() for path in sorted(REFERENCE.glob("*.md")))


def unnamed(names: Iterable[str]) -> str:
    """Those that no page of the reference names as code; empty when there is none."""
    words = set(re.findall(r"[\w.-]+", " ".join(re.findall(r"`([^`\n]+)`", reference()))))
    return ", ".join(sorted(name for name in set(names) if name not in words))


@pytest.mark.parametrize(
    ("path", "written"), [(EXAMPLE, example), (PAGE, page), (ASSETS, assets)], ids=lambda one: getattr(one, "name", "")
)
def test_what_is_generated_is_what_is_declared(path, written):
    """`make reference` was run after the last change, and nobody wrote by hand."""
    assert path.read_text() == written()


def test_the_example_has_the_defaults(monkeypatch):
    """Taking the # off every line changes nothing, and as it is no line is in force."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    plain = [settings() for settings in CLASSES]
    lines = EXAMPLE.read_text().splitlines()
    for name, value in (line[1:].split("=", 1) for line in lines if re.match("#[A-Z]", line)):
        monkeypatch.setenv(name, value)

    assert [settings() for settings in CLASSES] == plain
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_every_setting_has_a_variable_a_meaning_and_the_default_of_its_compose_file():
    """A field without a text below it, or a variable of a compose file that is not described, is found here."""
    fields = {name for settings in CLASSES for name in settings.model_fields}
    meanings = [variable.meaning for section in sections() for variable in section.variables]

    assert len(VARIABLES) == len(meanings) == len(fields) + len(CONTAINERS)
    assert all(meanings)
    assert {name: VARIABLES.get(name) for name in composed()} == composed()


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
    routes = [route.path.strip("/") for route in Api(lambda: None, ServiceSettings()).routes if route.path != "/"]
    answers = [PredictionResponse, PredictionWarning, Status]

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


def test_the_architecture_page_has_the_tree_the_layers_and_the_line_of_assets_there_are():
    """A package that was added or moved, another order of layers or another line of assets is found here."""
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text()
    tree, layers, line = (block.strip() for block in re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL)[:3])
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    shown = set(re.findall(r"^  ([a-z_]+/|[a-z_]+\.py)", tree, flags=re.MULTILINE))
    packages = {f"{path.parent.name}/" for path in (ROOT / "movie_assets").glob("*/__init__.py")}
    modules = {path.name for path in (ROOT / "movie_assets").glob("*.py") if path.name != "__init__.py"}
    graph = build_definitions(Settings()).resolve_asset_graph()
    assets = [
        name for name in re.findall(r"[a-z_]+", line.splitlines()[0]) if dg.AssetKey(name) in graph.get_all_asset_keys()
    ]

    assert shown == packages | modules
    assert layers.splitlines() == contract["layers"]
    assert all(dg.AssetKey(above) in graph.get(dg.AssetKey(below)).parent_keys for above, below in pairwise(assets))
    assert len(assets) == 6
