"""Judges what a translator returned before it is used: an error page or another language is no translation.

A further sign of a text that is no translation belongs here. It decides only what is certain without a language model;
the service has the last word on the language. How a text is sent: translation.py.
"""

import html
import json
import re
from contextlib import suppress
from http import HTTPStatus

# Of an error page, wherever they stand in a text. No synopsis has them.
ERROR_PHRASES = re.compile(
    r"that['’]s an error|that['’]s all we know|\(server error\)|unusual traffic from|mymemory warning|"
    r"invalid (source|target) language|two distinct languages|query length limit|enable (javascript|cookies)|"
    r"api[ _-]?key|traceback \(most recent call",
    re.IGNORECASE,
)
# Of an error page where they are nearly the whole text, or two of them; a film may be about one.
ERROR_WORDS = re.compile(
    "|".join(
        [
            r"(please )?try again( later)?|an error (has )?occurred|there was an error|something went wrong",
            r"(rate|usage|quota|request) limit|limit exceeded|quota exceeded|temporarily unavailable|access denied",
            *(re.escape(status.phrase) for status in HTTPStatus if status >= 400 and " " in status.phrase),
        ]
    ),
    re.IGNORECASE,
)
STATUS_LINE = re.compile(
    "|".join(rf"\b{status.value}\b\W{{0,3}}{re.escape(status.phrase)}" for status in HTTPStatus if status >= 400)
    + r"|\b(http|error|status|code)\W{1,3}[45][0-9]{2}\b",
    re.IGNORECASE,
)
MARKUP = re.compile(
    r"<\s*(!doctype|/?(html|head|body|title|script|meta|div|p|br|span|h[1-6]|a|b|i|pre)\b)", re.IGNORECASE
)
ESCAPE = re.compile(r"\\(u(?!00[01])[0-9a-fA-F]{4}|[nrt\"'/\\])")
ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")  # a sign is a syllable or a word
SHORTEST, LONGEST = 0.4, 3.0  # in characters a character of the original
SHORTEST_OF_WIDE, LONGEST_OF_WIDE = 0.8, 10.0
SLACK_CHARACTERS = 80  # a short text may be explained, or be a name
MOST_FOREIGN_LETTERS = 0.2
ENGLISH = frozenset(
    {"the", "of", "and", "with", "his", "their", "who", "from", "after", "into", "when", "while", "she"}
)
ALSO_ELSEWHERE = frozenset({"a", "an", "to", "by", "is", "in", "on", "as", "her", "he", "for", "are", "they", "be"})
ENOUGH_WORDS = 20  # of which an English text has one of ENGLISH, or three that other languages have too


def usable(original: str, translated: str) -> str | None:
    """The English of `original`, or None where `translated` is none.

    Escapes of JSON and HTML that the original does not have are decoded once.
    """
    english = _unescaped(original, translated.strip())
    if not english or (english == original and not original.isascii()):
        return None
    if _is_error(original, english) or _has_wrong_length(original, english) or _is_another_language(english):
        return None
    return english


def _unescaped(original: str, text: str) -> str:
    if "\\" in text and "\\" not in original and "\\" not in ESCAPE.sub("", text):
        with suppress(UnicodeDecodeError):  # half a pair of surrogates
            decoded = ESCAPE.sub(_sign, text)
            text = decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    if html.unescape(original) == original:
        text = html.unescape(text)
    return text.strip()


def _sign(escape: re.Match[str]) -> str:
    name = escape[1]
    return chr(int(name[1:], 16)) if len(name) > 1 else ESCAPED.get(name, name)


def _is_error(original: str, english: str) -> bool:
    if MARKUP.search(english) and not MARKUP.search(original):
        return True
    if english[0] in "{[" and original[:1] not in "{[" and _is_json(english):
        return True
    found = STATUS_LINE.search(english)
    if found and not set(re.findall(r"[45][0-9]{2}", found.group())).intersection(re.findall(r"[0-9]{3}", original)):
        return True
    if ERROR_PHRASES.search(english):
        return True
    words = [match.group() for match in ERROR_WORDS.finditer(english)]
    return len(words) > 1 or 2 * sum(map(len, words)) > len(english)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _has_wrong_length(original: str, english: str) -> bool:
    """Whether it cannot be the same text: half of it is missing, or something was added."""
    wide = len(WIDE.findall(original))
    narrow = len(original) - wide
    shortest = SHORTEST * narrow + SHORTEST_OF_WIDE * wide - SLACK_CHARACTERS
    longest = LONGEST * narrow + LONGEST_OF_WIDE * wide + SLACK_CHARACTERS
    return not shortest <= len(english) <= longest


def _is_another_language(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    foreign = sum(1 for sign in letters if ord(sign) > 0x24F)
    if not letters or foreign > MOST_FOREIGN_LETTERS * len(letters):
        return True
    words = re.findall(r"[^\W\d_]+", text.lower())
    is_english = bool(ENGLISH.intersection(words)) or len(ALSO_ELSEWHERE.intersection(words)) >= 3
    return len(words) >= ENOUGH_WORDS and not is_english
