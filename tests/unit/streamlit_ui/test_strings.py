"""Every sentence and name of the page exists in both languages."""

import importlib
import pkgutil
import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from movie_assets.prediction.features import FEATURES, FeatureSet
from movie_assets.prediction.movie import Movie
from movie_assets.release import record
from movie_assets.training.candidates import CANDIDATES
from streamlit_ui import names, views
from streamlit_ui.contract import Film
from streamlit_ui.localizer import Localizer, Sentence, language_of
from streamlit_ui.views import answer as answer_words
from streamlit_ui.views import frame as frame_words
from streamlit_ui.views import model_card as record_words

DOCS = Path(__file__).parents[3] / "docs"


def sentences_of(module):
    """Name and sentence of every sentence of a module."""
    for name, value in vars(module).items():
        if isinstance(value, Sentence):
            yield f"{name}", value
        elif isinstance(value, dict) and not name.startswith("_"):
            yield from ((f"{name}.{key}", entry) for key, entry in value.items() if isinstance(entry, Sentence))


MODULES = [
    importlib.import_module(f"streamlit_ui.views.{found.name}") for found in pkgutil.iter_modules(views.__path__)
]
ALL = [named for module in (*MODULES, names) for named in sentences_of(module)]
# names, and an abbreviation Koreans write in Latin letters
SAME_IN_BOTH = {"SOURCES.tmdb", "GENRES.Science Fiction", "FAMILIES.lightgbm", "FAMILIES.xgboost"}


@pytest.mark.parametrize(("name", "sentence"), ALL, ids=[name for name, _ in ALL])
def test_each_sentence_is_in_both_languages(name, sentence):
    """Both are there, the Korean one is Korean, and both hold the same values."""
    assert sentence.en.strip()
    assert re.search("[가-힣]", sentence.ko) or name in SAME_IN_BOTH
    assert not re.search("[가-힣]", sentence.en)
    assert placeholders(sentence.en) == placeholders(sentence.ko)


def test_every_feature_and_every_field_of_a_film_has_a_name():
    """For the list of what was left out, and for errors."""
    features = {feature.name for feature in FEATURES}

    assert features | set(Movie.model_fields) == set(names.FEATURES)


def test_the_page_can_send_every_field_of_a_film():
    """None is lost on the way from an example to the service."""
    assert set(Film.model_fields) == set(Movie.model_fields)


@pytest.mark.parametrize(
    ("recorded", "names_of"),
    [
        (record.Kind, record_words.KINDS),
        (record.Phase, {"idle", *frame_words.PHASES}),  # without a banner
        (record.RolloutKind, frame_words.TRIALS),
        (FeatureSet, record_words.FEATURE_SETS),
    ],
    ids=["decisions", "phases", "trials", "feature sets"],
)
def test_every_record_of_the_platform_has_a_sentence(recorded, names_of):
    """And no other has one."""
    assert set(get_args(recorded)) == set(names_of)


def test_every_family_of_models_has_a_name():
    """As the track record calls them."""
    assert {candidate.family for candidate in CANDIDATES} == set(record_words.FAMILIES)


def test_every_warning_has_a_sentence():
    """The codes are those that the service's reference lists."""
    reference = (DOCS / "reference" / "service-api.md").read_text()
    listed = reference.partition("Warnings do not fail a request:")[2].partition("##")[0]

    assert set(re.findall(r"^\| `(\w+)` \|", listed, flags=re.MULTILINE)) == set(answer_words.WARNINGS)


def test_the_genres_of_tmdb_all_have_names():
    """TMDB has nineteen genres of films."""
    assert len(names.GENRES) == 19


def test_an_unknown_name_is_shown_as_it_came():
    """Still readable."""
    assert Localizer("ko").name(names.GENRES, "Mockumentary") == "Mockumentary"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("ko-KR", "ko"), ("ko", "ko"), ("en-GB", "en"), ("fr-FR", "en"), ("kok-IN", "en"), (None, "en")],
)
def test_the_browsers_language_comes_first(locale, language):
    """Korean for Korean browsers, English for everyone else."""
    assert language_of(locale) == language


def placeholders(sentence):
    return sorted(name for _, name, _, _ in Formatter().parse(sentence) if name)
