"""From a film that was sent to what the page shows: which synopsis is scored, and what is asked or said first.

Knows no Streamlit: a `Visit` is one person's visit, and `carry_out` is the only thing that changes what it shows.
"""

import time
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4

from streamlit_ui.batch_file import RatedBatch
from streamlit_ui.client import NO_WISHES, Service, ServiceError
from streamlit_ui.contract import Answer, Description, Film, PredictOptions, Status
from streamlit_ui.translation import TranslationFailed, Translator, translate

# What the person wants done with the synopsis of the film they sent. `read`: translate what the service cannot read.
Wish = Literal["read", "translate", "as_typed", "without_synopsis"]

LOOK_EVERY_SECONDS = 10.0
NOT_ENGLISH = "overview_not_english"  # the service's warning; nobody else judges a language


@dataclass(frozen=True)
class Missing:
    """The form lacks a fact that no prediction can do without."""

    field: Literal["runtime", "original_language"]


@dataclass(frozen=True)
class AskFirst:
    """The service cannot read this synopsis, and no translator has seen it: may it go to `destination`?"""

    synopsis: str
    destination: str


@dataclass(frozen=True)
class NotTranslated:
    """The service cannot read this synopsis and there is no translation; no `failed` when that is turned off."""

    synopsis: str
    failed: TranslationFailed | None


@dataclass(frozen=True)
class Rated:
    """The answer, the film exactly as it was scored, and what the service said of itself then."""

    answer: Answer
    film: Film
    description: Description | None  # a form was built from it
    wishes: PredictOptions = NO_WISHES
    by_another: bool = False  # than the model that answered before in this visit


@dataclass(frozen=True)
class Version:
    """A version of a film that is kept to be compared."""

    film: Film
    answer: Answer


Shown = Rated | Missing | AskFirst | NotTranslated | ServiceError


@dataclass
class English:
    """The English text that is scored in place of a synopsis; the person may have changed it."""

    original: str
    text: str
    destination: str | None = None  # where the original was sent; None: it came with an example
    to_show: bool = True  # the form has not shown it yet


@dataclass
class Visit:
    """What the page remembers of one person's visit; gone when they leave."""

    name: str = field(default_factory=lambda: uuid4().hex)
    description: Description | None = None
    status: Status | None = None
    looked_at: float = float("-inf")  # when the status was last asked for, by the monotonic clock
    film: Film | None = None  # as typed, when last asked
    wish: Wish = "read"
    pending: bool = False  # there is a wish to carry out
    answered_by: str | None = None  # the id of the bundle that answered last
    tried_at: float = 0.0  # when the service was last asked, by the monotonic clock
    shown: Shown | None = None
    may_translate: bool = False  # the person agreed, for this visit
    english: English | None = None
    versions: list[Version] = field(default_factory=list)
    sheet: RatedBatch | None = None  # the last that was rated
    turn: int = 0  # counts the answers, so that what is changed about one does not reach the next
    translations: dict[str, str] = field(default_factory=dict)  # synopsis as typed -> its English

    def look(self, service: Service) -> None:
        """Ask now and then what is in service; a service that cannot say tells nothing."""
        if time.monotonic() - self.looked_at < LOOK_EVERY_SECONDS:
            return
        found = service.status()
        self.status = found if isinstance(found, Status) else None
        self.looked_at = time.monotonic()
        if self.status is not None and self.status.rollout is None:
            self.read_description_of(self.status.bundle_id, service)

    def read_description_of(self, bundle_id: str, service: Service) -> None:
        """Read the service's description anew where it is another bundle's; an old one is better than none."""
        if self.description is not None and self.description.card.bundle_id != bundle_id:
            newer = service.describe()
            self.description = newer if isinstance(newer, Description) else self.description

    @property
    def is_outdated(self) -> bool:
        """Whether the rating that is shown is of a model that has been replaced since."""
        if not isinstance(self.shown, Rated) or self.status is None or self.status.rollout is not None:
            return False
        return self.shown.answer.bundle_id != self.status.bundle_id

    def ask(self, wish: Wish) -> None:
        """Ask for the film the form holds, treating its synopsis as wished."""
        self.wish, self.pending = wish, True

    def again(self) -> None:
        """Ask once more what found no answer; a page that could not even be opened has asked nothing yet."""
        if isinstance(self.shown, ServiceError):
            self.ask(self.wish)

    def turn_page(self) -> None:
        """Have the controls of "what if" start anew from the film as it was scored."""
        self.turn += 1

    def forget_film(self) -> None:
        """Show nothing any more: the form now holds another film."""
        self.film, self.english, self.shown, self.pending = None, None, None, False

    def is_about(self, film: Film | Missing) -> bool:
        """Whether the rating that is shown is that of `film`, with the English text as it is now."""
        if not isinstance(self.shown, Rated) or film != self.film:
            return False
        return self.english is None or self.english.text.strip() == (self.shown.film.overview or "")


