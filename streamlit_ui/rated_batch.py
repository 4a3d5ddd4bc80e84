"""A batch of films rated in chunks, and its download: each row with its prediction or its problem.

Reading the file: batch_file.py. Nothing of a batch goes to a translator: the service leaves out a synopsis that is not
English, with a warning in that row.
"""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from streamlit_ui.batch_file import BatchFile, Row
from streamlit_ui.batch_film import RowProblem
from streamlit_ui.client import RatingClient, ServiceError
from streamlit_ui.contract import Answer, Film

ADDED = ("predicted_rating", "low", "high", "mood", "warnings", "problem", "bundle_id")
BATCH_SIZE = 250  # films in one request, so that there is progress to show

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")  # the wide signs too: spreadsheets of East Asia take them
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?%?")


@dataclass
class RatedBatch:
    """A batch with the outcome of each row; `error` if the service stopped answering."""

    name: str
    rows: list[Row]
    outcomes: list[Answer | RowProblem]  # of the first rows, in order
    error: ServiceError | None = None
    headings: dict[str, str] = field(default_factory=dict)  # by column, as the file has them

    @property
    def problems(self) -> Sequence[tuple[Row, RowProblem]]:
        """The rows without a prediction, with their problems."""
        pairs = zip(self.rows, self.outcomes, strict=False)
        return [(row, outcome) for row, outcome in pairs if isinstance(outcome, RowProblem)]

    @cached_property
    def predictions(self) -> str:
        """The batch as CSV, with the prediction or the problem of each row, once it is rated.

        No cell or column name is a formula to a spreadsheet.
        """
        filled = dict.fromkeys(name for row in self.rows for name in row.cells)
        columns = [name for name in {**self.headings, **filled} if name in filled and name not in ADDED]
        sink = io.StringIO()
        writer = csv.writer(sink, lineterminator="\r\n")
        headings = [self.headings.get(name, name) for name in columns]
        writer.writerow(map(without_formula, (*headings, *ADDED)))
        for row, outcome in zip(self.rows, self.outcomes, strict=False):
            added = _added_cells(outcome)
            cells = [*(row.cells.get(name, "") for name in columns), *(added.get(name, "") for name in ADDED)]
            writer.writerow(map(without_formula, cells))
        return "\ufeff" + sink.getvalue()


def rate_batch(name: str, file: BatchFile, service: RatingClient, progress: Callable[[float], object]) -> RatedBatch:
    """Rate all films, chunk by chunk; calls `progress` with the finished share."""
    rows = file.rows
    batch = RatedBatch(name, rows, [], headings=file.headings)
    for start in range(0, len(rows), BATCH_SIZE):
        chunk = rows[start : start + BATCH_SIZE]
        answers = service.predict_batch([row.film for row in chunk if isinstance(row.film, Film)])
        if isinstance(answers, ServiceError):
            batch.error = answers
            return batch
        left = iter(answers)
        batch.outcomes += [row.film if isinstance(row.film, RowProblem) else _outcome(next(left)) for row in chunk]
        progress(min((start + BATCH_SIZE) / len(rows), 1.0))
    return batch


def without_formula(cell: str) -> str:
    """The cell with an apostrophe before it if a spreadsheet would take it for a formula; numbers stay."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _added_cells(outcome: Answer | RowProblem) -> dict[str, str]:
    if isinstance(outcome, RowProblem):
        return {"problem": outcome.sentence()}
    interval = outcome.interval
    return {
        "predicted_rating": f"{outcome.predicted_rating:.3f}",
        "low": f"{interval.low:.3f}" if interval else "",
        "high": f"{interval.high:.3f}" if interval else "",
        "mood": f"{outcome.mood.polarity:.3f}" if outcome.mood else "",
        "warnings": "|".join(warned.code for warned in outcome.warnings),
        "bundle_id": outcome.bundle_id,
    }


def _outcome(answer: Answer | ServiceError) -> Answer | RowProblem:
    return answer if isinstance(answer, Answer) else RowProblem("refused", answer.field, answer.message)
