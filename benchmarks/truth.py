"""How much of the synthetic catalogue's truth the models find: part of `make bench-quality`. A table for the docs.

The truth is what endlessly many voters would say, which only this benchmark and tests may ask; the films' own ratings
are that with noise. As a yardstick the truth's own form is refitted: its terms, by least squares, on the same films.
How good the models are on real films: quality.py.
"""

import time
from datetime import date

import numpy as np

from movie_assets.catalogue.raw import raw_frame
from movie_assets.catalogue.synthetic import truth
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.prediction.features import FEATURE_SETS
from movie_assets.training.baselines import fit_baselines
from movie_assets.training.candidates import CANDIDATES
from movie_assets.training.encoders import fit_encoders
from movie_assets.training.selection import bundle_of
from movie_assets.training.tuning import tune
from movie_assets.training.window import TrainingWindow
from tests.support.cleaning import clean

FILMS = 20_000
DRAWN = 24_000  # cleaning leaves somewhat more than FILMS of them
DAY = date(2026, 1, 1)


def window_of(seed):
    """20,000 synthetic films as a training window, with the true rating of each by id."""
    fetched = list(
        SyntheticCatalogue(seed=seed, start=DAY, films_per_day=0, history_films=DRAWN).fetch(DAY, with_history=True)
    )
    cleaned = clean(raw_frame(fetched), day=DAY)
    frame = cleaned.movies.merge(cleaned.votes, on="id").sort_values("id", ignore_index=True)
    told = {film.record["id"]: film.record for film in fetched}
    frame = frame[[bool(told[film]["genres"]) for film in frame["id"]]]  # the truth of the others has been lost
    frame = frame.sample(FILMS, random_state=seed).sort_values("id", ignore_index=True)
    days = (str(DAY),)
    return TrainingWindow(source="synthetic", day=str(DAY), days=days, digest="", frame=frame), told


def terms_of(record):
    """The terms of the truth's form by name, all but their weights; only those of mood words are taken as known."""
    genres = [genre["name"] for genre in record["genres"]]
    main = genres[0]
    words = record["overview"].lower().replace(",", " ").replace(".", " ").replace(":", " ").split()
    moods = [(truth.BRIGHT_WORDS | truth.DARK_WORDS).get(word) for word in words]
    moods = [mood for mood in moods if mood is not None]
    themes = [word for word in words if word in truth.THEME_WORDS]
    crew = record.get("credits", {}).get("crew", [])
    terms = {
        f"genre {main}": 1.0,
        f"language {record['original_language']}": 1.0,
        f"month {record['release_date'][5:7]}": 1.0,
        f"length {main}": truth.length_effect(record["runtime"], "") / truth.LENGTH_TASTE_OF_OTHERS,
        f"era {main}": truth.era_effect(int(record["release_date"][:4]), "") / truth.ERA_TASTE_OF_OTHERS,
        f"mood {main}": sum(moods) / len(moods) if moods else 0.0,
        "words": min(len(words), 90) / 90,
    }
    terms |= {f"second genre {name}": 1.0 for name in genres[1:2]}
    terms |= {f"company {company['name']}": 1.0 for company in record["production_companies"][:1]}
    terms |= {f"family {person['name'].rpartition(' ')[2]}": 1.0 for person in crew[:1]}
    for word in themes:
        terms[f"theme {word}"] = terms.get(f"theme {word}", 0.0) + 1 / (1 + len(themes))
    return terms


def refitted(train, measured, told):
    """Predictions for the films measured by the truth's own form, refitted on those that train."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import Ridge

    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([terms_of(told[film]) for film in train.ids])
    # Least squares; the little ridge only settles which of the columns that add up to one has the constant.
    form = Ridge(alpha=1e-3).fit(matrix, train.ratings, sample_weight=train.votes)
    return form.predict(vectorizer.transform([terms_of(told[film]) for film in measured.ids]))


def rows(*, trials, seed):
    """A row a predictor, on the holdout: share of the truth's variance explained, errors against truth and rating."""
    window, told = window_of(seed)
    train, holdout = window.train, window.holdout
    true = np.array([truth.true_rating(told[film]) for film in holdout.ids])

    def row(predicted, **more):
        return {
            "truth explained": 1 - np.mean((predicted - true) ** 2) / np.var(true),
            "RMSE to truth": np.sqrt(np.mean((predicted - true) ** 2)),
            "RMSE to rating": np.sqrt(np.mean((predicted - holdout.ratings) ** 2)),
            **more,
        }

    for baseline in fit_baselines(train):
        yield baseline.name, row(baseline.predict_columns(holdout.columns))
    encoded = fit_encoders(train, seed=seed)
    fitted = tune(CANDIDATES, train, encoded, trials=trials, seed=seed)
    for feature_set in FEATURE_SETS:
        candidates = [one for one in fitted if one.feature_set == feature_set]
        champion = min(candidates, key=lambda one: one.cross_validated.test_rmse)
        for candidate in candidates:
            bundle = bundle_of(candidate, train, encoded, seed=seed)
            name = f"{feature_set} {candidate.family}" + (" (champion)" if candidate is champion else "")
            yield name, row(bundle.rate(holdout.columns).ratings, **{"fit s": candidate.fit_seconds})
    began = time.perf_counter()
    yield "the true form, refitted", row(refitted(train, holdout, told), **{"fit s": time.perf_counter() - began})
    yield "the truth", row(true)


def table(*, trials, seed):
    """Print the rows as they are known."""
    columns = ["truth explained", "RMSE to truth", "RMSE to rating", "fit s"]
    print(f"\n{FILMS} synthetic films, a fifth of them held out; {trials} trials a family.\n")
    print(f"| predictor | {' | '.join(columns)} |\n|{' --- |' * (len(columns) + 1)}")
    for name, row in rows(trials=trials, seed=seed):
        figures = (f"{row[column]:.3f}" if column in row else "–" for column in columns)
        print(f"| {name} | {' | '.join(figures)} |", flush=True)
