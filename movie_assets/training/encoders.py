"""How each encoding is fitted on the training part, and the matrices of the training films.

Add here how a new kind of encoding (prediction/encodings.py) is fitted. No film may see its own rating on the way:
words are scored out of fold, and a track record counts only films released strictly before.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from movie_assets.prediction.encodings import (
    AnyEncoding,
    AnyOf,
    Number,
    Numbers,
    OneOf,
    ReleaseDay,
    TfidfEncoding,
    TitleFacts,
    TrackRecordEncoding,
    is_missing,
    title_facts,
)
from movie_assets.prediction.features import FEATURES, OPTIONAL, Encoders, Feature, encode, labels
from movie_assets.prediction.missing_facts import ALWAYS_GIVEN
from movie_assets.prediction.tfidf_score import WORD, TfidfScore, plain
from movie_assets.prediction.track_record import TrackRecord
from movie_assets.training.candidates import SUBSAMPLING, lightgbm
from movie_assets.training.split import FOLDS, fold_of
from movie_assets.training.window import FilmSet

MOST_COLUMNS = 30  # of one feature
LEAST_FILMS = 20  # of a name with a column of its own, in a window of thousands
LEAST_FILMS_OF_A_WORD = 4
RARE = 0.005  # share of films at each end of a range that a request is warned beyond
# How often a fact is masked while learning, so that an estimator learns to do without it, and so that it is missing by
# chance and not for the reasons for which sources lack it.
MASKED = {"production_companies": 0.3, "directors": 0.3, "cast": 0.3, "collection": 0.2}
ALL_MASKED = 0.1  # how often every optional fact is, but for the date, for which today's stands in
MASKABLE = tuple(name for name in OPTIONAL if name != "release_date")
HALF_AT = {"title": 0.5, "collection": 0.5, "production_companies": 3.0, "directors": 2.0, "cast": 4.0}
PEOPLE = {"directors", "cast"}
YEARS_OF_AN_ERA = 5
RIDGE = 8.0
EXPECTATION = SUBSAMPLING | {"n_estimators": 200, "learning_rate": 0.06, "num_leaves": 15, "min_child_samples": 40}


@dataclass(frozen=True)
class Encoded:
    """The encoders, and the tf-idf scores of the training films by models that have not seen them."""

    encoders: Encoders
    tfidf_out_of_fold: NDArray[np.float32]

    def matrix(self, train: FilmSet, encoders: Encoders) -> Numbers:
        """The full matrix of the training films, with the encoders of one feature set."""
        unread = {"overview": [None] * len(train)}  # scoring the words takes long, and they are replaced below
        matrix = encode(train.columns | unread, encoders)
        for column, (feature, _) in enumerate(labels(encoders)):
            if feature == "overview":
                matrix[:, column] = self.tfidf_out_of_fold
        return matrix


def masked_matrix(train: FilmSet, encoders: Encoders) -> Numbers:
    """The training films with every fact missing that can be."""
    can_be = [feature.name for feature in FEATURES if feature.fact not in ALWAYS_GIVEN]
    return encode(train.columns | {name: [None] * len(train) for name in can_be}, encoders)


def training_matrix(full: Numbers, masked: Numbers, encoders: Encoders, *, seed: int) -> Numbers:
    """What an estimator learns from: the full matrix with facts masked at random, film by film.

    Single facts are masked as often as MASKED says, all of them as often as ALL_MASKED. Directors and cast are masked
    together: a source has the credits of a film or not.
    """
    films = len(full)
    chance = np.random.default_rng(seed)
    drawn = {name: chance.random(films) < share for name, share in MASKED.items() if name != "cast"}
    drawn["cast"] = drawn["directors"]
    all_drawn = chance.random(films) < ALL_MASKED
    mask = np.column_stack(
        [
            (drawn.get(feature, False) | all_drawn) if feature in MASKABLE else np.zeros(films, bool)
            for feature, _ in labels(encoders)
        ]
    )
    return np.where(mask, masked, full)


def fit_encoders(train: FilmSet, *, seed: int) -> Encoded:
    """Fit all encodings; the same part and seed give the same ones. Raises ValueError when there is no film."""
    if not len(train):
        raise ValueError("No film to fit encoders on: the training part of the window is empty.")
    columns = train.columns
    encodings: dict[str, tuple[AnyEncoding, ...]] = {
        feature.name: tuple(
            _plain_encoding(feature, kind, columns) for kind in feature.kinds if kind not in {"words", "record"}
        )
        for feature in FEATURES
    }
    residuals = _residuals(train, Encoders(encodings=encodings), seed=seed)
    tfidf, out_of_fold = _fit_tfidf(train, residuals)
    encodings["overview"] = (tfidf,)
    for feature in FEATURES:
        if "record" in feature.kinds:
            encodings[feature.name] += (_fit_track_record(feature.name, train, residuals),)
    return Encoded(Encoders(encodings=encodings), out_of_fold)


def _plain_encoding(feature: Feature, kind: str, columns: dict[str, list[Any]]) -> AnyEncoding:
    values = [value for value in columns[feature.name] if not isinstance(value, list) and not is_missing(value)]
    if kind == "number":
        low, high = _usual_range(values) if values else (None, None)
        return Number(median=float(np.median(values)) if values else 0.0, low=low, high=high)
    if kind == "release_day":
        return ReleaseDay(newest=max(values), low=_usual_range(values)[0])
    if kind == "title":
        looks = np.array([title_facts(title) for title in values or [""]])
        return TitleFacts(medians=tuple(float(number) for number in np.median(looks, axis=0)))
    least = max(2, min(LEAST_FILMS, len(columns[feature.name]) // 100))
    if kind == "one_of":
        counted = by_frequency(values)
        return OneOf(
            known=tuple(name for name, _ in counted),
            seen=min(sum(films >= least for _, films in counted), MOST_COLUMNS),
        )
    listed = columns[feature.name]
    counted = by_frequency([name for names in listed for name in names])
    known = tuple(name for name, films in counted[:MOST_COLUMNS] if films >= least)
    return AnyOf(known=known, usual=_usual(listed, columns["original_language"]) if feature.name != "genres" else {})


def _usual_range(values: Sequence[Any]) -> tuple[Any, Any]:
    """The values between which all but the RARE lowest and highest lie."""
    ordered = sorted(values)
    cut = int(RARE * len(ordered))
    return ordered[cut], ordered[-1 - cut]


def by_frequency(values: Iterable[str]) -> list[tuple[str, int]]:
    """Names and how often they occur; ties by name, so that the order of films changes nothing."""
    counted = Counter(values)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _usual(listed: Sequence[Sequence[str]], languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each original language the name that films in it have most often."""
    of_language: dict[str, list[str]] = defaultdict(list)
    for names, language in zip(listed, languages, strict=True):
        of_language[language].extend(names)
    return {language: (by_frequency(names)[0][0],) for language, names in sorted(of_language.items()) if names}


