"""From a submitted film to its outcome: which synopsis is scored, and when the page asks for consent to translate.

A new outcome is a class here and a case in views/one_film.py. No Streamlit in this module: a `Visit` is the state of
one person's visit, and `run_request` sets its outcome.
"""

import time
from dataclasses import dataclass, field
from typing import Literal, NamedTuple
from uuid import uuid4

from streamlit_ui.batch_file import BatchFile, UnreadableFile
from streamlit_ui.client import DEFAULT_OPTIONS, RatingClient, ServiceError
from streamlit_ui.contract import Answer, Description, Film, PredictOptions, Status
from streamlit_ui.rated_batch import RatedBatch
from streamlit_ui.translation import TranslationFailed, Translator, translate

# How to use the synopsis of the submitted film. `read`: translate it only if the service cannot read it.
SynopsisUse = Literal["read", "translate", "as_typed", "without_synopsis"]

STATUS_SECONDS = 10.0
NOT_ENGLISH = "overview_not_english"  # the service's warning; the page does not detect languages itself


@dataclass(frozen=True)
class MissingFact:
    """The form lacks a required fact."""

    field: Literal["runtime", "original_language"]


@dataclass(frozen=True)
class ConsentNeeded:
    """The service cannot read this synopsis, and the person has not agreed to send it to `destination`."""

    synopsis: str
    destination: str


@dataclass(frozen=True)
class NotTranslated:
    """The service cannot read this synopsis and there is no translation; `failed` is None if translation is off."""

    synopsis: str
    failed: TranslationFailed | None


@dataclass(frozen=True)
class RatedFilm:
    """An answer, the film exactly as it was scored, and the description of the service at that time."""

    answer: Answer
    film: Film
    description: Description | None
    options: PredictOptions = DEFAULT_OPTIONS
    by_another: bool = False  # by another model than the previous answer of this visit


@dataclass(frozen=True)
class FilmVersion:
    """A version of a film in the comparison."""

    film: Film
    answer: Answer


Outcome = RatedFilm | MissingFact | ConsentNeeded | NotTranslated | ServiceError


@dataclass
class EnglishSynopsis:
    """The English text scored in place of a synopsis; the person may have edited it."""

    original: str
    text: str
    destination: str | None = None  # where the original was sent; None: it came with an example
    is_new: bool = True  # not yet in the form


class Upload(NamedTuple):
    """An uploaded file, by Streamlit's id of the upload, as it was read: once, since the page runs at every click."""

    file_id: str
    found: BatchFile | UnreadableFile


@dataclass
class Visit:
    """The state of one person's visit, in memory until they leave. Times are of the monotonic clock."""

    name: str = field(default_factory=lambda: uuid4().hex)
    description: Description | None = None
    status: Status | None = None
    status_read_at: float = float("-inf")
    film: Film | None = None  # of the last request, as typed
    synopsis_use: SynopsisUse = "read"
    pending: bool = False  # a request has not run yet
    last_bundle_id: str | None = None  # of the last answer
    requested_at: float = 0.0
    outcome: Outcome | None = None
    translation_allowed: bool = False  # for this visit
    english: EnglishSynopsis | None = None
    versions: list[FilmVersion] = field(default_factory=list)
    upload: Upload | None = None
    batch: RatedBatch | None = None  # the last one
    answer_number: int = 0  # in the keys of the what-if controls, so that each answer has fresh ones
    translations: dict[str, str] = field(default_factory=dict)  # synopsis as typed -> its English

    def refresh_status(self, service: RatingClient) -> None:
        """Read the status every few seconds; None from a service without that route."""
        if time.monotonic() - self.status_read_at < STATUS_SECONDS:
            return
        found = service.status()
        self.status = found if isinstance(found, Status) else None
        self.status_read_at = time.monotonic()
        if self.status is not None and self.status.rollout is None:
            self.update_description(self.status.bundle_id, service)

    def update_description(self, bundle_id: str, service: RatingClient) -> None:
        """Read the description again if it is another bundle's; keep the old one if that fails."""
        if self.description is not None and self.description.card.bundle_id != bundle_id:
            newer = service.describe()
            self.description = newer if isinstance(newer, Description) else self.description

    @property
    def is_outdated(self) -> bool:
        """Whether the displayed rating is from a model that has been replaced."""
        if not isinstance(self.outcome, RatedFilm) or self.status is None or self.status.rollout is not None:
            return False
        return self.outcome.answer.bundle_id != self.status.bundle_id

    def request(self, use: SynopsisUse) -> None:
        """Request a prediction for the film in the form at the next run of the page."""
        self.synopsis_use, self.pending = use, True

    def retry(self) -> None:
        """Repeat the last request if it failed; a page that could not be opened has none."""
        if isinstance(self.outcome, ServiceError):
            self.request(self.synopsis_use)

    def reset_what_if(self) -> None:
        """Reset the what-if controls to the film as it was scored."""
        self.answer_number += 1

    def clear_film(self) -> None:
        """Clear the outcome: the form now holds another film."""
        self.film, self.english, self.outcome, self.pending = None, None, None, False

    def rates(self, film: Film | MissingFact) -> bool:
        """Whether the displayed rating is for `film` with the current English text."""
        if not isinstance(self.outcome, RatedFilm) or film != self.film:
            return False
        return self.english is None or self.english.text.strip() == (self.outcome.film.overview or "")


