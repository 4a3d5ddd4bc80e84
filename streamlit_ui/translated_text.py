"""Judges what a translator returned before it is used: an error page or another language is no translation.

A further sign of a text that is no translation belongs here. It decides only what is certain without a language model;
the service has the last word on the language. How a text is sent: translation.py.
"""

import html
import re
import unicodedata
from contextlib import suppress
from http import HTTPStatus

# Of an error page, wherever they stand in a text. No synopsis has them.
ERROR_PHRASES = re.compile(
    r"that['’]s an error|that['’]s all we know|\(server error\)|unusual traffic from|mymemory warning|"
    r"invalid (source|target) language|two distinct languages|query length limit|enable (javascript|cookies)|"
    r"traceback \(most recent call|cannot read propert|contact the server operator|portal\.libretranslate|"
    r"upgrade (to )?(your|our|an?|the) ([a-z]+ )?(plan|subscription|account)|"
    r"exceeded (your|the|its) ([a-z]+ ){0,3}(quota|limit)|translation (has )?(failed|error)|failed to translate",
    re.IGNORECASE,
)
# Of an error page where they are most of the text, or two of them most of a short one; a film may be about one.
ERROR_WORDS = re.compile(
    "|".join(
        [
            r"(please )?try again( later)?|an error (has )?occurred|there was an error|something went wrong",
            r"(rate|usage|quota|request|character) limit|limit (exceeded|reached)",
            r"(\b[a-z]{1,20} )?quota( (is )?[a-z]{1,20}ed)?",
            r"(temporarily|currently) unavailable|access (is )?denied|unknown error",
            r"((invalid|missing|wrong) )?api[ _-]?key",
            r"\b([a-z]{1,20} ){0,3}(under|down for|undergoing) ([a-z]{1,20} )?maintenance",
            r"scheduled maintenance|checking your browser|verify (that )?you are (a )?human|just a moment|please wait",
            *(re.escape(status.phrase) for status in HTTPStatus if status >= 400 and " " in status.phrase),
        ]
    ),
    re.IGNORECASE,
)
SHORT_CHARACTERS = 200
# What a program writes where it has no text, as the whole of one.
NO_TEXTS = frozenset(
    {"null", "none", "nil", "nan", "undefined", "true", "false", "object object", "object", "error", "errors", "failed"}
    | {
        "failure",
        "ok",
        "n a",
        "no translation",
        "not available",
        "not supported",
        "unavailable",
        "maintenance",
        "quota",
    }
    | {"loading", "denied", "redirecting", "timeout", "timed out", "invalid", "empty", "string", "exception", "unknown"}
    | {re.sub(r"\W+", " ", status.phrase).lower() for status in HTTPStatus if status >= 400}
)
EXCEPTION = re.compile(r"\b([A-Z][a-z]{1,20}){1,4}(Error|Exception)\b")
# How a language model refuses, at the beginning of its answer.
REFUSAL = re.compile(
    r"\W*((i['’]?m|i am|we['’]re|we are) )?(very |so )?(sorry\W+|apologi[sz]e\W+|unfortunately\W+)?(but )?"
    r"(i|we)( am|['’]m| are|['’]re)? ?(can ?not|can['’]t|could ?n[o'’]t|unable to|not able to|won['’]t) "
    r"(be able to )?(help with|help you|assist|translate|provide|fulfil|comply|process|access)|"
    r"\W*(i['’]?m|i am|as) an? (ai|artificial intelligence|large language model|language model)\b",
    re.IGNORECASE,
)
PREFACE = re.compile(
    r"\W*((sure|certainly|of course|okay|ok)\W+)?"
    r"((here(['’]s| is| are)|this is|below is) [^:\n]{0,40}translat[^:\n]{0,60}"
    r"|(the )?(english )?translat(ion|ed text)( (in|into|to) english| \(english\))?)\s*:[\s*]*",
    re.IGNORECASE,
)
CUT_JSON = re.compile(r"[\[{]\s*([\"'{\[\]}]|$)")
REPEATED_WORDS = re.compile(r"\b(\w+(?:\W+\w+){0,7}?)(?:\W+\1\b){3,}", re.IGNORECASE)
REPEATED_SIGNS = re.compile(r"(.{1,60}?)\1{3,}", re.DOTALL)
STATUS_LINE = re.compile(
    "|".join(rf"\b{status.value}\b\W{{0,3}}{re.escape(status.phrase)}" for status in HTTPStatus if status >= 400)
    + r"|\b(http|error|status|code)\W{1,3}[45][0-9]{2}\b",
    re.IGNORECASE,
)
MARKUP = re.compile(
    r"<\s*(!doctype|\?xml|!\[cdata|/[a-z]|/?(html|head|body|title|script|meta|div|p|br|span|h[1-6]|a|b|i|pre)\b)",
    re.IGNORECASE,
)
ESCAPE = re.compile(r"\\(u(?!00[01])[0-9a-fA-F]{4}|[nrt\"'/\\])")
ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")  # a sign is a syllable or a word
SHORTEST, LONGEST = 0.4, 3.0  # in characters a character of the original
SHORTEST_OF_WIDE, LONGEST_OF_WIDE = 0.8, 10.0
SLACK_CHARACTERS = 80  # at most: a short text may be explained, or be a name
MOST_FOREIGN_LETTERS = 0.2
ENGLISH = frozenset(
    {"the", "of", "and", "with", "his", "their", "who", "from", "after", "into", "when", "while", "she"}
)
ALSO_ELSEWHERE = frozenset({"a", "an", "to", "by", "is", "in", "on", "as", "her", "he", "for", "are", "they", "be"})
MOST_WORDS_OF_A_NAME = 6
ENOUGH_WORDS = 20  # of which an English text has one of ENGLISH, or three that other languages have too


