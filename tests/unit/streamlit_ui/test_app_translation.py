"""A synopsis that is not English: consent, translation, and the ways on without it."""

import pytest

from streamlit_ui.views import answer as answer_words
from streamlit_ui.views import messages as translation_words
from tests.support.pages import KOREAN, opened, predicted, text_of


def test_nothing_leaves_the_machine_before_consent(page, service, libretranslate):
    """The service alone judges the language; no rating is shown and no translator asked until the person has chosen."""
    words = text_of(predicted(page, overview=KOREAN))

    assert translation_words.NOT_ENGLISH.en in words
    assert libretranslate.url.removeprefix("http://") in words
    assert "out of 10" not in words
    assert libretranslate.questions == []
    assert [film["overview"] for film in service.films] == [KOREAN]


def test_what_the_service_can_read_is_never_offered_to_a_translator(page, service, libretranslate):
    """Names in another script are English still: there is no second opinion on the page."""
    overview = "Life and death in Seoul, where the singer Lee (이소라) meets an old friend."

    words = text_of(predicted(page, overview=overview))

    assert "6.8 out of 10" in words
    assert [film["overview"] for film in service.films] == [overview]
    assert libretranslate.questions == []


def test_the_service_is_asked_once_which_language_it_is(page, service, libretranslate):
    """After that the translation alone is scored."""
    predicted(page, overview=KOREAN).button(key="predict").click().run()
    page.button(key="translate").click().run()

    assert [film["overview"] for film in service.films] == [KOREAN, libretranslate.english]


def test_a_service_that_fails_after_the_translation_is_asked_again_with_it(page, service, libretranslate):
    """Nobody translates the same text twice."""
    predicted(page, overview=KOREAN)
    service.fault = "broken"
    page.button(key="translate").click().run()
    assert "out of 10" not in text_of(page)
    service.fault = None

    page.button(key="retry").click().run()

    assert service.films[-1]["overview"] == libretranslate.english
    assert len(libretranslate.questions) == 1
    assert "6.8 out of 10" in text_of(page)


def test_after_consent_the_translation_is_shown_and_scored(page, service, libretranslate):
    """What the field shows is what the service gets."""
    predicted(page, overview=KOREAN).button(key="translate").click().run()

    assert page.text_area(key="overview_english").value == libretranslate.english
    assert service.films[-1]["overview"] == libretranslate.english
    assert page.text_area(key="overview").value == KOREAN
    assert "6.8 out of 10" in text_of(page)


def test_a_corrected_translation_is_what_is_scored(page, service, libretranslate):
    """A person knows their film better than a translator."""
    predicted(page, overview=KOREAN).button(key="translate").click().run()
    page.text_area(key="overview_english").set_value("A detective comes home for one wonderful case.").run()
    assert answer_words.CHANGED_SINCE.en in text_of(page)

    page.button(key="predict").click().run()

    assert service.films[-1]["overview"] == "A detective comes home for one wonderful case."
    assert len(libretranslate.questions) == 1
    assert answer_words.CHANGED_SINCE.en not in text_of(page)


def test_consent_is_asked_once_in_a_visit(page, service, libretranslate):
    """The second synopsis goes to the same place without asking."""
    predicted(page, overview=KOREAN).button(key="translate").click().run()
    libretranslate.english = "Two friends open a bakery by the sea."

    page.text_area(key="overview").set_value("두 친구가 바닷가에 빵집을 연다. 그리고 사랑에 빠진다.").run()
    page.button(key="predict").click().run()

    assert page.text_area(key="overview_english").value == "Two friends open a bakery by the sea."
    assert service.films[-1]["overview"] == "Two friends open a bakery by the sea."


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("silent", "timeout"),
        ("refused", "refused"),
        ("html", "unusable"),
        ("no text", "unusable"),
        ("not translated", "unusable"),
        ("not english", "unusable"),
    ],
)
def test_a_failed_translation_is_said_and_offers_ways_on(page, service, libretranslate, fault, reason):
    """Nothing is scored behind the person's back; leaving the synopsis out is one click."""
    libretranslate.fault = fault
    predicted(page, overview=KOREAN).button(key="translate").click().run()
    words = text_of(page)
    assert translation_words.TRANSLATION_FAILURES[reason].en in words
    assert translation_words.TYPE_ENGLISH.en in words
    assert "out of 10" not in words

    page.button(key="without_synopsis").click().run()

    assert "overview" not in service.films[-1]
    assert service.films[-1]["omit"] == ["overview"]
    assert "6.8 out of 10" in text_of(page)


def test_with_translation_off_nothing_is_offered_to_be_sent(stack, service, libretranslate, monkeypatch):
    """A stack that forbids it has no button for it."""
    monkeypatch.setenv("MOVIE_TRANSLATION", "off")

    words = text_of(predicted(opened(), overview=KOREAN))

    assert translation_words.TRANSLATION_OFF.en in words
    assert libretranslate.questions == []
    assert "out of 10" not in words


def test_a_text_taken_for_another_language_can_be_scored_as_typed(page, service):
    """Detection may be wrong; the person has the last word."""
    predicted(page, overview=KOREAN).button(key="as_typed").click().run()

    assert service.films[-1]["overview"] == KOREAN


def test_an_older_service_is_not_asked_to_omit(stack, service):
    """It knows no such wish; the synopsis is simply not sent."""
    del service.description["may_omit"]

    predicted(opened(), overview=KOREAN).button(key="without_synopsis").click().run()

    assert "overview" not in service.films[-1]
    assert "omit" not in service.films[-1]
