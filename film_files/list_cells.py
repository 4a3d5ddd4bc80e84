"""Cells of lists and objects: every written form as a list of texts and objects, never a glued name or one left out.

The parser of nested texts is in nested.py, names joined to one text are split in joined_names.py.
"""

from contextlib import suppress
from typing import Any

from film_files.cells import quoted
from film_files.joined_names import CODES, NO_FORM, JoinForm, rejoined, split_names
from film_files.missing import MARKERS, is_missing, is_missing_title
from film_files.nested import MAX_CHARACTERS, looks_nested, parse_nested, without_nan
from film_files.nested_tokens import NestedError

Item = str | dict[str, Any]
NAMING = ("name", "iso_3166_1", "iso_639_1", "english_name", "native_name", "original_name", "title")
MAX_NAMES = 1_000  # of a cell; a film has a few hundred people at most
_WRAPPED = 3  # JSON inside JSON text, so often


def read_list(value: object, column: str, form: JoinForm = NO_FORM) -> list[Item]:
    """The items, without missing ones. Raises ValueError with the reason, which quotes the cell."""
    if isinstance(value, str):
        return _bounded(_of_text(value, column, form, _WRAPPED), value)
    try:
        found = without_nan(value)
    except NestedError as error:
        raise ValueError(f"{error}: {quoted(str(value)[:200])}") from error
    if isinstance(found, list):
        _bounded(found, value)
    return _items(found, column, value, _WRAPPED)


def _bounded(items: list[Any], cell: object) -> list[Any]:
    if len(items) > MAX_NAMES:
        raise ValueError(f"has {len(items):,} names, more than {MAX_NAMES:,}: {quoted(str(cell)[:200])}")
    return items


def read_object(value: object) -> dict[str, Any] | str | None:
    """The object of a cell, or its text if it is a plain name. Raises ValueError with the reason."""
    found = without_nan(value)
    for _ in range(_WRAPPED):
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if not isinstance(found, str):
            break
        text = found.strip()
        if is_missing(text) or text in ("[]", "{}"):
            return None
        if text[0] not in "[{" and not (text[0] == text[-1] == '"' and len(text) > 2):
            return text
        found = _parsed(text)
    if found is None or found in ([], {}) or is_missing(found):
        return None
    if not isinstance(found, dict | str):
        raise ValueError(f"is {quoted(value)}, not an object or a name")
    return found


def _of_text(text: str, column: str, form: JoinForm, wraps: int) -> list[Item]:
    text = text.strip()
    if is_missing(text):
        return []
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"has {len(text):,} characters, more than {MAX_CHARACTERS:,}: {quoted(text)}")
    if looks_nested(text):
        try:
            return _items(_with_endings(parse_nested(text), text, column), column, text, wraps)
        except NestedError as error:
            if not text.startswith("("):  # (주)쇼박스 is a name
                raise ValueError(f"is {quoted(text)}, not a list that can be read: it {error}") from error
    if wraps and text[0] in "'\"" and text[0] == text[-1]:
        with suppress(
            NestedError
        ):  # names in quotes, or JSON inside JSON text; else a name such as "Weird Al" Yankovic
            found = parse_nested(f"[{text}]")
            return _items(found[0] if len(found) == 1 else found, column, text, wraps)
    bars = max(map(text.count, "|;,"))
    if bars >= 2 * MAX_NAMES:  # before the time it takes to split them
        raise ValueError(f"has about {bars + 1:,} names, more than {MAX_NAMES:,}: {quoted(text)}")
    names = [name for name in split_names(text, column, form) if not _is_nothing(name, column)]
    if not names and any(character.isalnum() for character in text):
        raise ValueError(f"is {quoted(text)}, not a list that can be read")
    return list(names)


def _with_endings(found: Any, text: str, column: str) -> Any:
    """Names without quotes, `[Studio Blue, Inc., Film4]`, whose commas the parser took for separators."""
    if not isinstance(found, list) or "'" in text or '"' in text or not all(isinstance(name, str) for name in found):
        return found
    return rejoined(found, column)


def _items(found: Any, column: str, cell: object, wraps: int) -> list[Item]:
    """The items of a parsed cell; a text inside it may hold a list again."""
    if isinstance(found, str):
        if not wraps:
            raise ValueError(f"is {quoted(cell)}, a list inside text inside text")
        return _of_text(found, column, NO_FORM, wraps - 1)
    if isinstance(found, dict):
        return _of_object(found, cell)
    if not isinstance(found, list):
        return [] if found is None else [_item(found, cell)]
    if len(found) == 1 and isinstance(found[0], list):
        found = found[0]
    items: list[Item] = []
    for item in found:
        if isinstance(item, str):
            items += _of_item_text(item.strip(), column, cell, wraps)
        elif item is not None and item != {}:
            items.append(_item(item, cell))
    return items


def _of_item_text(text: str, column: str, cell: object, wraps: int) -> list[Item]:
    """The items of a text in a list: mostly one; bars and semicolons join names here too, and JSON is an object."""
    if is_missing_title(text):
        return []
    if text[0] in "[{" and wraps:
        inner = _of_text(text, column, NO_FORM, wraps - 1)
        if len(inner) != 1:
            raise ValueError(f"is {quoted(cell)}, a list of lists")
        return inner
    if ";" in text or ("|" in text and column in CODES):
        return [name for name in split_names(text, column) if not _is_nothing(name, column)]
    return [] if column in CODES and _is_nothing(text, column) else [text]


def _is_nothing(name: str, column: str) -> bool:
    """A word for nothing among names; NA is Namibia there."""
    return name in MARKERS if column not in CODES else name.upper() != "NA" and is_missing(name)


def _item(item: object, cell: object) -> Item:
    if isinstance(item, dict):
        if not any(key in item for key in NAMING):
            raise ValueError(f"is {quoted(cell)}, with an object without a name")
        return item
    if isinstance(item, int | float) and not isinstance(item, bool) and abs(item) < 10**9 and item == int(item):
        return str(int(item))  # the id of a genre
    raise ValueError(f"is {quoted(cell)}, not a list of names or objects: it holds {quoted(item)}")


def _of_object(found: dict[str, Any], cell: object) -> list[Item]:
    """One object, or the names of {"18": "Drama"} or {"Drama": 18}."""
    if not found:
        return []
    if any(key in found for key in NAMING):
        return [found]
    values = list(found.values())
    if all(key.strip().isdigit() for key in found):
        return _items(values, "", cell, 0)
    if all(isinstance(value, int | float | bool) and value is not False for value in values) and "id" not in found:
        return [key.strip() for key in found if key.strip()]
    raise ValueError(f"is {quoted(cell)}, an object without a name")


def _parsed(text: str) -> Any:
    try:
        return parse_nested(text)
    except NestedError as error:
        raise ValueError(f"is {quoted(text)}, not an object that can be read: it {error}") from error
