"""The bundle: one immutable whole, refused when it is not itself."""

import dataclasses
import hashlib
import json
from importlib.metadata import version

import pytest

from movie_assets.prediction.bundle import TOLERANCE, ModelBundle
from movie_assets.prediction.bundle_files import FORMAT, GOLDEN, MANIFEST, MODEL, SPEC, BundleError, files_of
from movie_assets.prediction.interval import Interval
from tests.support.bentos import a_bundle, a_card, a_legacy_model, a_model
from tests.support.builders import a_movie

PARTS = ["model.onnx", "encoders.json", "spec.json", "golden.json"]

OF_THE_FIRST_CARDS = (
    *("source", "day", "family", "parameters", "window", "metrics", "decision", "provisional", "versions", "seed"),
    "known",
)


@pytest.fixture(scope="module")
def with_legacy_model(bundle):
    """The same bundle as it is after its promotion."""
    return dataclasses.replace(bundle, legacy_model=a_legacy_model())


def vouched(files, *, made_with=FORMAT.number, names=PARTS):
    """Files with a manifest that fits them, as a forger or another version would write it, and their id."""
    manifest = {"format": made_with, "sha256": {name: hashlib.sha256(files[name]).hexdigest() for name in names}}
    content = json.dumps(manifest).encode()
    return {**files, MANIFEST: content}, hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("which", ["bundle", "with_interval"])
def test_a_bundle_comes_back_from_its_files(which, request):
    """What was written is what is loaded: the same id, spec and card, the same answer."""
    bundle = request.getfixturevalue(which)

    loaded = ModelBundle.from_files(bundle.files, expected_id=bundle.id)

    assert loaded == bundle
    assert (loaded.id, loaded.spec, loaded.card) == (bundle.id, bundle.spec, bundle.card)
    assert loaded.predict([a_movie()]) == bundle.predict([a_movie()])


def test_a_legacy_model_is_a_part_of_the_bundle(bundle, with_legacy_model):
    """Covered by the id, it comes back with the rest and answers as before; changed, the bundle is refused."""
    loaded = ModelBundle.from_files(with_legacy_model.files, expected_id=with_legacy_model.id)

    assert with_legacy_model.id != bundle.id
    assert loaded.legacy_model.predict(100, 1, 0, 0.2, 300) == with_legacy_model.legacy_model.predict(
        100, 1, 0, 0.2, 300
    )
    for name in ("companion.json", "companion.onnx"):
        changed = {**with_legacy_model.files, name: with_legacy_model.files[name] + b" "}
        with pytest.raises(BundleError, match=f"{name} of bundle {with_legacy_model.id} was changed"):
            ModelBundle.from_files(changed, expected_id=with_legacy_model.id)
        lacking = {other: content for other, content in with_legacy_model.files.items() if other != name}
        with pytest.raises(BundleError, match=f"lacks {name}"):
            ModelBundle.from_files(lacking, expected_id=with_legacy_model.id)


def test_the_same_parts_make_the_same_bundle(bundle):
    """The id is of the content, not of the time or the machine it was made at; bundles of one id are equal."""
    assert a_bundle().id == bundle.id
    assert a_bundle() == bundle
    assert a_bundle(bias=5.0) != bundle
    assert len(bundle.id) == 64


def test_every_digested_part_is_in_the_id(bundle):
    """Another estimator, encoders, spec, golden examples or interval: another bundle."""
    specs = [{"feature_set": "full"}, *({"interval": Interval(low=-1, high=1, floor=floor)} for floor in (0.2, 0.3))]
    others = [
        dataclasses.replace(bundle, model=a_model(bias=5.0)),
        dataclasses.replace(bundle, model=a_model(bias=6.0, error_scale=1.0)),
        dataclasses.replace(bundle, encoders=a_bundle(median=99.0).encoders),
        *(dataclasses.replace(bundle, spec=bundle.spec.model_copy(update=update)) for update in specs),
        dataclasses.replace(bundle, golden=bundle.golden[:1]),
    ]

    assert len({bundle.id, *(other.id for other in others)}) == len(others) + 1


def test_the_card_stands_outside_the_id(bundle):
    """Figures, timings and sentences may be written anew; the bundle stays the same, and loads without a card too."""
    bare = dataclasses.replace(bundle, card=None)

    assert dataclasses.replace(bundle, card=a_card(decision="Otherwise.")).id == bare.id == bundle.id
    assert ModelBundle.from_files(bare.files, expected_id=bundle.id).card is None


