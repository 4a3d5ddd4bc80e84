"""A film's record in TMDB's answer: whether it is one, and a substitute for a text that it lacks.

Anything else about a record is the same for every source and belongs in catalogue/cleaning.py.
"""

from typing import Any

TRANSLATED_FIELDS = ("overview", "title")  # blank in TMDB where nobody has written them in the requested language


def problem_of(answer: object, film_id: int) -> str | None:
    """Why the answer is not the record of this film; None when it is."""
    if not isinstance(answer, dict):
        return f"malformed: TMDB's record of film {film_id} is a JSON {type(answer).__name__}, not an object"
    if answer.get("id") != film_id:
        return f"malformed: TMDB's record of film {film_id} has the id {answer.get('id')!r}"
    return None


def with_fallback(record: dict[str, Any]) -> dict[str, Any]:
    """The record; each blank text is taken from its translations, and `<field>_language` names the language.

    English of any country comes first, then the original language. A text without a translation stays blank.
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
    """Language -> text, the first one listed of each language; none if they have another form."""
    appended = record.get("translations")
    listed = appended.get("translations") if isinstance(appended, dict) else None
    texts: dict[Any, str] = {}
    for translation in listed if isinstance(listed, list) else []:
        data = translation.get("data") if isinstance(translation, dict) else None
        text = data.get(field) if isinstance(data, dict) else None
        if isinstance(text, str) and _is_text(text):
            texts.setdefault(translation.get("iso_639_1"), text)
    return texts


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
