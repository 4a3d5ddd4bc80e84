"""What is said where a film is changed and its versions are compared."""

from streamlit_ui.strings.tongue import Sentence

TITLE = Sentence("What if?", "만약 이렇게 바꾼다면?")
LEAD = Sentence(
    "Change the film as it was scored, and see what the model would say.",
    "예측한 영화의 조건을 바꾸면 모델의 예측이 어떻게 달라지는지 볼 수 있습니다.",
)
RUNTIME = Sentence("Running time (minutes)", "상영 시간(분)")
TONE = Sentence("Tone of the synopsis: −1 dark, 1 bright", "줄거리의 분위기: −1 어두움, 1 밝음")
MAIN_GENRE = Sentence("Main genre", "주 장르")
FURTHER_GENRES = Sentence("Further genres", "그 밖의 장르")
UNCHANGED = Sentence("Nothing is changed yet.", "아직 바꾼 것이 없습니다.")
CHANGE = Sentence("From {before:.1f} to {after:.1f}", "{before:.1f}점에서 {after:.1f}점으로")
SPOKEN = Sentence("{change} points", "{change}점")
WITHIN_NOISE = Sentence(
    "Smaller than the model's typical error of {noise:.2f} points: take it as no difference.",
    "모델의 평균 오차 {noise:.2f}점보다 작은 변화이므로 차이가 없다고 보는 편이 좋습니다.",
)
BEYOND_NOISE = Sentence(
    "Larger than the model's typical error of {noise:.2f} points. It is still a pattern, not a promise.",
    "모델의 평균 오차 {noise:.2f}점보다 큰 변화입니다. 다만 경향일 뿐 보장은 아닙니다.",
)
OTHER_MODEL = Sentence(
    "The model was replaced since the rating above, so the change says nothing. Predict again first.",
    "위의 평점을 예측한 뒤 모델이 바뀌어 변화를 비교할 수 없습니다. 먼저 다시 예측해 주세요.",
)
RESET = Sentence("Back to the film as scored", "처음 조건으로 되돌리기")

KEEP = Sentence("Keep this version to compare", "이 버전을 비교에 추가")
KEPT_ALL = Sentence(
    "Three versions are kept: clear them to start anew.",
    "세 개까지 비교할 수 있습니다. 비우면 다시 추가할 수 있습니다.",
)
VERSIONS = Sentence("Versions side by side", "버전 비교")
VERSION = Sentence("Version {number}", "버전 {number}")
FACT = Sentence("Fact", "항목")
RATING = Sentence("Predicted rating", "예측 평점")
RANGE = Sentence("Range", "예측 구간")
TONE_SHORT = Sentence("Mood of the synopsis", "줄거리의 분위기")
GENRES = Sentence("Genres", "장르")
LENGTH = Sentence("Running time", "상영 시간")
AGAINST_FIRST = Sentence("Against version 1", "버전 1과의 차이")
OTHER_MODELS = Sentence(
    "Not all of these were rated by the same model: it was replaced in between.",
    "그사이 모델이 바뀌어 서로 다른 모델이 예측한 버전이 섞여 있습니다.",
)
CLEAR = Sentence("Clear the comparison", "비교 비우기")
