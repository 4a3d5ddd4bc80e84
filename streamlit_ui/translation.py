"""A synopsis in English, from a translator the person agreed to; or, as a value, why there is none.

Nothing here asks for consent, judges a language or shows anything: flow.py and views/.
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
from typing import Literal, Protocol
from urllib.parse import urlsplit

import httpx

from streamlit_ui.google_translate import PIECES_AT_ONCE
from streamlit_ui.settings import Settings

PIECE_CHARACTERS = 1_500  # translators refuse more than about 1,800 characters of Korean at once
FAILURES_UNTIL_REST = 3  # in a row
REST_SECONDS = 60.0

Failure = Literal["silent", "unreachable", "refused", "garbage", "resting"]


@dataclass(frozen=True)
class TranslationFailed:
    """There is no translation: the translator was silent, out of reach, refused, or gave what is not English.

    `resting`: it failed so often that it is not asked for a while.
    """

    reason: Failure


class Translator(Protocol):
    """Puts the pieces of a text into English; `destination` is where they go, as a person would name it."""

    destination: str

    def translate(self, pieces: list[str]) -> list[str] | TranslationFailed:
        """Each piece in English, in order, or why not; never waits longer than it was told to."""
        ...


class GoogleTranslate:
    """Google's public translation page, through deep-translator."""

    destination = "Google (translate.google.com)"

    def __init__(self, *, timeout_seconds: float) -> None:
        self._seconds = timeout_seconds

    def translate(self, pieces: list[str]) -> list[str] | TranslationFailed:
        """The pieces in English; the process that asks is ended when the time is up."""
        program = [sys.executable, "-m", "streamlit_ui.google_translate"]
        try:
            done = subprocess.run(  # noqa: S603 - our own module, the text goes through a pipe
                program, input=json.dumps(pieces).encode(), capture_output=True, timeout=self._seconds, check=False
            )
            english: list[str] | Failure = json.loads(done.stdout)
        except subprocess.TimeoutExpired:
            return TranslationFailed("silent")
        except ValueError:
            return TranslationFailed("garbage")
        return english if isinstance(english, list) else TranslationFailed(english)


class LibreTranslate:
    """A LibreTranslate server.

    Asked directly: deep-translator's client has no time-out and puts the text into the address, where the server's log
    would keep it.
    """

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        self.destination = urlsplit(url).netloc
        self._seconds = timeout_seconds
        self._endpoint = url.rstrip("/") + "/translate"

    def translate(self, pieces: list[str]) -> list[str] | TranslationFailed:
        """The pieces in English; a few are asked for at once."""
        threads = ThreadPoolExecutor(PIECES_AT_ONCE)
        try:
            return list(threads.map(self._english_of, pieces, timeout=self._seconds))
        except (TimeoutError, httpx.TimeoutException):
            return TranslationFailed("silent")
        except httpx.HTTPStatusError:
            return TranslationFailed("refused")
        except httpx.HTTPError:
            return TranslationFailed("unreachable")
        except (ValueError, KeyError, TypeError):
            return TranslationFailed("garbage")
        finally:
            threads.shutdown(wait=False, cancel_futures=True)  # what is under way ends by itself, soon after

    def _english_of(self, piece: str) -> str:
        question = {"q": piece, "source": "auto", "target": "en", "format": "text"}
        answer = httpx.post(self._endpoint, json=question, timeout=self._seconds).raise_for_status()
        english = answer.json()["translatedText"]
        if not isinstance(english, str):
            raise TypeError(type(english).__name__)
        return english


class Rested:
    """A translator that is left alone for a while after it failed several times in a row: a circuit breaker.

    Nobody waits for a translator that is down, and one that refuses too many requests is not asked more often still.
    Shared by all visits.
    """

    def __init__(self, translator: Translator, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.destination = translator.destination
        self._translator, self._clock, self._lock = translator, clock, threading.Lock()
        self._failures, self._asleep_until = 0, float("-inf")

    def translate(self, pieces: list[str]) -> list[str] | TranslationFailed:
        """The pieces in English; once the rest is over, the next text is a new try."""
        if self._clock() < self._asleep_until:
            return TranslationFailed("resting")
        english = self._translator.translate(pieces)
        with self._lock:
            self._failures = self._failures + 1 if isinstance(english, TranslationFailed) else 0
            if self._failures >= FAILURES_UNTIL_REST:
                self._failures, self._asleep_until = 0, self._clock() + REST_SECONDS
        return english


def translator_of(settings: Settings) -> Translator | None:
    """The translator the settings ask for; None when translation is turned off."""
    if settings.translation == "off":
        return None
    seconds = settings.translation_timeout_seconds
    if settings.libretranslate_url is not None:
        return Rested(LibreTranslate(str(settings.libretranslate_url), timeout_seconds=seconds))
    return Rested(GoogleTranslate(timeout_seconds=seconds))


def translate(text: str, translator: Translator) -> str | TranslationFailed:
    """The whole text in English; one piece that fails, or comes back empty or as it was, fails it all."""
    pieces = split(text)
    english = translator.translate(pieces)
    if isinstance(english, TranslationFailed):
        return english
    translated = [piece.strip() for piece in english]
    for before, after in zip(pieces, translated, strict=True):
        if not after or (after == before and not before.isascii()):
            return TranslationFailed("garbage")
    return " ".join(translated)


def split(text: str, *, limit: int = PIECE_CHARACTERS) -> list[str]:
    """The text in pieces of at most `limit` characters, cut between sentences wherever a sentence fits."""
    pieces = [""]
    for sentence in re.findall(r"[^.!?。！？\n]*[.!?。！？\n]*\s*", text):
        for start in range(0, len(sentence), limit):
            part = sentence[start : start + limit]
            if len(pieces[-1]) + len(part) > limit:
                pieces.append("")
            pieces[-1] += part
    return [piece.strip() for piece in pieces if piece.strip()]
