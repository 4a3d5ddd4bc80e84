"""InputWarnings: warnings about a film that differs from those a bundle learnt from.

Add a new warning here; a warning never refuses a film. Its form: answer.py. What was learnt: encodings.py. Warnings
about unknown names: known_names.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from movie_assets.prediction.answer import PredictionWarning
from movie_assets.prediction.encodings import Number, ReleaseDay
from movie_assets.prediction.features import Encoders
from movie_assets.prediction.known_names import KnownNames
from movie_assets.prediction.movie import Movie

FEWEST_WORDS = 8  # of real synopses that are shorter, two in three have no word with a mood
AHEAD = timedelta(days=730)  # films are announced about two years before their release
FIELD_OF = {
    "runtime": "runtime",
    "overview_sentiment": "what_if",
    "overview_len": "overview",
    "release_date": "release_date",
}
UNIT_OF = {"runtime": " minutes", "overview_len": " characters"}
OPEN_LISTS = ("production_countries", "spoken_languages")


@dataclass(frozen=True)
class InputWarnings:
    """Compares films with those that the encoders were fitted on."""

    encoders: Encoders

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """By field of a film the known names, sorted; only of fields that the bundle uses."""
        listed = {"genres": self.encoders.known("main_genre")}
        for name in ("original_language", *OPEN_LISTS):
            if name in self.encoders.encodings:
                listed["original_languages" if name == "original_language" else name] = self.encoders.known(name)
        return {name: tuple(sorted(values)) for name, values in listed.items()}

    @cached_property
    def ranges(self) -> dict[str, tuple[Any, Any]]:
        """By feature the lowest and highest usual value; for a date, the highest is two years ahead."""
        found: dict[str, tuple[Any, Any]] = {}
        for name in FIELD_OF:
            for encoding in self.encoders.encodings.get(name, ()):
                if isinstance(encoding, Number) and encoding.low is not None:
                    found[name] = (encoding.low, encoding.high)
                elif isinstance(encoding, ReleaseDay) and encoding.low is not None:
                    found[name] = (encoding.low, encoding.newest + AHEAD)
        return found

    def of(self, movie: Movie, features: Mapping[str, Any]) -> list[PredictionWarning]:
        """The warnings of a film, given as these features."""
        of_synopsis = list(_of_synopsis(movie, features))
        too_short = any(warning.code == "overview_too_short" for warning in of_synopsis)
        of_numbers = [one for one in self._of_numbers(features) if not (too_short and one.field == "overview")]
        return [*of_synopsis, *self.known_names.warnings(movie, features), *of_numbers]

    @cached_property
    def known_names(self) -> KnownNames:
        """The names that the encoders know."""
        return KnownNames(self.encoders)

    def _of_numbers(self, features: Mapping[str, Any]) -> Iterator[PredictionWarning]:
        for name, (low, high) in self.ranges.items():
            value = features[name]
            if value is not None and not low <= value <= high:
                yield PredictionWarning(
                    code=f"{name}_out_of_range",
                    field=FIELD_OF[name],
                    message=f"Nearly all films learnt from have {name} from {_written(low)} to {_written(high)}"
                    f"{UNIT_OF.get(name, '')}, this one {_written(value)}.",
                )


def _of_synopsis(movie: Movie, features: Mapping[str, Any]) -> Iterator[PredictionWarning]:
    if features["overview_len"] is not None:
        words = len(movie.overview.split(maxsplit=FEWEST_WORDS)) if movie.overview else 0
        if words < FEWEST_WORDS:
            message = f"The synopsis has {words} words; a mood says little in fewer than {FEWEST_WORDS}."
            yield PredictionWarning(code="overview_too_short", field="overview", message=message)
        return
    left_out = "mood and length were" if features["overview_sentiment"] is None else "length was"
    if movie.overview and movie.overview.strip():
        code, why = "overview_not_english", f"The synopsis is not in English, so its {left_out} left out."
    else:
        code, why = "no_overview", f"Without a synopsis its {left_out} left out."
    yield PredictionWarning(code=code, field="overview", message=why)


def _written(value: float | date) -> str:
    return value.isoformat() if isinstance(value, date) else f"{value:g}"
