"""A synopsis that is not English: consent, translation, and the alternatives."""

import pytest

from streamlit_ui.views import answer as answer_words
from streamlit_ui.views import messages
from tests.support.pages import KOREAN, opened, predicted, text_of


def test_nothing_leaves_the_machine_before_consent(page, service, libretranslate):
    """Only the service detects languages; there is no rating and no translation until the person has chosen."""
    text = text_of(predicted(page, overview=KOREAN))

    assert messages.NOT_ENGLISH.en in text
    assert libretranslate.url.removeprefix("http://") in text
    assert "out of 10" not in text
    assert libretranslate.questions == []
    assert [film["overview"] for film in service.films] == [KOREAN]


def test_a_synopsis_that_the_service_can_read_is_never_translated(page, service, libretranslate):
    """Also with names in another script: the page does not detect languages itself."""
    overview = "Life and death in Seoul, where the singer Lee (이소라) meets an old friend."

    text = text_of(predicted(page, overview=overview))

    assert "6.8 out of 10" in text
    assert [film["overview"] for film in service.films] == [overview]
    assert libretranslate.questions == []


def test_the_service_detects_the_language_once(page, service, libretranslate):
    """After that only the translation is scored."""
    predicted(page, overview=KOREAN).button(key="predict").click().run()
    page.button(key="translate").click().run()

    assert [film["overview"] for film in service.films] == [KOREAN, libretranslate.english]


def test_a_retry_after_a_translation_uses_it_again(page, service, libretranslate):
    """The same text is not translated twice."""
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
    """The service gets the text of the field."""
    predicted(page, overview=KOREAN).button(key="translate").click().run()

    assert page.text_area(key="overview_english").value == libretranslate.english
    assert service.films[-1]["overview"] == libretranslate.english
    assert page.text_area(key="overview").value == KOREAN
    assert "6.8 out of 10" in text_of(page)


def test_an_edited_translation_is_scored(page, service, libretranslate):
    """A person knows their film better than a translator."""
    predicted(page, overview=KOREAN).button(key="translate").click().run()
    page.text_area(key="overview_english").set_value("A detective comes home for one wonderful case.").run()
    assert answer_words.CHANGED_SINCE.en in text_of(page)

    page.button(key="predict").click().run()

    assert service.films[-1]["overview"] == "A detective comes home for one wonderful case."
    assert len(libretranslate.questions) == 1
    assert answer_words.CHANGED_SINCE.en not in text_of(page)


def test_one_consent_is_enough_for_a_visit(page, service, libretranslate):
    """The second synopsis goes to the same translator at once."""
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
        ("error page", "unusable"),
    ],
)
def test_a_failed_translation_offers_alternatives(page, service, libretranslate, fault, reason):
    """Nothing is scored without the person; leaving the synopsis out is one click."""
    libretranslate.fault = fault
    predicted(page, overview=KOREAN).button(key="translate").click().run()
    text = text_of(page)
    assert messages.TRANSLATION_FAILURES[reason].en in text
    assert messages.TYPE_ENGLISH.en in text
    assert "out of 10" not in text

    page.button(key="without_synopsis").click().run()

    assert "overview" not in service.films[-1]
    assert service.films[-1]["omit"] == ["overview"]
    assert "6.8 out of 10" in text_of(page)


def test_what_is_no_translation_is_not_kept(page, service, libretranslate):
    """The next attempt asks the translator again, and the form never shows it."""
    libretranslate.fault = "error page"
    predicted(page, overview=KOREAN).button(key="translate").click().run()
    assert not [area for area in page.text_area if area.key == "overview_english"]
    libretranslate.fault = None

    page.button(key="translate").click().run()

    assert page.text_area(key="overview_english").value == libretranslate.english
    assert len(libretranslate.questions) == 2


def test_with_translation_off_nothing_can_be_sent(stack, service, libretranslate, monkeypatch):
    """There is no button for it."""
    monkeypatch.setenv("MOVIE_TRANSLATION", "off")

    text = text_of(predicted(opened(), overview=KOREAN))

    assert messages.TRANSLATION_OFF.en in text
    assert libretranslate.questions == []
    assert "out of 10" not in text


def test_a_synopsis_can_be_scored_as_typed(page, service):
    """Language detection may be wrong."""
    predicted(page, overview=KOREAN).button(key="as_typed").click().run()

    assert service.films[-1]["overview"] == KOREAN


def test_an_older_service_gets_no_option_omit(stack, service):
    """The synopsis is simply not sent."""
    del service.description["may_omit"]

    predicted(opened(), overview=KOREAN).button(key="without_synopsis").click().run()

    assert "overview" not in service.films[-1]
    assert "omit" not in service.films[-1]
