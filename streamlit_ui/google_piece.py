"""Translates one piece of text with Google, as a program: text in, one JSON object out.

deep-translator has no time-out, and a thread that waits for ever cannot be ended; a process can. The exceptions of its
HTTP library carry the text in their message, so none is let out. Who runs this: translation.py.
"""

import json
import sys


def english_of(text: str) -> dict[str, str]:
    """`{"text": …}`, or `{"failure": …}` with the name of a `Failure` of translation.py."""
    from deep_translator import GoogleTranslator
    from deep_translator.exceptions import BaseError, RequestError, TooManyRequests
    from requests import RequestException

    try:
        return {"text": GoogleTranslator(source="auto", target="en").translate(text) or ""}
    except (RequestError, TooManyRequests):
        return {"failure": "refused"}
    except RequestException:
        return {"failure": "unreachable"}
    except BaseError:
        return {"failure": "garbage"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(english_of(sys.stdin.buffer.read().decode())))
