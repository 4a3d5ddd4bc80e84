"""The built Bento as a real service; its routes in detail: tests/unit/bento_service/test_guard.py."""

import pickle
import shutil

import httpx
import pytest

from movie_assets.prediction.golden import GOLDEN_MOVIES
from movie_assets.release.bento_build import BuildError, build_bento
from movie_assets.serving_host.service_client import ServiceClient
from tests.support.bentos import PROJECT, a_bento, a_bundle, model_folder, serving, unpacked
from tests.support.builders import a_movie
from tests.support.served import Exploding

BUNDLE = a_bundle()


@pytest.fixture(scope="module")
def bento(tmp_path_factory):
    return a_bento(BUNDLE, tmp_path_factory.mktemp("bento") / "work")


@pytest.fixture(scope="module")
def served(bento, tmp_path_factory):
    """The Bento's address, and the file its output goes to."""
    folder = tmp_path_factory.mktemp("served")
    with serving(unpacked(bento, folder / "bento"), log=folder / "log", ready="/readyz") as url:
        yield url, folder / "log"


@pytest.fixture(scope="module")
def client(served):
    with httpx.Client(base_url=served[0], timeout=10, trust_env=False) as client:
        yield client


def film():
    return a_movie().model_dump(mode="json")


def test_answers_are_those_of_the_bundle_in_process(client):
    """Over HTTP nothing is lost or added: ratings, moods, reasons, features and warnings are the same."""
    for movie, expected in zip(GOLDEN_MOVIES, BUNDLE.predict(GOLDEN_MOVIES), strict=True):
        answer = client.post("/predict", json=movie.model_dump(mode="json")).json()

        assert answer["predicted_rating"] == pytest.approx(expected.predicted_rating, abs=1e-6)
        assert answer["base_value"] == pytest.approx(expected.base_value, abs=1e-6)
        assert answer["contributions"] == pytest.approx(expected.contributions, abs=1e-6)
        for name in ("interval", "mood", "features", "what_if", "warnings"):
            assert answer[name] == expected.model_dump(mode="json")[name]


def test_answers_name_the_bento(client, bento):
    """Its tag begins with the bundle's id."""
    answers = client.post("/predict", json=film()).json(), client.get("/describe").json()

    assert bento.tag.startswith(f"movie_rating:{BUNDLE.id[:12]}-")
    assert [answer["bento_tag"] for answer in answers] == [bento.tag] * 2


def test_the_golden_examples_come_out_right_over_http(served):
    """What the release agent asks after a switch holds for a good service."""
    ServiceClient(served[0]).check_golden_examples(BUNDLE.golden)


@pytest.fixture
def tampered(bento, tmp_path):
    """An unpacked Bento whose estimator was exchanged, with a pickle laid where BentoML keeps its objects."""
    folder = unpacked(bento, tmp_path / "tampered")
    files = model_folder(folder)
    (files / "model.onnx").write_bytes(a_bundle(bias=9.0).model)
    (files / "custom_objects.pkl").write_bytes(pickle.dumps(Exploding(tmp_path / "opened")))
    return folder


def test_a_tampered_bundle_is_not_served(tampered, tmp_path):
    """The process stays up, is not ready, says why in answers and log, and opens no pickle."""
    with serving(tampered, log=tmp_path / "log", ready="/livez") as url:
        refused = [
            httpx.get(f"{url}/readyz", timeout=10),
            httpx.get(f"{url}/describe", timeout=10),
            httpx.post(f"{url}/predict", json=film(), timeout=10),
        ]

    assert [answer.status_code for answer in refused] == [503] * 3
    errors = [answer.json()["error"] for answer in refused]
    assert {error["code"] for error in errors} == {"not_ready"}
    assert all(f"model.onnx of bundle {BUNDLE.id} was changed" in error["message"] for error in errors)
    assert "was changed" in (tmp_path / "log").read_text()
    assert not (tmp_path / "opened").exists()


def test_sources_that_do_not_import_are_told(tmp_path):
    """A Bento that could not start is not built; the error ends with what Python said."""
    project = tmp_path / "project"
    for part in ("bento_service", "movie_assets", "bentofile.yaml"):
        copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy
        project.mkdir(exist_ok=True)
        copy(PROJECT / part, project / part)
    (project / "movie_assets" / "prediction" / "golden.py").write_text("import a_library_nobody_has\n")
    (tmp_path / "work").mkdir()

    with pytest.raises(BuildError, match="a_library_nobody_has"):
        build_bento(BUNDLE, project=project, workdir=tmp_path / "work")


def test_a_wrong_project_folder_is_named(tmp_path):
    """The error says what is looked for, and where."""
    with pytest.raises(BuildError, match=r"lacks .*bentofile\.yaml"):
        build_bento(BUNDLE, project=tmp_path, workdir=tmp_path / "work")