def _residuals(train: FilmSet, encoders: Encoders, *, seed: int) -> NDArray[np.float64]:
    """Rating minus the rating expected from the plain facts, by a model that has not seen the film."""
    matrix, folds = encode(train.columns, encoders), fold_of(train.ids)
    expected = np.full(len(train), np.average(train.ratings, weights=train.weights))
    for fold in np.unique(folds) if len(np.unique(folds)) == FOLDS else ():
        out = folds == fold
        model = lightgbm(seed, **EXPECTATION)
        model.fit(matrix[~out], train.ratings[~out], sample_weight=train.weights[~out])
        expected[out] = model.predict(matrix[out])
    return train.ratings - expected


def _fit_tfidf(train: FilmSet, residuals: NDArray[np.float64]) -> tuple[TfidfEncoding, NDArray[np.float32]]:
    """A ridge over tf-idf, and its scores of the training films out of fold; 0 where there is no synopsis to read."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import Ridge

    texts = train.columns["overview"]
    readable = np.array([text is not None for text in texts])
    out_of_fold = np.zeros(len(texts), np.float32)
    vectorizer = TfidfVectorizer(
        preprocessor=plain, token_pattern=WORD, min_df=LEAST_FILMS_OF_A_WORD, sublinear_tf=True, dtype=np.float64
    )
    try:
        counted = vectorizer.fit_transform([text for text in texts if text is not None])
    except ValueError:  # too few synopses for any word to occur often enough
        return TfidfEncoding(score=TfidfScore(words=(), rarities=(), points=(), bias=0.0)), out_of_fold
    target, weights = residuals[readable], train.weights[readable]
    folds = fold_of(train.ids)[readable]

    def fitted(rows: NDArray[np.bool_]) -> Any:
        ridge = Ridge(alpha=RIDGE, solver="sparse_cg", tol=1e-3)
        return ridge.fit(counted[rows], target[rows], sample_weight=weights[rows])

    scores = np.zeros(len(target))
    for fold in np.unique(folds) if len(np.unique(folds)) > 1 else ():
        scores[folds == fold] = fitted(folds != fold).predict(counted[folds == fold])
    out_of_fold[readable] = scores
    whole = fitted(np.ones(len(target), bool))
    return (
        TfidfEncoding(
            score=TfidfScore(
                words=tuple(vectorizer.get_feature_names_out().tolist()),
                rarities=tuple(np.round(vectorizer.idf_, 5).tolist()),
                points=tuple(np.round(whole.coef_, 6).tolist()),
                bias=round(float(whole.intercept_), 6),
            )
        ),
        out_of_fold,
    )


def _fit_track_record(name: str, train: FilmSet, residuals: NDArray[np.float64]) -> TrackRecordEncoding:
    """The residuals of each name's films, day by day.

    The people of a film are recorded for some films only; among those, each era is centred, so that being recorded
    means nothing.
    """
    half_at = HALF_AT[name]
    empty = TrackRecord(half_at=half_at, names=(), starts=(0,), days=(), sums=(), weights=())
    reader = TrackRecordEncoding(record=empty, of_title=name == "title", tells_evidence=name not in PEOPLE)
    named = reader.names(name, train.columns)
    days = train.columns["release_date"]
    points = _centred(residuals, named, days, train.weights) if name in PEOPLE else residuals
    history: dict[str, list[tuple[int, float, float]]] = defaultdict(list)
    for names, day, point, weight in zip(named, days, points, train.weights, strict=True):
        for one in set(names):
            history[one].append((day.toordinal(), point * weight, weight))
    return reader.model_copy(update={"record": _cumulative(history, half_at)})


def _cumulative(history: dict[str, list[tuple[int, float, float]]], half_at: float) -> TrackRecord:
    names = sorted(history)
    starts: list[int] = [0]
    days: list[int] = []
    sums: list[float] = []
    weights: list[float] = []
    for name in names:
        by_day: dict[int, tuple[float, float]] = {}
        total = weight = 0.0
        for day, points, one in sorted(history[name]):
            total, weight = total + points, weight + one
            by_day[day] = (round(total, 4), round(weight, 4))
        days.extend(by_day)
        sums.extend(total for total, _ in by_day.values())
        weights.extend(weight for _, weight in by_day.values())
        starts.append(len(days))
    return TrackRecord(
        half_at=half_at,
        names=tuple(names),
        starts=tuple(starts),
        days=tuple(days),
        sums=tuple(sums),
        weights=tuple(weights),
    )


def _centred(
    residuals: NDArray[np.float64], named: Sequence[Sequence[str]], days: Sequence[Any], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    known = np.array([len(names) > 0 for names in named])
    eras = np.array([day.year // YEARS_OF_AN_ERA for day in days])
    centred = residuals.copy()
    for era in np.unique(eras):
        films = known & (eras == era)
        if films.any():
            centred[films] -= np.average(residuals[films], weights=weights[films])
    return centred
