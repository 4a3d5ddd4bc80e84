"""The cleaning version: which rules made the films of a day, so that no window has films of two kinds.

Raise it by an entry of CLEANING_VERSIONS, with the reason, whenever the same raw record may come out as another film,
with other columns, or for another reason not at all. Until they are cleaned again, days of other versions are in no
window. The rules: cleaning.py, values.py, columns.py and prediction/movie.py. Imports no pandas, since definitions read
it.
"""

from collections.abc import Mapping

from movie_assets.storage.folders import Folder

CLEANING_VERSIONS: Mapping[int, str] = {
    1: "manifests name no version",
    2: "numbers, dates, lists and words for nothing are read in more forms; genres, languages and countries have one "
    "vocabulary",
}
CLEANING_VERSION = max(CLEANING_VERSIONS)
LABEL = "cleaning_version"
CLEANED_LABELS = {LABEL: CLEANING_VERSION}  # in the manifest of a day that is cleaned now


def cleaning_version_of(cleaned: Folder) -> int:
    """The version of the rules that made this day of `cleaned_movies`."""
    return int(cleaned.labels.get(LABEL, min(CLEANING_VERSIONS)))
