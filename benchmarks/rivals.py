"""Applications that serving.py compares the service with: FastAPI around its bundle, and the old pipeline's API.

`uvicorn --factory benchmarks.rivals:around_bundle`, with RIVAL_FOLDER as the folder of the bundle or model.
"""

import os
from pathlib import Path

from fastapi import FastAPI

FOLDER = Path(os.environ.get("RIVAL_FOLDER", "."))


def around_bundle():
    """The bundle alone, without limits, keys, metrics or provenance."""
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
    """The old API: takes encoded numbers, and loads the model from its pickle in every request."""
    import joblib
    import pandas as pd

    app = FastAPI()

    @app.post("/predict")
    def predict(row: dict[str, float]) -> dict[str, float]:
        model = joblib.load(FOLDER / "best_model.pkl")
        return {"predicted_rating": float(model.predict(pd.DataFrame([row]))[0])}

    return app
