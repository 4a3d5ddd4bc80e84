"""A synopsis in English, from a translator the person agreed to; or, as a value, why there is none.

Nothing here asks for consent or shows anything: flow.py and views/. Which language a text is in: detection.py.
"""

import hashlib
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import urlsplit

import httpx

from streamlit_ui.detection import foreign_language
from streamlit_ui.settings import Settings

PIECE_CHARACTERS = 1_500  # translators refuse more than about 1,800 characters of Korean at once
PIECES_AT_ONCE = 3
FAILURES_UNTIL_REST = 3  # in a row
REST_SECONDS = 60.0

Failure = Literal["silent", "unreachable", "refused", "garbage", "resting"]
Cache = MutableMapping[str, str]  # digest of the original -> its English


@dataclass(frozen=True)
class TranslationFailed:
    """There is no translation: the translator was silent, out of reach, refused, or gave what is not English.

    `resting`: it failed so often that it is not asked for a while.
    """

    reason: Failure


class Translator(Protocol):
    """Puts a short text into English; `destination` is where the text goes, as a person would name it."""

    destination: str
    timeout_seconds: float  # for a whole text

    def translate(self, piece: str) -> str | TranslationFailed:
        """The piece in English, or why not; never waits longer than it was told to."""
        ...


class GoogleTranslate:
    """Google's public translation page, through deep-translator."""

    destination = "Google (translate.google.com)"

    def __init__(self, *, timeout_seconds: float) -> None:
        self.timeout_seconds = timeout_seconds

    def translate(self, piece: str) -> str | TranslationFailed:
        """The piece in English; the process that asks is ended when the time is up."""
        program = [sys.executable, "-m", "streamlit_ui.google_piece"]
        try:
            done = subprocess.run(  # noqa: S603 - our own module, the text goes through a pipe
                program, input=piece.encode(), capture_output=True, timeout=self.timeout_seconds, check=False
            )
            found: dict[str, str] = json.loads(done.stdout)
        except subprocess.TimeoutExpired:
            return TranslationFailed("silent")
        except ValueError:
            return TranslationFailed("garbage")
        if "text" in found:
            return found["text"]
        return TranslationFailed(_failure(found.get("failure")))


class LibreTranslate:
    """A LibreTranslate server.

    Asked directly: deep-translator's client has no time-out and puts the text into the address, where the server's log
    would keep it.
    """

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        self.timeout_seconds = timeout_seconds
        self.destination = urlsplit(url).netloc
        self._endpoint = url.rstrip("/") + "/translate"

    def translate(self, piece: str) -> str | TranslationFailed:
        """The piece in English."""
        question = {"q": piece, "source": "auto", "target": "en", "format": "text"}
        try:
            answer = httpx.post(self._endpoint, json=question, timeout=self.timeout_seconds)
            if answer.is_error:
                return TranslationFailed("refused")
            english = answer.json()["translatedText"]
        except httpx.TimeoutException:
            return TranslationFailed("silent")
        except httpx.HTTPError:
            return TranslationFailed("unreachable")
        except (ValueError, KeyError, TypeError):
            return TranslationFailed("garbage")
        return english if isinstance(english, str) else TranslationFailed("garbage")


class Rested:
    """A translator that is left alone for a while after it failed several times in a row: a circuit breaker.

    Nobody waits for a translator that is down, and one that refuses too many requests is not asked more often still.
    Shared by all visits, whose pieces come from several threads.
    """

    def __init__(self, translator: Translator, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.destination, self.timeout_seconds = translator.destination, translator.timeout_seconds
        self._translator, self._clock, self._lock = translator, clock, threading.Lock()
        self._failures, self._asleep_until = 0, float("-inf")

    def translate(self, piece: str) -> str | TranslationFailed:
        """The piece in English; once the rest is over, the next piece is a new try."""
        if self._clock() < self._asleep_until:
            return TranslationFailed("resting")
        english = self._translator.translate(piece)
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


def translate(text: str, translator: Translator, cache: Cache) -> str | TranslationFailed:
    """The whole text in English, asked for piece by piece and only once; the first failing piece fails it all."""
    key = hashlib.sha256(f"{translator.destination}\n{text}".encode()).hexdigest()
    if key in cache:
        return cache[key]
    found = _all_in_time(translator, split(text))
    if isinstance(found, TranslationFailed):
        return found
    if any(not english.strip() or foreign_language(english) is not None for english in found):
        return TranslationFailed("garbage")
    cache[key] = " ".join(english.strip() for english in found)
    return cache[key]


def _all_in_time(translator: Translator, pieces: list[str]) -> list[str] | TranslationFailed:
    """Every piece in English, in order; a few are asked for at once, and the time is that of the whole text."""
    threads = ThreadPoolExecutor(max_workers=PIECES_AT_ONCE)
    futures = [threads.submit(translator.translate, piece) for piece in pieces]
    _, late = wait(futures, timeout=translator.timeout_seconds)
    threads.shutdown(wait=False, cancel_futures=True)  # each translator ends by itself, soon after
    answers = [future.result() for future in futures if future not in late]
    failed = next((answer for answer in answers if isinstance(answer, TranslationFailed)), None)
    if failed is not None or late:
        return failed or TranslationFailed("silent")
    return [answer for answer in answers if isinstance(answer, str)]


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


def _failure(name: str | None) -> Failure:
    match name:
        case "refused" | "unreachable":
            return name
        case _:
            return "garbage"
