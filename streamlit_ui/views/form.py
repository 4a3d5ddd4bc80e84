"""The form for one film, built from the description of the service. A new fact is one field here."""

from collections.abc import Iterable
from datetime import date

import streamlit as st

from streamlit_ui import names
from streamlit_ui.contract import Description, Film
from streamlit_ui.flow import EnglishSynopsis, MissingFact
from streamlit_ui.localizer import Localizer, Sentence

RUNTIME = Sentence("Running time (minutes)", "상영 시간(분)")
MAIN_GENRE = Sentence("Main genre", "주 장르")
FURTHER_GENRES = Sentence("Other genres", "그 밖의 장르")
ORIGINAL_LANGUAGE = Sentence("Original language", "원어")
OVERVIEW = Sentence("Synopsis", "줄거리")
OVERVIEW_NOTE = Sentence(
    "In any language. The model reads only English; nothing goes to a translator without your consent.",
    "어떤 언어로 써도 됩니다. 모델은 영어만 읽으며, 동의 없이 번역기로 보내지 않습니다.",
)
OVERVIEW_ENGLISH = Sentence("English synopsis used for the prediction", "예측에 쓰이는 영어 줄거리")
OVERVIEW_ENGLISH_NOTE = Sentence(
    "Translated by {destination}. Edit it if you like, then predict again.",
    "번역: {destination}. 원하는 대로 고친 뒤 다시 예측할 수 있습니다.",
)
CHOOSE = Sentence("Choose", "선택")
CHOOSE_SOME = Sentence("Choose, or leave empty", "선택하거나 비워 두세요")
OVERVIEW_ENGLISH_READY = Sentence(
    "This translation comes with the example; nothing was sent. Edit it if you like, then predict again.",
    "예시에 포함된 번역이며, 아무것도 전송하지 않았습니다. 원하는 대로 고친 뒤 다시 예측할 수 있습니다.",
)
OVERVIEW_COUNT = Sentence("{characters:,} characters.", "{characters:,}자.")
MORE_FACTS = Sentence("More details (optional)", "더 알고 있는 정보(선택)")
COUNTRIES = Sentence("Production countries", "제작 국가")
SPOKEN = Sentence("Spoken languages", "사용 언어")
COLLECTION = Sentence("Series", "시리즈")
COMMAS = Sentence("Names, separated by commas", "이름을 쉼표로 구분해 입력")
LISTS = {
    "production_companies": Sentence("Production companies", "제작사"),
    "directors": Sentence("Directors", "감독"),
    "cast": Sentence("Cast, in billing order", "출연진(주연부터)"),
}
NAMES_NOTE = Sentence(
    "A name counts only if the training films spell it exactly the same.",
    "이름은 학습한 영화에 나온 표기와 똑같을 때만 예측에 반영됩니다.",
)
FILM_TITLE = Sentence("Title", "제목")
RELEASE_DATE = Sentence("Release date", "개봉일")
PREDICT = Sentence("Predict the rating", "평점 예측하기")


FACTS = ("runtime", "main_genre", "further_genres", "original_language", "release_date")
CODES = ("production_countries", "spoken_languages")
NAMES = tuple(LISTS)  # typed, separated by commas
TEXTS = ("overview", "title", "collection", *NAMES)
KEYS = (*FACTS, *CODES, *TEXTS)
EARLIEST, LATEST = date(1870, 1, 1), date(2100, 12, 31)
MAX_NAMES = 50  # the service refuses more in one field


def preserve() -> None:
    """Keep the values of the form while another view is drawn or the language changes."""
    for key in KEYS:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def fill(film: Film) -> None:
    """Put a film into the form; only before the form is drawn."""
    for key in KEYS:
        value = getattr(film, key, None)
        if key in NAMES:
            value = ", ".join(value or [])
        elif key in CODES:
            value = value or []
        elif key in TEXTS:
            value = value or ""
        st.session_state[key] = value
    st.session_state["runtime"] = round(film.runtime)
    st.session_state["main_genre"] = film.genres[0] if film.genres else None
    st.session_state["further_genres"] = film.genres[1:]


