"""What the service is compared with: a bare FastAPI application around its bundle, and the old pipeline's API.

`uvicorn --factory benchmarks.rivals:around_bundle`, with RIVAL_FOLDER naming where the bundle or model lies.
"""

import os
from pathlib import Path

from fastapi import FastAPI

FOLDER = Path(os.environ.get("RIVAL_FOLDER", "."))


def around_bundle():
    """Nothing but the bundle: no limits, no keys, no figures, no provenance."""
    from bento_service.responses import load_bundle
    from movie_assets.prediction.bundle import Prediction
    from movie_assets.prediction.movie import Movie

    bundle = load_bundle(FOLDER, digest=os.environ["RIVAL_BUNDLE"], bundle_id=os.environ["RIVAL_BUNDLE"])
    app = FastAPI()

    @app.post("/predict")
    async def predict(movie: Movie) -> Prediction:
        return bundle.predict([movie])[0]

    return app


def old_pipeline():
    """Encoded numbers in, and the model loaded from its pickle in every request, as the old API did."""
    import joblib
    import pandas as pd

    app = FastAPI()

    @app.post("/predict")
    def predict(row: dict[str, float]) -> dict[str, float]:
        model = joblib.load(FOLDER / "best_model.pkl")
        return {"predicted_rating": float(model.predict(pd.DataFrame([row]))[0])}

    return app
