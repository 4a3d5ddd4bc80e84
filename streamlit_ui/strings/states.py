"""What is said when there is no answer."""

from streamlit_ui.client import Kind
from streamlit_ui.strings.tongue import Sentence

ADDRESS = Sentence("Asked at {url}", "요청한 주소: {url}")
RETRY = Sentence("Try again", "다시 시도")
GOES_ON = Sentence(
    "This page goes on by itself as soon as the service answers again.",
    "서비스가 다시 응답하는 대로 자동으로 이어집니다.",
)
KEPT = Sentence("What you typed is kept.", "입력한 내용은 그대로 있습니다.")
DETAIL = Sentence("The service said: {message}", "서비스의 설명: {message}")
ALLOWED = Sentence("Allowed: {allowed}", "허용되는 값: {allowed}")
WRONG_SETTING = Sentence(
    "The page cannot start: the setting {setting} has a value it cannot use. {reason}",
    "페이지를 시작할 수 없습니다. 설정값을 쓸 수 없습니다: {setting}. {reason}",
)
TROUBLES: dict[Kind, Sentence] = {
    "down": Sentence("The rating service does not answer.", "평점 서비스가 응답하지 않습니다."),
    "not_ready": Sentence(
        "The rating service is starting or being replaced.", "평점 서비스를 시작하거나 교체하는 중입니다."
    ),
    "slow": Sentence("The rating service did not answer in time.", "평점 서비스가 제때 응답하지 않았습니다."),
    "no_key": Sentence(
        "The rating service asks for a key that this page does not have: set MOVIE_SERVICE_KEY.",
        "평점 서비스에 접속할 키가 이 페이지에 없습니다. MOVIE_SERVICE_KEY를 설정해 주세요.",
    ),
    "busy": Sentence(
        "The rating service has too many requests just now.", "지금은 평점 서비스에 요청이 몰려 있습니다."
    ),
    "refused": Sentence(
        "The service could not accept this film: check {field}.",
        "서비스가 이 영화를 처리할 수 없습니다. 확인할 항목: {field}",
    ),
    "broken": Sentence(
        "The rating service failed on this film.", "이 영화를 처리하는 중에 평점 서비스에 오류가 났습니다."
    ),
    "other_version": Sentence(
        "The rating service is of another version than this page: {field} is missing or has another form.",
        "평점 서비스와 이 페이지의 버전이 다릅니다. 없거나 형식이 다른 항목: {field}",
    ),
    "foreign": Sentence(
        "Something other than the rating service answers there.", "그 주소에서 평점 서비스가 아닌 다른 것이 응답합니다."
    ),
}
