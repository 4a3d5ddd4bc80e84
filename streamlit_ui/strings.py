"""Every sentence of the page, in English and Korean side by side. Names of genres, languages, measures: names.py.

Korean sentences keep values away from particles, whose form would depend on the value.
"""

from typing import Literal, NamedTuple

from streamlit_ui.client import Kind
from streamlit_ui.translation import Failure

Language = Literal["en", "ko"]


class Sentence(NamedTuple):
    """One sentence in both languages; `{name}` stands for a value."""

    en: str
    ko: str


class Tongue:
    """Says sentences in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, sentence: Sentence, **values: object) -> str:
        """The sentence in this language, with its values filled in."""
        said = sentence.ko if self.language == "ko" else sentence.en
        return said.format(**values) if values else said

    def name(self, names: dict[str, Sentence], key: str) -> str:
        """The name of `key` in this language; the key itself when nobody has named it."""
        return self(names[key]) if key in names else key


def language_of(locale: str | None) -> Language:
    """The page's language for a browser's locale: Korean for Korean, else English."""
    return "ko" if (locale or "").lower().split("-")[0] == "ko" else "en"


LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "ko": "한국어"}  # each in its own

# Head and foot
TITLE = Sentence("How will this film be rated?", "이 영화는 몇 점을 받을까요?")
SUBTITLE = Sentence(
    "An honest forecast from the facts known before the release.",
    "개봉 전에 알 수 있는 사실만으로 내놓는 정직한 예측입니다.",
)
SYNTHETIC = Sentence(
    "**Synthetic data.** This model learned from made-up films: its ratings say nothing about real ones.",
    "**합성 데이터입니다.** 이 모델은 지어낸 영화로 학습했으므로, 예측 평점은 실제 영화와 관련이 없습니다.",
)
PROVISIONAL = Sentence(
    "This model is provisional: it was measured on few films so far.",
    "이 모델은 임시 모델입니다. 아직 적은 수의 영화로만 검증되었습니다.",
)
ATTRIBUTION = Sentence(
    "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB.",
    "이 서비스는 TMDB와 TMDB API를 사용하지만 TMDB의 보증, 인증 또는 승인을 받지 않았습니다.",
)

# The form
EXAMPLES = Sentence("Try an example", "예시로 시작하기")
EXAMPLE = Sentence("Example {number}", "예시 {number}")
RUNTIME = Sentence("Running time (minutes)", "상영 시간(분)")
MAIN_GENRE = Sentence("Main genre", "주 장르")
FURTHER_GENRES = Sentence("Further genres", "그 밖의 장르")
ORIGINAL_LANGUAGE = Sentence("Original language", "원어")
OVERVIEW = Sentence("Synopsis", "줄거리")
OVERVIEW_NOTE = Sentence(
    "Any language; the model reads English, and nothing is sent to a translator before you agree.",
    "어떤 언어든 좋습니다. 모델은 영어를 읽으며, 동의하기 전에는 번역기로 보내지 않습니다.",
)
OVERVIEW_ENGLISH = Sentence("English text that is scored", "예측에 쓰는 영어 글")
OVERVIEW_ENGLISH_NOTE = Sentence(
    "Translated by {destination}. Change it as you like, then predict again.",
    "번역: {destination}. 원하는 대로 고친 뒤 다시 예측할 수 있습니다.",
)
CHOOSE = Sentence("Choose", "선택")
CHOOSE_SOME = Sentence("Choose, or leave empty", "선택하거나 비워 두세요")
MORE_FACTS = Sentence("Title and release date", "제목과 개봉일")
FILM_TITLE = Sentence("Title", "제목")
RELEASE_DATE = Sentence("Release date", "개봉일")
PREDICT = Sentence("Predict the rating", "평점 예측하기")
MISSING = {
    "runtime": Sentence("Please give the running time in minutes.", "상영 시간을 분 단위로 입력해 주세요."),
    "original_language": Sentence("Please choose the original language.", "원어를 선택해 주세요."),
}

# The answer
WAITING = Sentence(
    "The predicted rating appears here. Describe a film, or start from an example.",
    "예측 평점이 여기에 표시됩니다. 영화를 설명하거나 예시로 시작해 보세요.",
)
WORKING = Sentence("Reading the film…", "영화를 읽는 중…")
PREDICTED_RATING = Sentence("Predicted rating", "예측 평점")
OUT_OF_TEN = Sentence("out of 10", "10점 만점")
RATING_SPOKEN = Sentence("Predicted rating {rating} out of 10", "예측 평점 10점 만점에 {rating}점")
MOOD = Sentence("Mood of the synopsis", "줄거리의 분위기")
MOOD_VALUE = Sentence("{mood} ({polarity:+.2f} on a scale from −1 to 1)", "{mood} ({polarity:+.2f}, −1에서 1 사이)")
MOOD_NONE = Sentence("Not read", "읽지 않음")
CHANGED_SINCE = Sentence("The form has changed since this prediction.", "이 예측 이후에 입력 내용이 바뀌었습니다.")
SCORED_FILM = Sentence("What was scored", "예측에 쓴 내용")
MINUTES = Sentence("{minutes:g} min", "{minutes:g}분")
CHARACTERS = Sentence("{count:,.0f} characters of English synopsis", "영어 줄거리 {count:,.0f}자")
LEFT_OUT = Sentence("Left out", "예측에서 빠진 항목")
GOOD_TO_KNOW = Sentence("Good to know", "참고하세요")
LEARNED_FROM = Sentence("Learned from", "학습 데이터")
WINDOW = Sentence(
    "{films:,} {source} films, {first_day} to {last_day}", "{source} 영화 {films:,}편, {first_day}~{last_day}"
)
MODEL = Sentence("Model", "모델")
MODEL_DAY = Sentence("of {day}", "{day} 모델")
WARNINGS = {
    "unknown_main_genre": Sentence(
        "The model has not seen this main genre and treated it as unknown.",
        "모델이 본 적 없는 주 장르여서 알 수 없음으로 처리했습니다.",
    ),
    "unknown_original_language": Sentence(
        "The model has not seen films in this language and treated it as unknown.",
        "모델이 본 적 없는 원어여서 알 수 없음으로 처리했습니다.",
    ),
    "overview_not_english": Sentence(
        "The synopsis is not in English, so its mood and length were left out.",
        "줄거리가 영어가 아니어서 분위기와 길이를 예측에서 뺐습니다.",
    ),
    "no_overview": Sentence(
        "Without a synopsis, its mood and length were left out.", "줄거리가 없어서 분위기와 길이를 예측에서 뺐습니다."
    ),
}
SOURCES = {
    "synthetic": Sentence("made-up", "지어낸"),
    "dump": Sentence("collected", "수집된"),
    "tmdb": Sentence("TMDB", "TMDB"),
}

# The track record
TRACK_RECORD = Sentence("How good is this model?", "이 모델은 얼마나 정확한가요?")
METRIC = Sentence("Measure", "지표")
VALUE = Sentence("Value", "값")
DECISION = Sentence("Why this model is in service", "이 모델을 쓰는 이유")

# Languages and translation
NOT_ENGLISH = Sentence("The synopsis seems to be in {language}.", "줄거리가 영어가 아닌 것 같습니다(언어: {language}).")
ANOTHER_LANGUAGE = Sentence("another language", "알 수 없음")
ASK_FIRST = Sentence(
    "The model reads English only. To translate the synopsis, its text would be sent to **{destination}**. "
    "Nothing has been sent yet.",
    "모델은 영어만 읽습니다. 번역하려면 줄거리를 다음 주소로 보내야 합니다: **{destination}**. "
    "아직 아무것도 보내지 않았습니다.",
)
TRANSLATE = Sentence("Send and translate", "보내서 번역하기")
WITHOUT_SYNOPSIS = Sentence("Predict without the synopsis", "줄거리 없이 예측하기")
AS_TYPED = Sentence("It is English: predict as typed", "영어가 맞습니다: 그대로 예측하기")
TRANSLATION_OFF = Sentence("Translation is turned off here.", "이 페이지에서는 번역 기능이 꺼져 있습니다.")
TYPE_ENGLISH = Sentence(
    "Type the synopsis in English, or predict without it.",
    "줄거리를 영어로 입력하거나, 줄거리 없이 예측할 수 있습니다.",
)
TRY_TRANSLATION_AGAIN = Sentence("Translate again", "다시 번역하기")
TRANSLATION_FAILURES: dict[Failure, Sentence] = {
    "silent": Sentence("The translator did not answer in time.", "번역기가 제때 응답하지 않았습니다."),
    "unreachable": Sentence("The translator cannot be reached.", "번역기에 연결할 수 없습니다."),
    "refused": Sentence("The translator refused the text.", "번역기가 요청을 거절했습니다."),
    "garbage": Sentence(
        "The translator gave no usable English text.", "번역기가 쓸 수 있는 영어 문장을 돌려주지 않았습니다."
    ),
}

# When there is no answer
RETRY = Sentence("Try again", "다시 시도")
KEPT = Sentence("What you typed is kept.", "입력한 내용은 그대로 있습니다.")
DETAIL = Sentence("The service said: {message}", "서비스의 설명: {message}")
ALLOWED = Sentence("Allowed: {allowed}", "허용되는 값: {allowed}")
WRONG_SETTING = Sentence(
    "The page cannot start: the setting {setting} has a value it cannot use. {reason}",
    "페이지를 시작할 수 없습니다. 설정값을 쓸 수 없습니다: {setting}. {reason}",
)
TROUBLES: dict[Kind, Sentence] = {
    "down": Sentence(
        "The rating service at {url} does not answer; this page goes on by itself when it is back.",
        "평점 서비스가 응답하지 않습니다({url}). 복구되면 이 페이지가 스스로 이어서 진행합니다.",
    ),
    "not_ready": Sentence(
        "The rating service is starting or being replaced; this page goes on by itself when it is ready.",
        "평점 서비스가 시작 또는 교체되는 중입니다. 준비되면 이 페이지가 스스로 이어서 진행합니다.",
    ),
    "slow": Sentence("The rating service did not answer in time.", "평점 서비스가 제때 응답하지 않았습니다."),
    "no_key": Sentence(
        "The rating service asks for a key that this page does not have: set MOVIE_SERVICE_KEY.",
        "평점 서비스가 요구하는 키를 이 페이지가 갖고 있지 않습니다. MOVIE_SERVICE_KEY를 설정해 주세요.",
    ),
    "busy": Sentence(
        "The rating service has too many requests just now.", "지금은 평점 서비스에 요청이 너무 많습니다."
    ),
    "refused": Sentence(
        "The service could not accept this film: check {field}.",
        "서비스가 이 영화를 받아들이지 못했습니다. 확인할 항목: {field}",
    ),
    "broken": Sentence("The rating service failed on this film.", "평점 서비스가 이 영화를 처리하다 실패했습니다."),
    "other_version": Sentence(
        "The rating service is of another version than this page: {field} is missing or has another form.",
        "평점 서비스와 이 페이지의 버전이 다릅니다. 없거나 형식이 다른 항목: {field}",
    ),
    "foreign": Sentence(
        "Something other than the rating service answers at {url}.", "평점 서비스가 아닌 다른 것이 응답합니다({url})."
    ),
}