def run_request(visit: Visit, film: Film | MissingFact, service: RatingClient, translator: Translator | None) -> None:
    """Run the pending request for the film in the form and set the outcome of the visit."""
    if isinstance(film, MissingFact):
        visit.outcome = film
    else:
        visit.film = film
        visit.outcome = _outcome(visit, film, service, translator)
    visit.requested_at = time.monotonic()
    visit.pending = False


def _outcome(visit: Visit, film: Film, service: RatingClient, translator: Translator | None) -> Outcome:
    typed = (film.overview or "").strip()
    may_be_translated = visit.synopsis_use in ("read", "translate")
    if visit.english is not None and (visit.english.original != typed or not may_be_translated):
        visit.english = None
    text, options = visit.english.text.strip() if visit.english else typed, DEFAULT_OPTIONS
    if visit.synopsis_use == "without_synopsis":
        text = ""
        if visit.description and "overview" in visit.description.may_omit:
            options = PredictOptions(omit=["overview"])
    # A text that the person edited or insists on is scored as it is; any other must be readable for the service.
    needs_english = visit.english is None and may_be_translated
    if needs_english and isinstance(visit.outcome, ConsentNeeded | NotTranslated) and visit.outcome.synopsis == typed:
        return _translated(visit, film, typed, service, translator)
    scored = film.model_copy(update={"overview": text or None})
    answer = service.predict(scored, options)
    if isinstance(answer, ServiceError):
        return answer
    if needs_english and answer.has_warning(NOT_ENGLISH):
        return _translated(visit, film, typed, service, translator)
    return _rated(visit, answer, scored, options, service)


def _translated(visit: Visit, film: Film, typed: str, service: RatingClient, translator: Translator | None) -> Outcome:
    if translator is None:
        return NotTranslated(typed, failed=None)
    visit.translation_allowed = visit.translation_allowed or visit.synopsis_use == "translate"
    if not visit.translation_allowed:
        return ConsentNeeded(typed, translator.destination)
    english = visit.translations.get(typed) or translate(typed, translator)
    if isinstance(english, TranslationFailed):
        return NotTranslated(typed, english)
    visit.translations[typed] = english
    scored = film.model_copy(update={"overview": english})
    answer = service.predict(scored)
    if isinstance(answer, ServiceError):
        return answer
    if answer.has_warning(NOT_ENGLISH):
        del visit.translations[typed]
        return NotTranslated(typed, TranslationFailed("unusable"))
    visit.english = EnglishSynopsis(typed, english, translator.destination)
    return _rated(visit, answer, scored, DEFAULT_OPTIONS, service)


def _rated(visit: Visit, answer: Answer, film: Film, options: PredictOptions, service: RatingClient) -> RatedFilm:
    visit.update_description(answer.bundle_id, service)
    if visit.status is not None and visit.status.bundle_id != answer.bundle_id:
        visit.status_read_at = float("-inf")  # the status is older than this answer
    by_another = visit.last_bundle_id not in (None, answer.bundle_id)
    visit.last_bundle_id = answer.bundle_id
    visit.reset_what_if()
    return RatedFilm(answer, film, visit.description, options, by_another)
