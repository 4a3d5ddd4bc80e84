"""A synopsis in English, from a translator the person agreed to; or, as a value, why there is none.

Nothing here asks for consent or shows anything: flow.py and views/. Which language a text is in: detection.py.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import urlsplit

import httpx

from streamlit_ui.detection import foreign_language
from streamlit_ui.settings import Settings

PIECE_CHARACTERS = 1_500  # translators refuse more than about 1,800 characters of Korean at once

Failure = Literal["silent", "unreachable", "refused", "garbage"]
Cache = MutableMapping[str, str]  # digest of the original -> its English


@dataclass(frozen=True)
class TranslationFailed:
    """There is no translation: the translator was silent, out of reach, refused, or gave what is not English."""

    reason: Failure


class Translator(Protocol):
    """Puts a short text into English; `destination` is where the text goes, as a person would name it."""

    destination: str

    def translate(self, piece: str) -> str | TranslationFailed:
        """The piece in English, or why not; never waits longer than it was told to."""
        ...


class GoogleTranslate:
    """Google's public translation page, through deep-translator."""

    destination = "Google (translate.google.com)"

    def __init__(self, *, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds

    def translate(self, piece: str) -> str | TranslationFailed:
        """The piece in English; the process that asks is ended when the time is up."""
        program = [sys.executable, "-m", "streamlit_ui.google_piece"]
        try:
            done = subprocess.run(  # noqa: S603 - our own module, the text goes through a pipe
                program, input=piece.encode(), capture_output=True, timeout=self._timeout_seconds, check=False
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
        self._timeout_seconds = timeout_seconds
        self.destination = urlsplit(url).netloc
        self._endpoint = url.rstrip("/") + "/translate"

    def translate(self, piece: str) -> str | TranslationFailed:
        """The piece in English."""
        question = {"q": piece, "source": "auto", "target": "en", "format": "text"}
        try:
            answer = httpx.post(self._endpoint, json=question, timeout=self._timeout_seconds)
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


def translator_of(settings: Settings) -> Translator | None:
    """The translator the settings ask for; None when translation is turned off."""
    if settings.translation == "off":
        return None
    seconds = settings.translation_timeout_seconds
    if settings.libretranslate_url is not None:
        return LibreTranslate(str(settings.libretranslate_url), timeout_seconds=seconds)
    return GoogleTranslate(timeout_seconds=seconds)


def translate(text: str, translator: Translator, cache: Cache) -> str | TranslationFailed:
    """The whole text in English, asked for piece by piece and only once; the first failing piece fails it all."""
    key = hashlib.sha256(f"{translator.destination}\n{text}".encode()).hexdigest()
    if key in cache:
        return cache[key]
    pieces: list[str] = []
    for piece in split(text):
        english = translator.translate(piece)
        if isinstance(english, TranslationFailed):
            return english
        if not english.strip() or foreign_language(english) is not None:
            return TranslationFailed("garbage")
        pieces.append(english.strip())
    cache[key] = " ".join(pieces)
    return cache[key]


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
