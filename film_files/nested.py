"""Nested cells: JSON, Python's and NumPy's prints and Postgres arrays, as lists, objects and texts.

NumPy prints lists without commas (`['Drama' 'Mystery']`), which Python would join to one text: so the cell is parsed
here, and nothing in it is ever evaluated. Names joined by commas and the like are in joined_names.py.
"""

import json
import math
from typing import Any

from film_files.nested_tokens import NestedError, tokens, unescaped

MAX_CHARACTERS = 4_000_000
MAX_DEPTH = 24

_OPENING = {"[": "]", "(": ")", "{": "}"}
_CONSTANTS = {
    "None": None,
    "null": None,
    "NULL": None,
    "nan": None,
    "NaN": None,
    "True": True,
    "true": True,
    "False": False,
    "false": False,
}


def looks_nested(text: str) -> bool:
    """Whether the text begins as a list, an object or a call that prints one."""
    return text[:1] in ("[", "{", "(") or text.startswith(
        ("array(", "set(", "frozenset(", "np.array(", "list(", "tuple(")
    )


def parse_nested(text: str) -> Any:
    """The value: lists, objects, texts, numbers, True, False and None. Raises NestedError with the reason.

    Sets and tuples are lists.
    """
    if len(text) > MAX_CHARACTERS:
        raise NestedError(f"has {len(text):,} characters, more than {MAX_CHARACTERS:,}")
    try:
        found = json.loads(text)
    except RecursionError as error:
        raise NestedError(f"is nested more than {MAX_DEPTH} deep") from error
    except ValueError:
        found = _parse(text)
    return without_nan(found)


def _parse(text: str) -> Any:
    """The value in another form than JSON, also with quotes that were doubled or escaped once too often."""
    try:
        return _Parser(text).whole()
    except NestedError:
        for slip, quote in (('""', '"'), ('\\"', '"'), ("\\'", "'")):
            if slip in text:
                try:
                    return json.loads(text.replace(slip, quote))
                except (ValueError, RecursionError):
                    continue
        raise


def without_nan(value: Any, depth: int = 0) -> Any:
    """The value with None for NaN and tuples as lists. Raises NestedError if it is nested too deep."""
    if depth > MAX_DEPTH:
        raise NestedError(f"is nested more than {MAX_DEPTH} deep")
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): without_nan(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [without_nan(item, depth + 1) for item in value]
    return value


class _Parser:
    """Reads one value, token by token."""

    def __init__(self, text: str) -> None:
        self.texts = tokens(text)
        self.kind, self.text = "", ""
        self.advance()

    def advance(self) -> tuple[str, str]:
        passed = self.kind, self.text
        self.kind, self.text = next(self.texts, ("end", ""))
        return passed

    def whole(self) -> Any:
        value = self.value(0)
        if self.kind != "end":
            raise NestedError("goes on after its end")
        return value

    def value(self, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise NestedError(f"is nested more than {MAX_DEPTH} deep")
        kind, text = self.advance()
        if kind == "string":
            return unescaped(text)
        if kind == "number":
            return int(text) if text.lstrip("+-").isdigit() else float(text)
        if kind == "word":
            word = text.strip()
            return _CONSTANTS[word] if word in _CONSTANTS else _Word(word)
        if kind == "call":
            return self.call(depth, text)
        if kind == "mark" and text in _OPENING:
            return self.braces(depth) if text == "{" else self.items(depth, text)
        raise NestedError("is cut off" if kind in ("end", "cut") else f"has {text!r} out of place")

    def items(self, depth: int, opening: str) -> list[Any]:
        """The items up to the closing bracket; between texts, numbers, lists and objects in [] no comma is needed."""
        found: list[Any] = []
        between = True  # a comma or the beginning is just before
        while not self.closes(_OPENING[opening]):
            if self.is_mark(","):
                self.advance()
                between = True
                continue
            bare = self.kind == "word" or (bool(found) and isinstance(found[-1], _Word))
            if not between and (opening != "[" or (bare and self.text.strip() not in _CONSTANTS)):
                raise NestedError("has no comma between two items")
            found.append(self.value(depth + 1))
            between = False
        return [str(item) if isinstance(item, _Word) else item for item in found]

    def braces(self, depth: int) -> Any:
        """An object, or the items of a set or a Postgres array."""
        if self.closes("}"):
            return {}
        first = self.value(depth + 1)
        if self.is_mark(":"):
            return self.entries(depth, first)
        if self.is_mark(","):
            self.advance()
        elif not self.is_mark("}"):
            raise NestedError("has no comma between two items")
        rest = self.items(depth, "{")
        if (isinstance(first, _Word) and "=" in first) or (type(first) is int and any(map(_is_text, rest))):
            raise NestedError("is an object in an unknown form")
        return [str(first) if isinstance(first, _Word) else first, *rest]

    def entries(self, depth: int, key: Any) -> dict[str, Any]:
        """An object, after its first name."""
        found: dict[str, Any] = {}
        while True:
            if isinstance(key, _Word | list | dict):
                raise NestedError("has a name without quotes")
            self.expect(":")
            item = self.value(depth + 1)
            if isinstance(item, _Word):
                raise NestedError("has a text without quotes")
            found[str(key)] = item
            if not self.is_mark("}"):
                self.expect(",")
            if self.closes("}"):
                return found
            key = self.value(depth + 1)

    def call(self, depth: int, name: str) -> Any:
        """The first argument of a call that prints a value; a dtype after it is left out."""
        if self.closes(")"):
            return []
        found = self.value(depth + 1)
        while not self.closes(")"):
            if self.kind in ("end", "cut"):
                raise NestedError("is cut off")
            if self.is_mark("(") or self.kind == "call":
                raise NestedError(f"has {name!r} in an unknown form")
            self.advance()
        return found

    def is_mark(self, mark: str) -> bool:
        return self.kind == "mark" and self.text == mark

    def expect(self, mark: str) -> None:
        if not self.is_mark(mark):
            raise NestedError(
                "is cut off" if self.kind in ("end", "cut") else f"lacks {mark!r} before {self.text[:20]!r}"
            )
        self.advance()

    def closes(self, closing: str) -> bool:
        if self.kind == "end":
            raise NestedError("is cut off")
        if not self.is_mark(closing):
            return False
        self.advance()
        return True


class _Word(str):
    """A text without quotes."""

    __slots__ = ()


def _is_text(item: object) -> bool:
    return isinstance(item, str)
