"""The bundle: one immutable whole, refused when it is not itself."""

import dataclasses
import hashlib
import json

import numpy as np
import pytest

from movie_assets.prediction.bundle import GOLDEN, MANIFEST, MODEL, SPEC, BundleError, ModelBundle
from movie_assets.prediction.features import FEATURES
from tests.support.bentos import a_bundle, a_card, a_linear_estimator
from tests.support.builders import a_movie

PARTS = ["model.onnx", "encoders.json", "spec.json", "golden.json"]
KOREAN = "은퇴한 형사가 마지막 사건을 해결하기 위해 조용한 마을로 돌아온다."


@pytest.fixture(scope="module")
def bundle():
    return a_bundle()


def vouched(files):
    """Files with a manifest that fits them, as a forger or another version would write it, and their id."""
    manifest = {"format": 1, "sha256": {name: hashlib.sha256(files[name]).hexdigest() for name in PARTS}}
    content = json.dumps(manifest).encode()
    return {**files, MANIFEST: content}, hashlib.sha256(content).hexdigest()


def with_spec(bundle, **said):
    """The bundle's files and id with another spec."""
    spec = json.loads(bundle.files[SPEC]) | said
    return vouched({**bundle.files, SPEC: json.dumps(spec).encode()})


def test_a_bundle_comes_back_from_its_files(bundle):
    """What was written is what is loaded: the same id, the same card, the same answer."""
    loaded = ModelBundle.from_files(bundle.files, expected_id=bundle.id)

    assert loaded == bundle
    assert loaded.id == bundle.id
    assert loaded.card == bundle.card
    assert loaded.predict([a_movie()]) == bundle.predict([a_movie()])


def test_the_same_parts_make_the_same_bundle(bundle):
    """The id is of the content, not of the time or the machine it was made at."""
    assert a_bundle().id == bundle.id
    assert len(bundle.id) == 64


def test_every_digested_part_is_in_the_id(bundle):
    """Another estimator, other encoders, another spec or other golden examples: another bundle."""
    others = [
        dataclasses.replace(bundle, model=a_linear_estimator(bias=5.0)),
        dataclasses.replace(bundle, encoders=bundle.encoders.model_copy(update={"medians": {"runtime": 1.0}})),
        dataclasses.replace(bundle, spec={**bundle.spec, "format": 2}),
        dataclasses.replace(bundle, golden=bundle.golden[:1]),
    ]

    assert len({bundle.id, *(other.id for other in others)}) == 5


def test_the_card_stands_outside_the_id(bundle):
    """Figures, timings and sentences may be written anew; the bundle stays the same."""
    assert dataclasses.replace(bundle, card=a_card(decision="Otherwise.")).id == bundle.id
    assert dataclasses.replace(bundle, card=None).id == bundle.id


def test_a_bundle_without_a_card_loads(bundle):
    """The card says something of the bundle; no prediction needs it."""
    bare = dataclasses.replace(bundle, card=None)

    assert ModelBundle.from_files(bare.files, expected_id=bundle.id).card is None


def test_nothing_in_a_bundle_is_executable(bundle):
    """An estimator in a portable format and JSON, no pickle among them."""
    assert sorted(bundle.files) == [
        "card.json",
        "encoders.json",
        "golden.json",
        "manifest.json",
        "model.onnx",
        "spec.json",
    ]
    for name, content in bundle.files.items():
        assert not content.startswith(b"\x80"), name
        assert name == MODEL or json.loads(content), name


@pytest.mark.parametrize("name", PARTS)
def test_a_changed_file_is_named(bundle, name):
    """One byte more in any part, and the bundle is refused with both digests."""
    changed = {**bundle.files, name: bundle.files[name] + b" "}
    actual = hashlib.sha256(changed[name]).hexdigest()

    with pytest.raises(BundleError, match=f"{name} of bundle {bundle.id} was changed: SHA-256 {actual}, not "):
        ModelBundle.from_files(changed, expected_id=bundle.id)


@pytest.mark.parametrize("name", [MANIFEST, *PARTS])
def test_a_missing_file_is_named(bundle, name):
    """The sentence says which file is not there."""
    rest = {other: content for other, content in bundle.files.items() if other != name}

    with pytest.raises(BundleError, match=f"{bundle.id} lacks {name}"):
        ModelBundle.from_files(rest, expected_id=bundle.id)


def test_another_bundle_than_asked_for_is_refused(bundle):
    """Whole files under the wrong id are the wrong bundle."""
    other = a_bundle(bias=1.0)

    with pytest.raises(BundleError, match=f"Asked for bundle {bundle.id}, but .* that of {other.id}"):
        ModelBundle.from_files(other.files, expected_id=bundle.id)


def test_a_bundle_of_another_format_is_refused(bundle):
    """Both formats are named, and what to do."""
    files, bundle_id = with_spec(bundle, format=0)

    with pytest.raises(BundleError, match=r"made with format 0, this process has 1\. .*retrain"):
        ModelBundle.from_files(files, expected_id=bundle_id)


