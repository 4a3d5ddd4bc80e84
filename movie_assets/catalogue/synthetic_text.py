"""The words of synthetic films: synopses, titles and names, all invented.

Text only, made from draws that are handed in. What the words do to a rating: synthetic_truth.py; the other facts of
a film: synthetic.py.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from movie_assets.catalogue.synthetic_truth import BRIGHT_WORDS, DARK_WORDS, DIRECTOR_EFFECT, THEME_WORDS

T = TypeVar("T")

MAX_SENTENCES = 7
DRAWS_FOR_TEXT = 20 + 6 * MAX_SENTENCES  # how many numbers a film's texts may use at most

BRIGHT = tuple(BRIGHT_WORDS)
DARK = tuple(DARK_WORDS)
PLAIN = (
    "retired",
    "provincial",
    "northern",
    "wandering",
    "restless",
    "solitary",
    "stubborn",
    "teenage",
    "runaway",
    "coastal",
)
THEMES = tuple(THEME_WORDS)

# Sentences read well with any word in any slot: moods and people never begin with a vowel, themes follow "the".
OPENINGS = (
    "In {place}, a {mood} {person} named {hero} learns of the {theme} that three generations had kept from each other.",
    "{hero}, a {mood} {person} from {place}, returns after nine years to settle the matter of the {theme}.",
    "When the {theme} is the talk of {place}, {hero} must share a room with a {mood} {person}.",
    "{hero} has one week to leave {place}, and only a {mood} {person} knows the truth about the {theme}.",
    "A {mood} {person} arrives in {place} with a photograph of the {theme} and a letter addressed to {hero}.",
    "Nobody in {place} speaks of the {theme} until {hero}, a {mood} {person}, asks about it at supper.",
)
MIDDLES = (
    "A {mood} summer follows, in which {rival} and {hero} trade places.",
    "The {person} next door, {mood} as ever, keeps a record of all that concerns the {theme}.",
    "{rival} offers a {mood} bargain: silence about the {theme} for what was said in {place}.",
    "Night after night the two of them walk through {place} and talk about a {mood} childhood.",
    "Meanwhile a {mood} {person} follows rumours of the {theme} across {place}.",
    "What begins as a wager over the {theme} turns into a {mood} journey with {rival}.",
    "Then {rival} vanishes, and each {person} in {place} tells a {mood} version of the story.",
    "To forget the {theme}, {hero} takes a {mood} road out of {place}.",
)
ENDINGS = (
    "By winter, {hero} has to choose between the {theme} and a {mood} promise.",
    "It takes a {mood} {person} to show them what the {theme} was about.",
    "In the end {place} holds a {mood} secret that neither {hero} nor {rival} had reckoned with.",
    "One {mood} morning, the whole of {place} gathers to hear what {rival} has to say about the {theme}.",
)
PLACES = (
    "a fishing village", "the upper valley", "Port Callis", "a border town", "the suburbs of Velm", "Lake Orrin",
    "the capital", "a mining colony", "the Tessel islands", "a boarding school", "the delta", "Sankt Merten",
    "a desert station", "Harrow Bay",
)  # fmt: skip
PEOPLE = (
    "clockmaker", "detective", "nurse", "violinist", "teacher", "smuggler", "widow", "botanist", "boxer", "pilot",
    "translator", "farmer", "student", "judge", "carpenter", "chemist", "courier", "dancer", "goalkeeper",
    "magician",
)  # fmt: skip
GIVEN_NAMES = (
    "Mira", "Tobias", "Sunhee", "Kenji", "Amélie", "Rohan", "Lucía", "Anton", "Noor", "Ingrid", "Mateus", "Wei",
    "Clara", "Dario", "Yuna", "Pavel", "Esther", "Jonas", "Leila", "Oskar",
)  # fmt: skip
FAMILY_NAMES = tuple(DIRECTOR_EFFECT)
TITLE_FORMS = (
    "The {theme}", "The {mood} {theme}", "{hero} and the {theme}", "A {person} of {theme}s", "Last {theme}",
    "{mood} {person}", "{hero}", "Before the {theme}", "The {person}'s {theme}", "No {theme} for {hero}",
)  # fmt: skip

TAGLINES = ("Some doors stay open.", "Everyone has a price.", "It was never about the money.", "Come home.", "", "", "")
# A few invented titles per script, so that nothing downstream takes a title for plain ASCII.
ORIGINAL_WORDS = {
    "ko": ("등대", "겨울 편지", "마지막 정거장", "달빛 과수원"),
    "ja": ("灯台", "冬の手紙", "最後の駅", "月夜の庭"),
    "zh": ("灯塔", "冬日来信", "最后一站", "月下果园"),
    "cn": ("燈塔", "冬日來信", "最後一站", "月下果園"),
    "hi": ("दीपघर", "सर्दी की चिट्ठी", "आख़िरी स्टेशन"),
    "ru": ("Маяк", "Зимнее письмо", "Последняя станция"),
    "fr": ("Le Phare", "La Lettre d'hiver", "Dernière gare"),
    "es": ("El faro", "Carta de invierno", "La última estación"),
    "de": ("Der Leuchtturm", "Winterpost", "Letzter Halt: Süd"),
    "it": ("Il faro", "Lettera d'inverno", "L'ultima stazione"),
    "pt": ("O farol", "Carta de inverno", "A última estação"),
    "sv": ("Fyren", "Vinterbrev", "Sista stationen på ön"),
}


class Draws:
    """The random numbers of one film, taken one after another; the same row gives the same film."""

    def __init__(self, row: list[int], *, bits: int) -> None:
        self._numbers: Iterator[int] = iter(row)
        self._unit = 1.0 / (1 << bits)

    def pick(self, table: Sequence[T]) -> T:
        """One entry of `table`, each as likely as the next."""
        return table[next(self._numbers) % len(table)]

    def unit(self) -> float:
        """A number from 0 up to, not including, 1."""
        return next(self._numbers) * self._unit


def write_synopsis(draws: Draws, *, brightness: float) -> str:
    """A synopsis of one to seven English sentences (some 15 to 120 words).

    `brightness` from 0 to 1 is how often a mood is bright rather than dark; a third of the moods are neither.
    """
    hero, rival = draws.pick(GIVEN_NAMES), draws.pick(GIVEN_NAMES)
    if rival == hero:
        rival = "the stranger"
    length = draws.unit()
    middles = int(length * (0.35 + 0.65 * length) * (MAX_SENTENCES - 1))
    forms = (OPENINGS, *([MIDDLES] * middles), ENDINGS)[: 1 if length < 0.08 else None]
    sentences = []
    for form in forms:
        words = {
            "mood": pick_mood(draws, brightness=brightness),
            "theme": draws.pick(THEMES),
            "place": draws.pick(PLACES),
            "person": draws.pick(PEOPLE),
        }
        sentence = draws.pick(form).format(hero=hero, rival=rival, **words)
        sentences.append(sentence[0].upper() + sentence[1:])
    return " ".join(sentences)


def pick_mood(draws: Draws, *, brightness: float) -> str:
    """A word for a mood: bright, dark, or one that says nothing about either."""
    tone = draws.unit() * 1.5
    if tone >= 1:
        return draws.pick(PLAIN)
    return draws.pick(BRIGHT) if tone < brightness else draws.pick(DARK)


def write_title(draws: Draws) -> str:
    """A title in English, in capitals as titles are."""
    title = draws.pick(TITLE_FORMS).format(
        theme=draws.pick(THEMES), mood=draws.pick(PLAIN), person=draws.pick(PEOPLE), hero=draws.pick(GIVEN_NAMES)
    )
    return " ".join(word[0].upper() + word[1:] for word in title.split())


def write_name(draws: Draws) -> str:
    """Given name and family name of a person of the film trade."""
    return f"{draws.pick(GIVEN_NAMES)} {draws.pick(FAMILY_NAMES)}"
