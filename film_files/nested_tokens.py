"""Tokens of a nested cell: brackets, texts with and without quotes, numbers.

What they make together is in nested.py.
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<call>(?:np\.|numpy\.|collections\.)?(?:array|ndarray|str_|u?int(?:8|16|32|64)|float(?:16|32|64)|set|frozenset|list|tuple)\()
    |(?P<string>[uUbB]?(?:'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"))
    |(?P<mark>[\[\]{}(),:])
    |(?P<number>[+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?(?:[eE][+-]?[0-9]{1,3})?(?=\s*[\[\]{}(),:]|\s+[-+0-9]|\s*$))
    |(?P<cut>\.\.\.|…)
    # a text without quotes, in one line: O'Brien, Metro-Goldwyn-Mayer (MGM)
    |(?P<word>[^\s\[\]{}(),:'"](?:[^\s\[\]{}(),:'"]|(?<=\S)'|[^\S\n]+(?!')|(?<=\s)\([^()\[\]{}]*\))*)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""} | {sign: sign for sign in "'\"\\/"}


class NestedError(ValueError):
    """The text cannot be parsed; the message says why, as the end of a sentence about it."""


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """The tokens by kind: a group's name of `_TOKEN`. Raises NestedError where none begins."""
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            rest = text[position : position + 20].strip()
            raise NestedError("has a text without an end" if rest[0] in "'\"" else f"has {rest!r} out of place")
        yield str(match.lastgroup), match[str(match.lastgroup)]
        position = match.end()


def unescaped(token: str) -> str:
    """The text of a token in quotes. Raises NestedError for bytes that are no plain text."""
    quote = token[-1]
    prefix, body = token[0], token[token.index(quote) + 1 : -1]
    if "\\" not in body:
        if prefix in "bB" and not body.isascii():
            raise NestedError("holds bytes")
        return body
    if prefix in "bB":
        raise NestedError("holds bytes")
    text = _ESCAPE.sub(_escape, body)
    # a pair of surrogates, as JSON writes signs beyond U+FFFF
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if "\\u" in body.lower() else text


def _escape(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        if int(code, 16) > 0x10FFFF:
            raise NestedError(f"has {match[0]!r} out of place")
        return chr(int(code, 16))
    return _ESCAPED.get(match[4], match[0])
