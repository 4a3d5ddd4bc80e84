"""What a synopsis says, as numbers. The same functions serve cleaning and requests.

Text from TextBlob's pattern lexicon only: no corpora are downloaded. Encoding for an estimator: features.py.
"""

BRIGHT_FROM = 0.05  # polarity; the old page's bounds between dark, neutral and bright
DARK_UP_TO = -0.05


def overview_sentiment(overview: str) -> float:
    """TextBlob's polarity of the text, from -1 (dark) to 1 (bright); exactly `TextBlob(text).sentiment.polarity`.

    Calls the analyser below `TextBlob`, which gives the identical number without building a blob.
    """
    from textblob.en import sentiment  # pulls in nltk, seconds to import: paid only by who scores a text

    polarity, _subjectivity = sentiment(overview)
    return float(polarity)


def overview_len(overview: str) -> int:
    """Length of the synopsis in characters."""
    return len(overview)


def mood(polarity: float) -> str:
    """`bright`, `neutral` or `dark`, by polarity."""
    if polarity >= BRIGHT_FROM:
        return "bright"
    if polarity <= DARK_UP_TO:
        return "dark"
    return "neutral"
