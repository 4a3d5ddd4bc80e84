"""KnownNames: the names that a bundle learnt something of, field by field, and the warnings about others.

A further field with names is an entry of FIELDS. How similar names are found: nearest_names.py; what is known about
genres, languages and countries in general: vocabulary.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from movie_assets.prediction.answer import PredictionWarning
from movie_assets.prediction.encodings import AnyOf, OneOf, TrackRecordEncoding
from movie_assets.prediction.features import Encoders
from movie_assets.prediction.movie import Movie
from movie_assets.prediction.nearest_names import NearestNames
from movie_assets.prediction.vocabulary import GENRES, OF_FEATURE, Vocabulary, canonical_of

MOST_NAMED = 5  # of one field in one warning
MOST_CHARACTERS = 80  # of a name
LIKENESS_OF_A_TERM = 80.0  # as terms are few, one that is less alike is still the right one
LIKENESS_OF_A_NAME = 88.0


@dataclass(frozen=True)
class Field:
    """A feature whose names may be unknown; the field of the film it comes from, and the code of the warning."""

    feature: str
    name: str
    code: str


FIELDS = (
    Field("main_genre", "genres", "unknown_main_genre"),
    Field("genres", "genres", "unknown_genre"),
    Field("original_language", "original_language", "unknown_original_language"),
    Field("spoken_languages", "spoken_languages", "unknown_spoken_language"),
    Field("production_countries", "production_countries", "unknown_production_country"),
    Field("production_companies", "production_companies", "unknown_production_company"),
    Field("directors", "directors", "unknown_director"),
    Field("cast", "cast", "unknown_actor"),
    Field("collection", "collection", "unknown_collection"),
)
SINGLE = ("main_genre", "original_language", "collection")


@dataclass(frozen=True)
class KnownNames:
    """The names that the encoders of a bundle know."""

    encoders: Encoders

    def warnings(self, movie: Movie, features: Mapping[str, Any]) -> Iterator[PredictionWarning]:
        """One for each field with names that the bundle does not know; `features` are those of the film."""
        for field in FIELDS:
            known = self._known.get(field.feature)
            if known is None:
                continue
            unknown = [name for name in _given(field, movie, features) if name not in known]
            if field.feature == "main_genre" and features["main_genre"] is None:
                message = "The film has no genres; it was treated as one whose genres are unknown."
                yield PredictionWarning(code="no_genres", field=field.name, message=message)
            elif unknown:
                nearest = {name: self._nearest_to(field.feature, name) for name in unknown[:MOST_NAMED]}
                names = {name: canonical_of(field.feature, found) if found else None for name, found in nearest.items()}
                if field.feature in SINGLE and not any(names.values()):
                    names = {}  # the field has one value, so nothing is to be told apart
                message = _message(field, unknown, nearest)
                yield PredictionWarning(code=field.code, field=field.name, message=message, names=names)

    def prepare(self) -> None:
        """Make now what the first unknown name would make."""
        for nearest in self._nearest.values():
            nearest.prepare()

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        """By feature. In a list every genre, language and country counts as known, as rare ones have no column."""
        known: dict[str, frozenset[str]] = {}
        for feature, encodings in self.encoders.encodings.items():
            for encoding in encodings:
                if isinstance(encoding, OneOf):
                    known[feature] = frozenset(self.encoders.known(feature))
                elif isinstance(encoding, AnyOf):
                    known[feature] = OF_FEATURE[feature].canonical.union(self.encoders.known(feature))
                elif isinstance(encoding, TrackRecordEncoding) and not encoding.of_title:
                    known[feature] = frozenset(encoding.record.names)
        if "main_genre" in known:
            known["genres"] = known.get("genres", GENRES.canonical) | known["main_genre"]
        return known

    @cached_property
    def _nearest(self) -> dict[str, NearestNames]:
        return {
            feature: NearestNames(_terms(OF_FEATURE[feature], known), least_likeness=LIKENESS_OF_A_TERM)
            if feature in OF_FEATURE
            else NearestNames(known, least_likeness=LIKENESS_OF_A_NAME)
            for feature, known in self._known.items()
        }

    def _nearest_to(self, feature: str, name: str) -> str | None:
        if feature in OF_FEATURE and OF_FEATURE[feature].of(name):
            return None  # a name that is right, of which the bundle learnt nothing
        return self._nearest[feature].of(name)


def _given(field: Field, movie: Movie, features: Mapping[str, Any]) -> Sequence[str]:
    """The names of a film that count for a feature."""
    if field.name == "genres":
        main = features["main_genre"]
        return [genre for genre in movie.genres if (genre == main) is (field.feature == "main_genre")]
    value = getattr(movie, field.name) if field.feature in OF_FEATURE else features[field.feature]
    return [value] if isinstance(value, str) else value or ()


def _terms(vocabulary: Vocabulary, known: frozenset[str]) -> list[str]:
    """The known terms, and every way the vocabulary has to write them."""
    written = [name for name, forms in vocabulary.names.items() if not known.isdisjoint(forms)]
    return [*known, *(name for name in written if name not in known)]


def _message(field: Field, unknown: Sequence[str], nearest: Mapping[str, str | None]) -> str:
    listed = [_with_nearest(field, name, similar) for name, similar in nearest.items()]
    more = [f"{len(unknown) - len(nearest)} more"] if len(unknown) > len(nearest) else []
    treated = "it was" if len(unknown) == 1 else "they were"
    return f"The model knows no film with {field.name} {', '.join([*listed, *more])}; {treated} treated as unknown."


def _with_nearest(field: Field, name: str, similar: str | None) -> str:
    quoted = repr(name[:MOST_CHARACTERS])
    if similar is None:
        return quoted
    form = canonical_of(field.feature, similar)
    return f"{quoted} (the nearest it knows is {similar!r}{'' if form == similar else f', {form}'})"
