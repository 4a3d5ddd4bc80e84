"""Interval: the bounds of a rating around its prediction. How it is calibrated: training/calibration.py."""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

LEVEL = 0.8  # share of ratings that should lie inside; the page names it in streamlit_ui/views/model_card.py


class Interval(BaseModel):
    """Bounds in units of the error scale, the usual size of an error for films like this one."""

    model_config = ConfigDict(frozen=True)

    low: float  # below 0
    high: float
    floor: float  # the least error scale, in rating points

    def around(self, ratings: NDArray[np.float64], error_scale: NDArray[np.float64]) -> NDArray[np.float64]:
        """Lower and upper bound of each film, within 0 to 10."""
        usual = np.maximum(error_scale, self.floor)
        bounds = np.column_stack([ratings + self.low * usual, ratings + self.high * usual])
        return np.clip(bounds, 0, 10)
