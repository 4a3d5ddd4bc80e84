"""How much of the synthetic catalogue's truth the models find: part of `make bench-quality`, called by quality.py.

The true rating is the mean of infinitely many votes, and only benchmarks and tests may use it; a film's rating is the
truth with noise. As a yardstick the terms of the truth are refitted by least squares on the same films.
"""

import time

import numpy as np

from benchmarks.training import DAY, cleaned_films, fitted_bundles, window_of
from movie_assets.catalogue.synthetic import truth
from movie_assets.catalogue.synthetic.source import SyntheticCatalogue
from movie_assets.training.baselines import fit_baselines

FILMS = 20_000
DRAWN = 24_000  # cleaning leaves somewhat more than FILMS of them
COLUMNS = ["truth explained", "RMSE to truth", "RMSE to rating", "fit s"]


def window_and_records(seed):
    """FILMS synthetic films as a training window, and the raw record of each by id."""
    catalogue = SyntheticCatalogue(seed=seed, start=DAY, films_per_day=0, history_films=DRAWN)
    records = {film.record["id"]: film.record for film in catalogue.fetch(DAY, with_history=True)}
    frame = cleaned_films(catalogue, DAY)
    frame = frame[[bool(records[film]["genres"]) for film in frame["id"]]]  # without genres the truth is unknown
    frame = frame.sample(FILMS, random_state=seed).sort_values("id", ignore_index=True)
    return window_of(frame), records


def terms_of(record):
    """The terms of the truth by name, without their weights; those of mood words are taken as known."""
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


def refitted(train, measured, records):
    """Predictions for the measured films by the truth's own terms, refitted on the training films."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import Ridge

    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([terms_of(records[film]) for film in train.ids])
    # Least squares; columns that add up to one share the constant, and the small ridge makes the solution unique.
    form = Ridge(alpha=1e-3).fit(matrix, train.ratings, sample_weight=train.votes)
    return form.predict(vectorizer.transform([terms_of(records[film]) for film in measured.ids]))


def rows(*, trials, seed):
    """A name and the figures of each predictor on the holdout: truth explained, errors against truth and rating."""
    window, records = window_and_records(seed)
    train, holdout = window.train, window.holdout
    true = np.array([truth.true_rating(records[film]) for film in holdout.ids])

    def figures(predicted, **more):
        return {
            "truth explained": 1 - np.mean((predicted - true) ** 2) / np.var(true),
            "RMSE to truth": np.sqrt(np.mean((predicted - true) ** 2)),
            "RMSE to rating": np.sqrt(np.mean((predicted - holdout.ratings) ** 2)),
            **more,
        }

    for baseline in fit_baselines(train):
        yield baseline.name, figures(baseline.predict_columns(holdout.columns))
    for name, candidate, bundle in fitted_bundles(train, trials=trials, seed=seed):
        yield name, figures(bundle.rate(holdout.columns).ratings, **{"fit s": candidate.fit_seconds})
    began = time.perf_counter()
    predicted = refitted(train, holdout, records)
    yield "the true form, refitted", figures(predicted, **{"fit s": time.perf_counter() - began})
    yield "the truth", figures(true)