def test_a_card_of_an_earlier_version_is_read(bundle):
    """It lacks what came later: those figures are empty, and the bundle is the same."""
    first = {name: value for name, value in json.loads(bundle.files["card.json"]).items() if name in OF_THE_FIRST_CARDS}
    content = json.dumps(first).encode()

    loaded = ModelBundle.from_files({**bundle.files, "card.json": content}, expected_id=bundle.id)

    assert loaded.card.decision == bundle.card.decision
    assert (loaded.card.coverage, loaded.card.backtest, loaded.card.commit) == ([], None, None)


def test_nothing_in_a_bundle_is_executable(with_interval):
    """A graph and JSON, no pickle among them."""
    assert set(with_interval.files) == {*PARTS, "card.json", "manifest.json"}
    for name, content in with_interval.files.items():
        assert not content.startswith(b"\x80"), name
        assert name.endswith(".onnx") or json.loads(content), name


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
    """Both formats are named, and what to do; also where the other format has fewer files."""
    earlier = [name for name in PARTS if name != SPEC]
    files, bundle_id = vouched(bundle.files, made_with=1, names=earlier)
    del files[SPEC]

    with pytest.raises(BundleError, match=rf"made with format 1, this process has {FORMAT.number}\. .*retrain"):
        ModelBundle.from_files(files, expected_id=bundle_id)


def test_a_manifest_that_names_a_foreign_file_is_refused(bundle):
    """A bundle is made of known files; a reader fetches no other."""
    files, bundle_id = vouched({**bundle.files, "hook.py": b"print()"}, names=[*PARTS, "hook.py"])

    with pytest.raises(BundleError, match=rf"{bundle_id} names a file that no bundle has: hook\.py"):
        ModelBundle.from_files(files, expected_id=bundle_id)


@pytest.mark.parametrize("manifest", [b"", b"{}", b"[1]", b'{"format": 2, "sha256": 5}', b"\xff"])
def test_a_manifest_that_is_none_is_refused(manifest):
    """With a sentence, whatever stands in its place."""
    with pytest.raises(BundleError, match=r"manifest\.json of bundle abc cannot be read"):
        files_of(manifest, "abc")


@pytest.mark.parametrize(
    ("part", "changes", "message"),
    [
        ("requires", {"textblob": "0.1"}, f"made with textblob 0.1, this process has {version('textblob')}"),
        ("requires", {"onnxruntime": "0.1"}, r"made with onnxruntime 0.1, this process has \d+\.\d+\. "),
        ("requires", {"oracle": "3"}, "made with oracle 3, this process has None"),
        ("features", {"budget": ["budget"]}, r"wants the features budget; this process makes .*overview_len"),
    ],
)
def test_a_bundle_of_other_versions_is_refused(bundle, part, changes, message):
    """A library whose version changes a number, one that this process cannot judge, a feature that is not made here."""
    spec = json.loads(bundle.files[SPEC])
    files, bundle_id = vouched({**bundle.files, SPEC: json.dumps(spec | {part: spec[part] | changes}).encode()})

    with pytest.raises(BundleError, match=message):
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
    files, bundle_id = vouched({**bundle.files, MODEL: a_model(bias=6.5)})
    changed = ModelBundle.from_files(files, expected_id=bundle_id)
    movie, was = (json.loads(bundle.files[GOLDEN])[0][part] for part in ("movie", "predicted_rating"))
    now = changed.predict([a_movie(**movie)])[0].predicted_rating

    assert now - was == pytest.approx(0.5, abs=0.01)
    with pytest.raises(BundleError, match=f"gives {now:.6f} .* was {was:.6f}"):
        changed.verify()


def test_a_golden_example_may_differ_a_little_between_processors(bundle):
    """By TOLERANCE, and no more."""

    def with_golden_off_by(difference):
        golden = [
            {**example, "predicted_rating": example["predicted_rating"] + difference} for example in bundle.golden
        ]
        return dataclasses.replace(bundle, golden=golden)

    with_golden_off_by(TOLERANCE / 2).verify()
    with pytest.raises(BundleError, match="not the same model here"):
        with_golden_off_by(TOLERANCE * 2).verify()
