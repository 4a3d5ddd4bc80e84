"""Translates the pieces of a text with Google, as a program: a JSON list in, a JSON list or the name of a failure out.

deep-translator has no time-out, and a thread that waits forever cannot be ended; a process can. The exceptions of its
HTTP library carry the text in their message, so none is let out. The caller: translation.py.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

PIECES_AT_ONCE = 3


def english_of(pieces: list[str]) -> list[str] | str:
    """Each piece in English, in order; or the name of a `Failure` of translation.py."""
    from deep_translator import GoogleTranslator
    from deep_translator.exceptions import BaseError, RequestError, TooManyRequests
    from requests import RequestException

    def translated(piece: str) -> str:
        return GoogleTranslator(source="auto", target="en").translate(piece) or ""  # one keeps its text in itself

    try:
        with ThreadPoolExecutor(PIECES_AT_ONCE) as threads:
            return list(threads.map(translated, pieces))
    except (RequestError, TooManyRequests):
        return "refused"
    except RequestException:
        return "unreachable"
    except BaseError:
        return "garbage"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(english_of(json.load(sys.stdin))))
