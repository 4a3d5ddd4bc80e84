"""Translation of a synopsis into English; failures are values, never exceptions. A new translator is one class here.

Whether a text is a translation: translated_text.py. Consent and language detection do not belong here: flow.py.
"""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, Protocol, get_args
from urllib.parse import urlsplit

import httpx

from streamlit_ui import translated_text
from streamlit_ui.google_translate import PIECES_AT_ONCE
from streamlit_ui.settings import PageSettings

PIECE_CHARACTERS = 1_500  # translators refuse more than about 1,800 characters of Korean per request
MAX_FAILURES = 3  # in a row
PAUSE_SECONDS = 60.0

FailureReason = Literal["timeout", "unreachable", "refused", "unusable", "paused"]


@dataclass(frozen=True)
class TranslationFailed:
    """There is no translation: a timeout, no connection, a refusal, or a response that is no English translation.

    `paused`: the circuit breaker is open.
    """

    reason: FailureReason


class Translator(Protocol):
    """Translates the pieces of a text into English; `destination` names the recipient for a person."""

    destination: str

    def translate(self, pieces: list[str]) -> list[str] | TranslationFailed:
        """Each piece in English, in order, or the failure; never waits longer than its timeout."""
        ...


class GoogleTranslate:
    """Google's public translation page, through deep-translator."""

    destination = "Google (translate.google.com)"

    def __init__(self, *, timeout_seconds: float) -> None:
        self._seconds = timeout_seconds

    def translate(self, pieces: list[str]) -> list[str] | TranslationFailed:
        """The pieces in English, from a process that is killed at the timeout."""
        program = [sys.executable, "-m", "streamlit_ui.google_translate"]
        try:
            done = subprocess.run(  # noqa: S603 - our own module, the text goes through a pipe
                program, input=json.dumps(pieces).encode(), capture_output=True, timeout=self._seconds, check=False
            )
            english = json.loads(done.stdout)
        except subprocess.TimeoutExpired:
            return TranslationFailed("timeout")
        except OSError:  # no process can be started
            return TranslationFailed("unreachable")
        except (ValueError, RecursionError):
            return TranslationFailed("unusable")
        if isinstance(english, list):
            return english
        return TranslationFailed(english if english in get_args(FailureReason) else "unusable")


class LibreTranslate:
    """A LibreTranslate server.

    Not through deep-translator, whose client has no timeout and puts the text into the URL, where logs keep it.
    """

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        self.destination = urlsplit(url).netloc
        self._seconds = timeout_seconds
        self._endpoint = url.rstrip("/") + "/translate"

    def translate(self, pieces: list[str]) -> list[str] | TranslationFailed:
        """The pieces in English, a few at a time."""
        threads = ThreadPoolExecutor(PIECES_AT_ONCE)
        try:
            return list(threads.map(self._english_of, pieces, timeout=self._seconds))
        except (TimeoutError, httpx.TimeoutException):
            return TranslationFailed("timeout")
        except httpx.HTTPStatusError:
            return TranslationFailed("refused")
        except httpx.HTTPError:
            return TranslationFailed("unreachable")
        except (ValueError, KeyError, TypeError, RecursionError):
            return TranslationFailed("unusable")
        finally:
            threads.shutdown(wait=False, cancel_futures=True)  # running requests end by their own timeout

    def _english_of(self, piece: str) -> str:
        question = {"q": piece, "source": "auto", "target": "en", "format": "text"}
        answer = httpx.post(self._endpoint, json=question, timeout=self._seconds).raise_for_status()
        english = answer.json()["translatedText"]
        if not isinstance(english, str):
            raise TypeError(type(english).__name__)
        return english


class CircuitBreaker:
    """Stops using a translator for a while after several failures in a row, for all visits.

    Nobody waits for a translator that is down, and one that limits its rate gets no further requests.
    """

    def __init__(self, translator: Translator, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.destination = translator.destination
        self._translator, self._clock, self._lock = translator, clock, threading.Lock()
        self._failures, self._open_until = 0, float("-inf")

    def translate(self, pieces: list[str]) -> list[str] | TranslationFailed:
        """The pieces in English; after the pause the next text is a new attempt."""
        if self._clock() < self._open_until:
            return TranslationFailed("paused")
        english = self._translator.translate(pieces)
        failed = isinstance(english, TranslationFailed) or isinstance(_usable(pieces, english), TranslationFailed)
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            if self._failures >= MAX_FAILURES:
                self._failures, self._open_until = 0, self._clock() + PAUSE_SECONDS
        return english


def translator_of(settings: PageSettings) -> Translator | None:
    """The translator of these settings; None if translation is off."""
    if settings.translation == "off":
        return None
    seconds = settings.translation_timeout_seconds
    if settings.libretranslate_url is not None:
        return CircuitBreaker(LibreTranslate(str(settings.libretranslate_url), timeout_seconds=seconds))
    return CircuitBreaker(GoogleTranslate(timeout_seconds=seconds))


def translate(text: str, translator: Translator) -> str | TranslationFailed:
    """The text in English; a piece that fails, or is no translation, fails the whole text."""
    pieces = split(text)
    english = translator.translate(pieces)
    usable = english if isinstance(english, TranslationFailed) else _usable(pieces, english)
    return usable if isinstance(usable, TranslationFailed) else " ".join(usable)


def _usable(pieces: list[str], english: list[str]) -> list[str] | TranslationFailed:
    if len(english) != len(pieces) or not all(isinstance(piece, str) for piece in english):
        return TranslationFailed("unusable")
    judged = [translated_text.usable(*pair) for pair in zip(pieces, english, strict=True)]
    usable = [piece for piece in judged if piece is not None]
    is_whole = len(usable) == len(pieces) and len(set(usable)) == len(set(pieces))  # an error page repeats itself
    return usable if is_whole else TranslationFailed("unusable")


def split(text: str, *, limit: int = PIECE_CHARACTERS) -> list[str]:
    """The text in pieces of at most `limit` characters, cut between sentences where they fit."""
    pieces = [""]
    for sentence in re.findall(r"[^.!?。！？\n]*[.!?。！？\n]*\s*", text):
        for start in range(0, len(sentence), limit):
            part = sentence[start : start + limit]
            if len(pieces[-1]) + len(part) > limit:
                pieces.append("")
            pieces[-1] += part
    return [piece.strip() for piece in pieces if piece.strip()]
