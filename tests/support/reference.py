"""Writes .env.example, the page of settings, the table of columns and the vocabulary from what declares them.

`make reference` runs it; how the vocabulary is made: vocabulary.py.

A class of settings is a section of both; its first line is the title, what follows the introduction on the page.
Only the variables of compose files, which no class reads, are described here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import getdoc
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from bento_service.settings import ServiceSettings
from local_stack.settings import StackSettings
from movie_assets.catalogue.columns import CLEANED_MOVIES
from movie_assets.prediction.vocabulary import TABLES
from movie_assets.settings import Settings
from streamlit_ui.settings import PageSettings
from tests.support.vocabulary import vocabulary

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
PAGE = ROOT / "docs" / "reference" / "settings.md"
ASSETS = ROOT / "docs" / "reference" / "assets.md"
CLASSES: tuple[type[BaseSettings], ...] = (Settings, ServiceSettings, PageSettings, StackSettings)

EXAMPLE_HEAD = """\
# Every variable the project reads, with its default. Copy this file, and take the # off what you change.
# make reads no file: `set -a; . ./.env; set +a` hands it on.
# Compose reads docker/.env. More: docs/reference/settings.md
"""
PAGE_HEAD = """\
# Settings

Every variable the project reads, with its default; `–` means that it is unset.
`.env.example` has them as a file to start from; `make reference` writes both from the classes that declare them.
An empty variable counts as unset, and a wrong value stops the start with a sentence that names it.
Ours begin with `MOVIE_`; those that other programs read as well keep the name they have.
"""
COLUMNS = "Columns of `movies.parquet`:"  # a table follows
CONTAINERS = {
    "S3_ACCESS_KEY": "Access key of the platform.",
    "S3_SECRET_KEY": "Secret key of the platform.",
    "S3_SERVING_ACCESS_KEY": "Access key of the serving host, which may read Bentos and write only the release record "
    "and what it has served.",
    "S3_SERVING_SECRET_KEY": "Secret key of the serving host.",
    "POSTGRES_PASSWORD": "Password of Dagster's storage.",
    "SEAWEEDFS_TAG": "Tag of the image of the S3 server.",
}


@dataclass(frozen=True)
class Variable:
    """One variable of the environment."""

    name: str
    default: str  # empty: unset
    meaning: str  # Markdown


@dataclass(frozen=True)
class Section:
    """Variables that belong together."""

    title: str
    introduction: str
    variables: list[Variable]


def composed() -> dict[str, str]:
    """The variables that compose files put in, with the default they have there."""
    files = sorted((ROOT / "docker").glob("compose*.yaml"))
    return dict(re.findall(r"\$\{(\w+):-([^}]*)\}", "".join(path.read_text() for path in files)))


def sections() -> Iterator[Section]:
    """What there is to set, a section for each class with fields of its own, and one for the containers."""
    for settings in CLASSES:
        for declaring in settings.__mro__:
            own = _own_fields(declaring)
            if own and (settings is Settings or not issubclass(Settings, declaring)):
                title, _, introduction = (getdoc(declaring) or "").partition("\n")
                variables = [_variable(name, settings.model_fields[name]) for name in own]
                yield Section(title.removesuffix("."), _sentences(introduction), variables)
    defaults = composed()
    yield Section(
        "The stack in containers",
        "Read by `docker/compose.yaml` besides those above.\nThe keys work inside its private networks only.",
        [Variable(name, defaults[name], meaning) for name, meaning in CONTAINERS.items()],
    )


def _own_fields(declaring: type) -> list[str]:
    """The names of the fields that a class adds to those of its bases, in their order."""
    inherited = {name for base in declaring.__bases__ for name in getattr(base, "model_fields", {})}
    return [name for name in getattr(declaring, "model_fields", {}) if name not in inherited]


def example() -> str:
    """The text of .env.example."""
    blocks = [EXAMPLE_HEAD]
    for section in sections():
        lines = [f"# --- {section.title}"]
        for one in section.variables:
            lines += [f"# {_plain(one.meaning)}", f"#{one.name}={one.default}"]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def page() -> str:
    """The text of the page of settings."""
    blocks = [PAGE_HEAD]
    for section in sections():
        rows = [
            f"| `{one.name}` | {f'`{one.default}`' if one.default else '–'} | {one.meaning} |"
            for one in section.variables
        ]
        table = "\n".join(["| variable | default | meaning |", "| --- | --- | --- |", *rows])
        blocks.append("\n\n".join(filter(None, [f"## {section.title}", section.introduction, table])) + "\n")
    return "\n".join(blocks)


def assets() -> str:
    """The text of the page of assets, with the columns of cleaned_movies as they are declared."""
    rows = [
        f"| `{column.name}` | {column.type}{f', {column.bounds}' if column.bounds else ''} | {column.description} |"
        for column in CLEANED_MOVIES
    ]
    table = "\n".join(["| column | type | meaning |", "| --- | --- | --- |", *rows])
    before, _, rest = ASSETS.read_text().partition(COLUMNS)
    _, _, after = rest.partition("|\n\n")
    return "\n\n".join([f"{before}{COLUMNS}", table, after])


def _variable(name: str, declared: FieldInfo) -> Variable:
    return Variable(
        Settings.variables().get(name, f"MOVIE_{name.upper()}"),
        _written(declared.default),
        " ".join((declared.description or "").split()),
    )


def _written(default: Any) -> str:
    """A default as a line of the environment has it."""
    if isinstance(default, bool):
        return str(default).lower()
    if default is None or default == () or isinstance(default, SecretStr):
        return ""
    return str(default).removesuffix(".0").removesuffix("/")


def _sentences(text: str) -> str:
    """One sentence a line."""
    return re.sub(r"\. (?=[A-Z`])", ".\n", " ".join(text.split()))


def _plain(markdown: str) -> str:
    """Without the marks of links and code."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown).replace("`", "")


if __name__ == "__main__":
    EXAMPLE.write_text(example())
    PAGE.write_text(page())
    ASSETS.write_text(assets())
    TABLES.write_text(vocabulary(), encoding="utf-8")
