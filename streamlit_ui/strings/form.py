"""What the form says."""

from streamlit_ui.strings.tongue import Sentence

EXAMPLES = Sentence("Try an example", "예시로 시작하기")
EXAMPLE = Sentence("Example {number}", "예시 {number}")
RUNTIME = Sentence("Running time (minutes)", "상영 시간(분)")
MAIN_GENRE = Sentence("Main genre", "주 장르")
FURTHER_GENRES = Sentence("Further genres", "그 밖의 장르")
ORIGINAL_LANGUAGE = Sentence("Original language", "원어")
OVERVIEW = Sentence("Synopsis", "줄거리")
OVERVIEW_NOTE = Sentence(
    "Any language; the model reads English only, and nothing is sent to a translator before you agree.",
    "어떤 언어로 써도 됩니다. 모델은 영어만 읽으며, 동의 없이는 번역기로 보내지 않습니다.",
)
OVERVIEW_ENGLISH = Sentence("English synopsis that is scored", "예측에 쓰이는 영어 줄거리")
OVERVIEW_ENGLISH_NOTE = Sentence(
    "Translated by {destination}. Change it as you like, then predict again.",
    "번역: {destination}. 원하는 대로 고친 뒤 다시 예측할 수 있습니다.",
)
CHOOSE = Sentence("Choose", "선택")
CHOOSE_SOME = Sentence("Choose, or leave empty", "선택하거나 비워 두세요")
OVERVIEW_ENGLISH_READY = Sentence(
    "This translation came with the example; nothing was sent. Change it as you like, then predict again.",
    "예시에 포함된 번역이며, 아무것도 전송하지 않았습니다. 원하는 대로 고친 뒤 다시 예측할 수 있습니다.",
)
OVERVIEW_COUNT = Sentence("{characters:,} characters.", "{characters:,}자.")
MORE_FACTS = Sentence("More facts, if you know them", "더 알고 있는 정보(선택)")
COUNTRIES = Sentence("Producing countries", "제작 국가")
SPOKEN = Sentence("Spoken languages", "사용 언어")
COLLECTION = Sentence("Series it belongs to", "시리즈")
COMMAS = Sentence("Names, with commas between", "이름을 쉼표로 구분해 입력")
LISTS = {
    "production_companies": Sentence("Producing companies", "제작사"),
    "directors": Sentence("Directors", "감독"),
    "cast": Sentence("Cast, the first billed first", "출연진(주연부터)"),
}
NAMES_NOTE = Sentence(
    "Names count where the films learnt from have the same ones, letter by letter.",
    "이름은 학습한 영화에 나온 표기와 똑같을 때만 예측에 반영됩니다.",
)
FILM_TITLE = Sentence("Title", "제목")
RELEASE_DATE = Sentence("Release date", "개봉일")
PREDICT = Sentence("Predict the rating", "평점 예측하기")
MISSING = {
    "runtime": Sentence("Please give the running time in minutes.", "상영 시간을 분 단위로 입력해 주세요."),
    "original_language": Sentence("Please choose the original language.", "원어를 선택해 주세요."),
}
