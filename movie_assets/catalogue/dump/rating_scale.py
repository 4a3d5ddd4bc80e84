"""The scale of a dump's ratings, said by MOVIE_DUMP_RATING_MAX; unset, ratings must look like those from 0 to 10.

A scale is never guessed. How a rating is written belongs in film_files/, what a rating may be in cleaning.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from film_files.cells import quoted
from film_files.forms import Forms

USUAL_MAX = 10.0
SETTING = "MOVIE_DUMP_RATING_MAX"
FEWEST_RATED = 3  # films rated above 0; fewer show no scale
MOST_ABOVE = 0.02  # of the rated films: as many slips may be above 10, each dropped by itself
_LOW = 0.5  # of the scale: where not one film is above it, the scale is another


@dataclass(frozen=True)
class RatingScale:
    """The highest possible rating, and why the ratings of the file do not fit it; "" if they do."""

    highest: float = USUAL_MAX
    problem: str = ""

    def of_ten(self, rating: float) -> float:
        """The rating on the scale of 0 to 10. Raises ValueError with the reason if it is on no such scale."""
        if self.problem and rating > 0:
            raise ValueError(f"vote_average is {rating:g}, and {self.problem}")
        if rating > self.highest and self.highest != USUAL_MAX:
            raise ValueError(f"vote_average is {rating:g}, above {SETTING}={self.highest:g}")
        return rating if self.highest == USUAL_MAX else rating * USUAL_MAX / self.highest

    def refuse_other_than_ten(self, cell: str) -> None:
        """Raise ValueError if the scale is not the 10 that a cell such as `7.4/10` names itself."""
        if self.highest != USUAL_MAX:
            raise ValueError(
                f"vote_average is {quoted(cell)}, on a scale of 10, but {SETTING}={self.highest:g}: correct one of them"
            )


def scale_of(cells: Mapping[object, int], forms: Forms, highest: float | None) -> RatingScale:
    """The scale of a file by how often each of its ratings occurs; `highest` is the setting."""
    rated = above = over_low = 0
    most = 0.0
    limit = highest or USUAL_MAX
    low = limit / 10 if highest else limit * _LOW  # a scale that was set may hold poor films alone
    for cell, times in cells.items():
        try:
            rating = forms.read("vote_average", cell)
        except ValueError:  # read_row reports it as the film's problem
            continue
        if rating is None or rating <= 0:
            continue
        rated, most = rated + times, max(most, rating)
        above += times if rating > limit else 0
        over_low += times if rating > low else 0
    problem = ""
    if above and above > MOST_ABOVE * rated:
        problem = f"{above:,} of {rated:,} rated films are above {limit:g}, up to {most:g}"
    elif rated >= FEWEST_RATED and not over_low and highest != USUAL_MAX:
        problem = f"none of {rated:,} rated films is above {low:g}"
    if problem:
        problem += f": set {SETTING} to the highest rating that is possible on the scale of this dump"
    return RatingScale(limit, problem)
