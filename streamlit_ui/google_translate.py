"""A program that translates with Google: a JSON list of pieces in, a JSON list or the name of a failure out.

deep-translator has no timeout; a process can be killed, a thread cannot. Its exceptions contain the text, so
none is raised. The caller is translation.py.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

PIECES_AT_ONCE = 3


def english_of(pieces: list[str]) -> list[str] | str:
    """Each piece in English, in order; or a `FailureReason` of translation.py."""
    from deep_translator import GoogleTranslator
    from deep_translator.exceptions import BaseError, RequestError, TooManyRequests
    from requests import RequestException

    def translated(piece: str) -> str:
        return GoogleTranslator(source="auto", target="en").translate(piece) or ""  # an instance keeps the text

    try:
        with ThreadPoolExecutor(PIECES_AT_ONCE) as threads:
            return list(threads.map(translated, pieces))
    except (RequestError, TooManyRequests):
        return "refused"
    except RequestException:
        return "unreachable"
    except BaseError:
        return "unusable"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(english_of(json.load(sys.stdin))))