def usable(original: str, translated: str) -> str | None:
    """The English of `original`, or None where `translated` is none.

    Escapes of JSON and HTML that the original does not have are decoded once; "Here is the translation:" is removed.
    """
    english = _unescaped(original, translated.strip())
    if not PREFACE.match(original):
        english = PREFACE.sub("", english, count=1) if PREFACE.match(english) else english
    if not english or _has_broken_signs(original, english) or (english == original and not _may_stay(original)):
        return None
    if _is_error(original, english) or _is_repetition(original, english):
        return None
    if _has_wrong_length(original, english) or _is_another_language(english):
        return None
    return english


def _has_broken_signs(original: str, english: str) -> bool:
    """Whether it has signs that no text has, or those that stand for lost ones."""
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\r\t" for sign in english):
        return True
    if "\ufffd" in english and "\ufffd" not in original:
        return True
    return "??" in english and not re.search("[?？]", original)


def _may_stay(original: str) -> bool:
    """Whether a text may be its own translation: in plain letters, a name such as Amélie Poulain, or English."""
    words = re.findall(r"[^\W\d_]+", original)
    is_name = len(words) <= MOST_WORDS_OF_A_NAME and all(word[0].isupper() for word in words)
    return original.isascii() or is_name or len(ENGLISH.intersection(map(str.lower, words))) > 1


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
    if CUT_JSON.match(english) and not original.startswith(("{", "[")):
        return True
    if re.sub(r"\W+", " ", english).strip().lower() in NO_TEXTS or REFUSAL.match(english):
        return True
    found = STATUS_LINE.search(english)
    if found and not set(re.findall(r"[45][0-9]{2}", found.group())).intersection(re.findall(r"[0-9]{3}", original)):
        return True
    exception = EXCEPTION.search(english)
    if ERROR_PHRASES.search(english) or (exception and exception.group() not in original):
        return True
    words = [match.group().strip() for match in ERROR_WORDS.finditer(english)]
    is_short = len(english) <= SHORT_CHARACTERS
    return (is_short and len(set(map(str.lower, words))) > 1) or 2 * sum(map(len, words)) > len(english)


def _is_repetition(original: str, english: str) -> bool:
    """Whether it goes round in circles, as language models do, and the original does not."""
    if REPEATED_SIGNS.search(original):
        return False
    if REPEATED_WORDS.search(english):
        return True
    words = re.findall(r"\w+", english.lower())
    original_words = original.split()
    is_one_word = len(words) > 2 and len(set(words)) == 1
    return is_one_word and len(set(original_words)) > len(original_words) / 2


def _has_wrong_length(original: str, english: str) -> bool:
    """Whether it cannot be the same text: half of it is missing, or something was added."""
    wide = len(WIDE.findall(original))
    narrow = len(original) - wide
    shortest = SHORTEST * narrow + SHORTEST_OF_WIDE * wide
    shortest -= min(SLACK_CHARACTERS, shortest / 2)
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
