"""The same films written as a dump in every combination of forms, and what reading them back may give."""

import csv
import io
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from movie_assets.catalogue.dump.source import DumpSource
from movie_assets.catalogue.source import SourceError
from tests.support.written_dates import DATE_FORMS, SHORT_FORMS

LETTERS = {
    "cp949": "봄의 노래",
    "utf-16": "봄의 étude",
    "utf-8": "봄의 étude",
    "utf-8-sig": "봄의 étude",
    "cp1252": "Été à l'île",
}

DELIMITERS = (",", ";", "\t", "|")
QUOTINGS = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
LISTS = {
    "JSON": lambda names: json.dumps([{"id": n, "name": name} for n, name in enumerate(names, start=1)]),
    "JSON of names": lambda names: json.dumps(names, ensure_ascii=False),
    "Python": lambda names: str([{"id": n, "name": name} for n, name in enumerate(names, start=1)]),
    "NumPy": lambda names: "[" + " ".join(map(repr, names)) + "]",
    "set": lambda names: "{" + ", ".join(map(repr, names)) + "}" if names else "set()",
    "ids and names": lambda names: json.dumps({str(n): name for n, name in enumerate(names, start=1)}),
    "bars": "|".join,
    "semicolons": "; ".join,
    "commas": ", ".join,
}
DATES = {
    "YYYY-MM-DD": DATE_FORMS["YYYY-MM-DD"],
    "with a time": lambda day: f"{day} 00:00:00",
    **{
        form: DATE_FORMS[form]
        for form in ("DD/MM/YYYY", "M/D/YYYY", "DD.MM.YYYY", "YYYYMMDD", "D Month YYYY", "Korean")
    },
    "DD-MM-YY": SHORT_FORMS["DD-MM-YY"],
}
NUMBERS = {
    "plain": str,
    "1,639": lambda number: f"{number:,}",
    "1.639,5": lambda number: f"{number:,}".translate(str.maketrans(",.", ".,")),
    "1 639": lambda number: f"{number:,}".replace(",", " "),
}
MISSING = ("", "NaN", "None", r"\N", "N/A", "null", "-")
KOREAN = {"Korean"}  # forms that cp1252 cannot write


def some_films(count: int, letters: str) -> list[dict[str, Any]]:
    """Films whose numbers, dates and lists differ, some of them without a fact."""
    return [
        {
            "id": number,
            "title": f"{letters} {number}",
            "overview": f"A nurse, {letters}, waits for the tide; she said nothing of {number} boats.",
            "runtime": None if number % 7 == 3 else 80.0 + number,
            "genres": [["Drama"], ["Crime", "Science Fiction"], []][number % 3],
            "original_language": "en",
            "release_date": (date(1988, 1, 1) + timedelta(days=number * 397)).isoformat(),
            "production_companies": [["Harbour Lane"], ["Northlight", "Amber Road"]][number % 2],
            "vote_average": round(5.1 + number % 40 / 10, 1),
            "vote_count": number * 613,
            "tagline": None if number % 2 else "Some tides never turn.",
        }
        for number in range(1, count + 1)
    ]  # fmt: skip


def written(films: list[dict[str, Any]], form: dict[str, Any]) -> bytes:
    """The films as a CSV in this form."""
    to_list, to_day, to_number = LISTS[form["list"]], DATES[form["date"]], NUMBERS[form["number"]]

    def cell(column: str, value: Any) -> str:
        if value is None:
            return str(form["missing"])
        if isinstance(value, list):
            return to_list(value) if value else str(form["missing"])
        if column == "release_date":
            return to_day(date.fromisoformat(value))
        return to_number(value) if isinstance(value, int | float) and column != "id" else str(value)

    columns = list(films[0])
    random.Random(form["order"]).shuffle(columns)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=form["delimiter"], quoting=form["quoting"])
    writer.writerow(columns)
    writer.writerows([cell(column, film[column]) for column in columns] for film in films)
    return text.getvalue().encode(form["encoding"])


def forms(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """So many combinations by chance; each form of each kind occurs early."""
    chance = random.Random(seed)
    kinds: dict[str, list[Any]] = {
        "delimiter": list(DELIMITERS),
        "encoding": list(LETTERS),
        "quoting": list(QUOTINGS),
        "list": list(LISTS),
        "date": list(DATES),
        "number": list(NUMBERS),
        "missing": list(MISSING),
    }
    for number in range(count):
        form = {
            kind: values[number] if number < len(values) and chance.random() < 0.9 else chance.choice(values)
            for kind, values in kinds.items()
        }
        if form["encoding"] == "cp1252" and form["date"] in KOREAN:
            form["date"] = "DD/MM/YYYY"
        yield {**form, "order": number}


def outcome(source: DumpSource, films: list[dict[str, Any]]) -> str:
    """`read` if each film is read back exactly or is malformed with its value, `refused` if the whole dump is.

    Raises AssertionError for anything else.
    """
    try:
        found = list(source.fetch(date(2030, 1, 1), with_history=True))
    except SourceError:
        return "refused"
    assert len(found) == len(films)
    by_id = {film["id"]: film for film in films}
    for raw in found:
        if raw.problem:
            assert raw.problem.startswith("malformed: ")
            continue
        record = {column: _names(value) for column, value in raw.record.items()}
        assert record == by_id[raw.film_id]
    return "read" if not any(raw.problem for raw in found) else "malformed"


def _names(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [item["name"] if isinstance(item, dict) else item for item in value]
