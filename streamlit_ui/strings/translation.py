"""What is said of a synopsis that is not English."""

from streamlit_ui.strings.tongue import Sentence
from streamlit_ui.translation import Failure

NOT_ENGLISH = Sentence("The synopsis does not seem to be in English.", "줄거리가 영어가 아닌 것 같습니다.")
ASK_FIRST = Sentence(
    "The model reads English only. To translate the synopsis, its text would be sent to **{destination}**. "
    "Nothing has been sent yet.",
    "모델은 영어만 읽습니다. 번역하려면 줄거리를 다음 번역 서비스로 보내야 합니다: **{destination}**. "
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
    "resting": Sentence(
        "The translator failed several times and is left alone for a minute.",
        "번역기가 여러 번 실패해서 1분 동안 요청을 멈춥니다.",
    ),
    "garbage": Sentence("The translator gave no usable English text.", "번역 결과가 쓸 수 있는 영어 문장이 아닙니다."),
}
