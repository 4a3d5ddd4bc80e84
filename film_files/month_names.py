"""Names of months in the languages that spreadsheets are set to, whole or cut to three letters and more.

Months as numbers, also Korean, Japanese and Chinese ones, are read in dates.py.
"""

import unicodedata
from functools import lru_cache

_NAMES = """
january february march april may june july august september october november december
januar februar marz april mai juni juli august september oktober november dezember
janner feber mrz
jan feb maerz
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
januari februari maart april mei juni juli augustus september oktober november december
"""


@lru_cache(1000)
def month_number(name: str) -> int | None:
    """The month from 1 to 12 of a name or its beginning in any of the languages, if they agree; else None."""
    if len(name) > 12:
        return None
    bare = "".join(sign for sign in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(sign))
    names = [(number, word) for line in _NAMES.split("\n") for number, word in enumerate(line.split(), 1)]
    found = {number for number, word in names if word == bare} or {
        number for number, word in names if word.startswith(bare)
    }
    return found.pop() if len(found) == 1 and len(bare) >= 3 else None