@pytest.mark.parametrize("library", ["textblob", "onnxruntime"])
def test_a_bundle_of_other_versions_is_refused(bundle, library):
    """A library whose version changes a number is named with both versions."""
    here = bundle.spec["requires"][library]
    files, bundle_id = with_spec(bundle, requires={**bundle.spec["requires"], library: "0.1"})

    with pytest.raises(BundleError, match=f"made with {library} 0.1, this process has {here}"):
        ModelBundle.from_files(files, expected_id=bundle_id)


def test_a_bundle_that_needs_an_unknown_library_is_refused(bundle):
    """A requirement this process cannot judge is not met."""
    files, bundle_id = with_spec(bundle, requires={**bundle.spec["requires"], "oracle": "3"})

    with pytest.raises(BundleError, match="made with oracle 3, this process has None"):
        ModelBundle.from_files(files, expected_id=bundle_id)


def test_a_bundle_of_other_features_is_refused(bundle):
    """An estimator that wants other columns than are made here is named with both lists."""
    files, bundle_id = with_spec(bundle, features=[*bundle.spec["features"], {"name": "year", "kind": "number"}])

    with pytest.raises(BundleError, match=r"overview_len, year.* this process makes .*overview_len"):
        ModelBundle.from_files(files, expected_id=bundle_id)


def test_an_unreadable_card_is_named(bundle):
    """The card is outside the id, so it is looked at when it is read."""
    with pytest.raises(BundleError, match=rf"card\.json of bundle {bundle.id} cannot be read"):
        ModelBundle.from_files({**bundle.files, "card.json": b'{"day": 1}'}, expected_id=bundle.id)


def test_the_golden_examples_come_out_right(bundle):
    """A bundle repeats what it answered when it was made, each path of a prediction among them."""
    bundle.verify()

    codes = {
        warning.code
        for answer in bundle.predict([a_movie(**example["movie"]) for example in bundle.golden])
        for warning in answer.warnings
    }
    assert len(bundle.golden) == 5
    assert codes >= {"unknown_main_genre", "unknown_original_language"}


def test_another_estimator_does_not_pass_for_this_one(bundle):
    """The golden examples tell a changed estimator, with both answers."""
    files, bundle_id = vouched({**bundle.files, MODEL: a_linear_estimator(bias=6.5)})
    changed = ModelBundle.from_files(files, expected_id=bundle_id)
    was = json.loads(bundle.files[GOLDEN])[0]["predicted_rating"]

    with pytest.raises(BundleError, match=f"gives {was + 0.5:.6f} .* was {was:.6f}"):
        changed.verify()


@pytest.mark.parametrize(("bias", "rating"), [(99.0, 10.0), (-99.0, 0.0)])
def test_a_rating_stays_on_the_scale(bias, rating):
    """Whatever an estimator extrapolates, a rating is between 0 and 10."""
    assert a_bundle(bias=bias).predict([a_movie()])[0].predicted_rating == rating


def test_films_are_answered_in_order_and_each_as_if_alone(bundle):
    """A film's rating does not depend on the films asked together with it."""
    films = [a_movie(runtime=80), a_movie(runtime=150), a_movie(overview=None)]

    together = bundle.predict(films)

    assert together == [bundle.predict([film])[0] for film in films]
    assert together[0].predicted_rating < together[1].predicted_rating


def test_no_film_is_no_answer(bundle):
    """Nobody asked, nothing answered."""
    assert bundle.predict([]) == []


def test_a_prediction_and_its_columns_are_one(bundle):
    """Measuring on columns goes the way of the service."""
    answer = bundle.predict([a_movie()])[0]
    columns = {feature.name: [answer.features[feature.name]] for feature in FEATURES}

    np.testing.assert_array_equal(bundle.predict_columns(columns), [answer.predicted_rating])


@pytest.mark.parametrize(
    ("said", "code", "field", "message"),
    [
        ({"genres": ["Slow Television"]}, "unknown_main_genre", "genres", "'Slow Television'"),
        ({"genres": []}, "unknown_main_genre", "genres", "treated as unknown"),
        ({"original_language": "qq"}, "unknown_original_language", "original_language", "'qq'"),
        ({"overview": None}, "no_overview", "overview", "Without a synopsis"),
        ({"overview": "  "}, "no_overview", "overview", "Without a synopsis"),
        ({"overview": KOREAN}, "overview_not_english", "overview", "not in English"),
    ],
)
def test_what_makes_a_prediction_worth_less_is_said(bundle, said, code, field, message):
    """A warning, not an error: with the field it is about."""
    [warning] = bundle.predict([a_movie(**said)])[0].warnings

    assert (warning.code, warning.field) == (code, field)
    assert message in warning.message


def test_a_film_like_those_learnt_from_warns_of_nothing(bundle):
    """Known genre and language, an English synopsis: a mood and no warning."""
    answer = bundle.predict([a_movie()])[0]

    assert answer.warnings == []
    assert answer.mood is not None
    assert answer.mood.label == "dark"
    assert answer.features["main_genre"] == "Drama"


def test_without_a_readable_synopsis_there_is_no_mood(bundle):
    """Not neutral: unknown."""
    assert bundle.predict([a_movie(overview=KOREAN)])[0].mood is None