def film_form(t: Localizer, description: Description, english: EnglishSynopsis | None) -> Film | MissingFact:
    """The film in the form, or its missing fact; shows `english` while the synopsis is its original."""
    lowest, highest = description.limits("runtime", otherwise=(1, 1_000))
    genres = _genres(t, description)
    length, language_box = st.columns(2)
    runtime = length.number_input(t(RUNTIME), min_value=lowest, max_value=highest, value=None, step=1, key="runtime")
    language = language_box.selectbox(
        t(ORIGINAL_LANGUAGE),
        _codes(t, names.LANGUAGES, description.known.original_languages, "original_language"),
        index=None,
        format_func=lambda code: t.name(names.LANGUAGES, code),
        key="original_language",
        placeholder=t(CHOOSE),
    )
    overview = _overview(t, description)
    if english is not None and overview.strip() == english.original:
        _english_text(t, english)
    optional = _optional_facts(t, description)
    if runtime is None:
        return MissingFact("runtime")
    if language is None:
        return MissingFact("original_language")
    return Film(
        runtime=runtime, genres=genres, original_language=language, overview=overview.strip() or None, **optional
    )


def _english_text(t: Localizer, english: EnglishSynopsis) -> None:
    """The editable translation; the text of this field is scored."""
    if english.is_new:
        st.session_state["overview_english"] = english.text
        english.is_new = False
    english.text = st.text_area(t(OVERVIEW_ENGLISH), key="overview_english", height=120)
    if english.destination is None:
        st.caption(t(OVERVIEW_ENGLISH_READY))
    else:
        st.caption(t(OVERVIEW_ENGLISH_NOTE, destination=english.destination))


def genre_options(t: Localizer, description: Description, *, also: Iterable[str] = ()) -> list[str]:
    """Every known genre, sorted by its name in the page's language."""
    return sorted({*description.known.genres, *names.GENRES, *also}, key=lambda genre: t.name(names.GENRES, genre))


def _genres(t: Localizer, description: Description) -> list[str]:
    options = genre_options(t, description, also=[*_current("main_genre"), *_current("further_genres")])
    main_box, further_box = st.columns(2)
    main = main_box.selectbox(
        t(MAIN_GENRE),
        options,
        index=None,
        format_func=lambda genre: t.name(names.GENRES, genre),
        key="main_genre",
        placeholder=t(CHOOSE),
    )
    further = further_box.multiselect(
        t(FURTHER_GENRES),
        options,
        format_func=lambda genre: t.name(names.GENRES, genre),
        key="further_genres",
        placeholder=t(CHOOSE_SOME),
    )
    chosen = further if main is None else [main, *further]
    return list(dict.fromkeys(chosen))


def _codes(t: Localizer, named: dict[str, Sentence], known: Iterable[str], key: str) -> list[str]:
    return sorted({*known, *named, *_current(key)}, key=lambda code: t.name(named, code))


def _overview(t: Localizer, description: Description) -> str:
    _, longest = description.limits("overview", otherwise=(0, 20_000))
    overview = st.text_area(t(OVERVIEW), key="overview", height=150, max_chars=longest)
    count = t(OVERVIEW_COUNT, characters=len(overview.strip())) if overview.strip() else ""
    st.caption(" ".join(part for part in (count, t(OVERVIEW_NOTE)) if part))
    return overview


def _optional_facts(t: Localizer, description: Description) -> dict[str, object]:
    with st.expander(t(MORE_FACTS)):
        title = st.text_input(t(FILM_TITLE), key="title", max_chars=500)
        release_date = st.date_input(
            t(RELEASE_DATE),
            value=None,
            min_value=EARLIEST,
            max_value=LATEST,
            format="YYYY-MM-DD",
            key="release_date",
        )
        countries = _several(t, COUNTRIES, names.COUNTRIES, description.known.production_countries, CODES[0])
        spoken = _several(t, SPOKEN, names.LANGUAGES, description.known.spoken_languages, CODES[1])
        typed = {key: _listed(t, key) for key in NAMES}
        collection = st.text_input(t(COLLECTION), key="collection", max_chars=200)
        st.caption(t(NAMES_NOTE))
    return {
        "title": title.strip() or None,
        "release_date": release_date,
        "production_countries": countries or None,
        "spoken_languages": spoken or None,
        "collection": collection.strip() or None,
        **typed,
    }


def _several(t: Localizer, label: Sentence, named: dict[str, Sentence], known: Iterable[str], key: str) -> list[str]:
    return st.multiselect(
        t(label),
        _codes(t, named, known, key),
        format_func=lambda code: t.name(named, code),
        key=key,
        placeholder=t(CHOOSE_SOME),
    )


def _listed(t: Localizer, key: str) -> list[str] | None:
    text = st.text_input(t(LISTS[key]), key=key, placeholder=t(COMMAS), max_chars=2_000)
    found = [name.strip() for name in text.split(",") if name.strip()]
    return found[:MAX_NAMES] or None


def _current(key: str) -> Iterable[str]:
    """The current values of a field, so that an example's value is an option even if it is unknown."""
    value = st.session_state.get(key) or []
    return [value] if isinstance(value, str) else value
