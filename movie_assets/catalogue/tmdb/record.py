"""A film's record as TMDB answered it: whether it is one, where a text comes from that it lacks, how it is saved.

Asking for it: client.py. What the record is worth: cleaning.py. The checkpoint in the bucket:
storage/checkpoints.py.
"""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Protocol

from movie_assets.catalogue.source import RawFilm

TRANSLATED_FIELDS = ("overview", "title")  # what TMDB leaves blank in a language nobody has written it in


class Checkpoints(Protocol):
    """The films fetched so far of an unfinished day: JSON values by day and name; for any number of threads."""

    def load(self, day: date, name: str) -> Any:
        """The value saved under this name, or None."""
        ...

    def save(self, day: date, name: str, value: Any) -> None:
        """Save a value that JSON can express."""
        ...


def as_json(film: RawFilm, *, plan: str) -> dict[str, Any]:
    """The film, with the plan it was fetched for."""
    return {**asdict(film), "fetched_at": film.fetched_at.isoformat(), "plan": plan}


def from_json(value: Any, *, plan: str) -> RawFilm | None:
    """The film as it was saved; None if none was, or for another plan."""
    if value is None or value.pop("plan") != plan:
        return None
    return RawFilm(**value | {"fetched_at": datetime.fromisoformat(value["fetched_at"])})


def problem_of(answer: object, film_id: int) -> str | None:
    """Why the answer is not the record of this film; None when it is."""
    if not isinstance(answer, dict):
        return f"malformed: TMDB's record of film {film_id} is a JSON {type(answer).__name__}, not an object"
    if answer.get("id") != film_id:
        return f"malformed: TMDB's record of film {film_id} has the id {answer.get('id')!r}"
    return None


def with_fallback(record: dict[str, Any]) -> dict[str, Any]:
    """The record; each blank text is taken from its translations, and `<field>_language` says from which one.

    From the English one of any country, else from the original language. A record that lacks nothing is given back as
    it is, and so is a text that nobody has translated.
    """
    original = record.get("original_language")
    found: dict[str, Any] = {}
    for field in TRANSLATED_FIELDS:
        if _is_text(record.get(field)):
            continue
        texts = _translations(record, field)
        if isinstance(original, str) and _is_text(record.get(f"original_{field}")):
            texts.setdefault(original, record[f"original_{field}"])
        code = next((code for code in ("en", original) if code in texts), None)
        if code is not None:
            found |= {field: texts[code], f"{field}_language": code}
    return record | found


def _translations(record: dict[str, Any], field: str) -> dict[Any, str]:
    """Language -> text, the first one listed of each language; nothing where the form is another."""
    appended = record.get("translations")
    listed = appended.get("translations") if isinstance(appended, dict) else None
    texts: dict[Any, str] = {}
    for translation in listed if isinstance(listed, list) else []:
        said = translation.get("data") if isinstance(translation, dict) else None
        text = said.get(field) if isinstance(said, dict) else None
        if isinstance(text, str) and _is_text(text):
            texts.setdefault(translation.get("iso_639_1"), text)
    return texts


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