def carry_out(visit: Visit, film: Film | Missing, service: Service, translator: Translator | None) -> None:
    """Do what the visit wishes with the film the form holds, and leave in `shown` what came of it."""
    if isinstance(film, Missing):
        visit.shown = film
    else:
        visit.film = film
        visit.shown = _outcome(visit, film, service, translator)
    visit.tried_at = time.monotonic()
    visit.pending = False


def _outcome(visit: Visit, film: Film, service: Service, translator: Translator | None) -> Shown:
    typed = (film.overview or "").strip()
    if visit.english is not None and (visit.english.original != typed or visit.wish not in ("read", "translate")):
        visit.english = None
    text, wishes = visit.english.text.strip() if visit.english else typed, NO_WISHES
    if visit.wish == "without_synopsis":
        text = ""
        if visit.description and "overview" in visit.description.may_omit:
            wishes = PredictOptions(omit=["overview"])
    # A text that the person chose or corrected is scored as it is; any other must be one that the service can read.
    must_be_read = visit.english is None and visit.wish in ("read", "translate")
    if must_be_read and isinstance(visit.shown, AskFirst | NotTranslated) and visit.shown.synopsis == typed:
        return _translated(visit, film, typed, service, translator)
    scored = film.model_copy(update={"overview": text or None})
    answer = service.predict(scored, wishes)
    if isinstance(answer, ServiceError):
        return answer
    if must_be_read and answer.warns_of(NOT_ENGLISH):
        return _translated(visit, film, typed, service, translator)
    return _rated(visit, answer, scored, wishes, service)


def _translated(visit: Visit, film: Film, typed: str, service: Service, translator: Translator | None) -> Shown:
    if translator is None:
        return NotTranslated(typed, failed=None)
    visit.may_translate = visit.may_translate or visit.wish == "translate"
    if not visit.may_translate:
        return AskFirst(typed, translator.destination)
    english = visit.translations.get(typed) or translate(typed, translator)
    if isinstance(english, TranslationFailed):
        return NotTranslated(typed, english)
    visit.translations[typed] = english
    scored = film.model_copy(update={"overview": english})
    answer = service.predict(scored)
    if isinstance(answer, ServiceError):
        return answer
    if answer.warns_of(NOT_ENGLISH):
        del visit.translations[typed]
        return NotTranslated(typed, TranslationFailed("garbage"))
    visit.english = English(typed, english, translator.destination)
    return _rated(visit, answer, scored, NO_WISHES, service)


def _rated(visit: Visit, answer: Answer, film: Film, wishes: PredictOptions, service: Service) -> Rated:
    visit.read_description_of(answer.bundle_id, service)
    if visit.status is not None and visit.status.bundle_id != answer.bundle_id:
        visit.looked_at = float("-inf")  # what is known of the service is older than its answer
    by_another = visit.answered_by not in (None, answer.bundle_id)
    visit.answered_by = answer.bundle_id
    visit.turn_page()
    return Rated(answer, film, visit.description, wishes, by_another)
