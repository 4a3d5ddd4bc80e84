"""TMDB's daily export of ids: every film with its popularity on that day, as a gzip file of JSON lines.

The files are on another host than the API, need no key and are kept for three months. Which days are read from an
export is decided in source.py.
"""

import heapq
import json
import logging
import time
import zlib
from collections.abc import Iterator
from datetime import date

import httpx

from movie_assets.catalogue.source import SourceError
from movie_assets.catalogue.tmdb.retry import (
    TRANSIENT_ERRORS,
    TRANSIENT_STATUSES,
    RetryPolicy,
    TimeLimits,
    TransientError,
    error_of,
)

_GZIP = 31  # zlib's number for a gzip header

log = logging.getLogger(__name__)


class NoExportError(LookupError):
    """TMDB has no export of the day: it is too old, not there yet, or was never made."""


def most_popular(
    day: date, *, films: int, files_url: str, policy: RetryPolicy, limits: TimeLimits
) -> list[dict[str, int]]:
    """Entries of the most popular films in the export of `day`, in that order, without adult films and clips.

    The file is streamed. Raises NoExportError when there is none, SourceError when it cannot be downloaded or read.
    """
    url = f"{files_url.rstrip('/')}/movie_ids_{day:%m_%d_%Y}.json.gz"
    ranked: list[tuple[float, int]] = policy.call(_ranked, url, films, limits)
    if not ranked:
        raise SourceError(f"TMDB's export {url} names no film with an id and a popularity; its form may have changed.")
    return [{"id": -negative_id} for _, negative_id in ranked]


def _ranked(url: str, films: int, limits: TimeLimits) -> list[tuple[float, int]]:
    since = time.monotonic()
    headers = {"Accept-Encoding": "identity"}  # the file is compressed already
    try:
        with (
            httpx.Client(transport=httpx.HTTPTransport(), timeout=limits.for_http()) as http,
            http.stream("GET", url, headers=headers) as response,
        ):
            _require_file(response, url)
            return heapq.nlargest(films, _films(_lines(limits.within(response.iter_raw(), since=since)), url))
    except TRANSIENT_ERRORS as error:
        raise TransientError(f"{type(error).__name__} ({error})") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise SourceError(f"TMDB's export cannot be downloaded from {url}: {error}") from error


def _require_file(response: httpx.Response, url: str) -> None:
    if response.status_code in TRANSIENT_STATUSES:
        raise error_of(response.status_code, response.headers, what=url, reason="no reason given")
    if response.status_code in {403, 404}:  # a file store may answer either for a missing file
        raise NoExportError(f"TMDB answered {response.status_code} to {url}.")
    if response.status_code != 200:
        raise SourceError(f"TMDB answered {response.status_code} to {url}.")


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    unzip = zlib.decompressobj(_GZIP)
    rest = b""
    try:
        for chunk in chunks:
            *lines, rest = (rest + unzip.decompress(chunk)).split(b"\n")
            yield from lines
    except zlib.error as error:
        raise TransientError(f"200 with a file that is not gzip ({error})") from error
    if not unzip.eof:
        raise TransientError("200 with a file that ends too early")
    yield rest


def _films(lines: Iterator[bytes], url: str) -> Iterator[tuple[float, int]]:
    """Popularity and negated id of each film: the larger pair is the more popular film, then the older one."""
    unreadable = 0
    for line in filter(None, lines):
        try:
            entry = json.loads(line)
            if not entry.get("adult") and not entry.get("video"):
                yield float(entry["popularity"]), -int(entry["id"])
        except (ValueError, TypeError, LookupError, AttributeError):
            unreadable += 1
    if unreadable:
        log.warning("%d lines of %s could not be read and were skipped", unreadable, url)
