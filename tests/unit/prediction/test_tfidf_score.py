"""The score of a synopsis by its words: the same number as scikit-learn's."""

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge

from movie_assets.prediction.tfidf_score import WORD, TfidfScore, plain

TEXTS = [
    "A café owner's café, and the café's naïve cat: Amélie and the cat.",
    "Don't look back; don't, don't! They'll find the cat.",
    "THE END of the world, the end, the End.",
    "Ünïcödé naïve façade of the world, 1917 and 2001.",
    "rock'n'roll 'quoted' words' of the 'em world",
    "은퇴한 형사가 the cat 마을로 돌아온다 and back",
    "ﬁne ﬂoor ½ Ⅷ ℌarbour of the world",
]
UNSEEN = [
    *TEXTS,
    "",
    "xyzzy plugh",
    "CAFÉ café cafe\u0301",
    "the the the the cat",
    "İstanbul ıssız ß STRASSE",
    "cat-and-dog/cat_and_dog cat's cats'",
    "\u0301\u0301 the\u00a0world\u2028cat",
]


@pytest.fixture(scope="module")
def both():
    """scikit-learn's pipeline, and our score with its numbers."""
    vectorizer = TfidfVectorizer(preprocessor=plain, token_pattern=WORD, sublinear_tf=True, dtype=np.float64)
    counted = vectorizer.fit_transform(TEXTS)
    ridge = Ridge(alpha=0.5).fit(counted, np.linspace(-1, 1, len(TEXTS)))
    score = TfidfScore(
        words=tuple(vectorizer.get_feature_names_out().tolist()),
        rarities=tuple(vectorizer.idf_.tolist()),
        points=tuple(ridge.coef_.tolist()),
        bias=float(ridge.intercept_),
    )
    return lambda text: float(ridge.predict(vectorizer.transform([text]))[0]), score


@pytest.mark.parametrize("text", UNSEEN)
def test_the_score_is_that_of_scikit_learn(both, text):
    """To a millionth, with accents, apostrophes, repeated and unknown words."""
    theirs, ours = both

    assert ours.of(text) == pytest.approx(theirs(text), abs=1e-6)


@pytest.mark.parametrize("text", ["", "   ", "xyzzy plugh", "a b c"])
def test_without_a_known_word_there_is_only_the_bias(both, text):
    """Nothing is known of such a text but that it is one."""
    _, ours = both

    assert ours.of(text) == ours.bias


def test_texts_differ(both):
    """The comparison above would also hold for a score that is always the same."""
    _, ours = both

    assert np.ptp([ours.of(text) for text in TEXTS]) > 1


def test_accents_and_capitals_are_left_out():
    """As scikit-learn's own `unicode` accents are."""
    assert plain("Amélie CAFÉ ﬁne Ä") == "amelie cafe fine a"
    assert plain("plain text") == "plain text"
