"""What the track record says."""

from streamlit_ui.strings.tongue import Sentence

TITLE = Sentence("How good is this model?", "이 모델은 얼마나 정확한가요?")
PLAIN = Sentence("In plain words", "쉽게 말하면")
LEARNED = Sentence(
    "As of {day} it has learned from {films:,} {source} films, with {family} on {features}.",
    "{day} 기준으로 {source} 영화 {films:,}편을 학습했습니다({family}, {features}).",
)
FEATURE_SETS = {
    "core": Sentence("five facts", "다섯 가지 정보"),
    "full": Sentence("everything known before a release", "개봉 전에 알 수 있는 모든 정보"),
}
FAMILIES = {
    "lightgbm": Sentence("LightGBM", "LightGBM"),
    "xgboost": Sentence("XGBoost", "XGBoost"),
    "random_forest": Sentence("a random forest", "랜덤 포레스트"),
}
OFF = Sentence(
    "On {films:,} films it had never seen, it was {error:.2f} points off on average.",
    "학습하지 않은 영화 {films:,}편에서 예측은 평균 {error:.2f}점 빗나갔습니다.",
)
OFF_UNCOUNTED = Sentence(
    "On films it had never seen, it was {error:.2f} points off on average.",
    "학습하지 않은 영화에서 예측은 평균 {error:.2f}점 빗나갔습니다.",
)
GUESS = Sentence(
    "Always guessing the mean would have been {mean:.2f} points off, the mean of the genre {genre:.2f}.",
    "늘 전체 평균으로 답했다면 {mean:.2f}점, 장르 평균으로 답했다면 {genre:.2f}점 빗나갔을 것입니다.",
)
HELD = Sentence(
    "Its range is meant to hold 80% of films; it held {share:.0%} of them.",
    "예측 구간은 영화의 80%를 담도록 만들었고, 실제로는 {share:.0%}를 담았습니다.",
)
BACKTEST = Sentence(
    "Asked as a forecast, knowing only films from before {cut}, it was {error:.2f} points off on the {films:,} since.",
    "{cut} 이전 영화만 학습해 그 뒤에 개봉한 {films:,}편을 예측했을 때는 평균 {error:.2f}점 빗나갔습니다.",
)
SCATTER = Sentence("Predicted against actual", "예측 평점과 실제 평점")
SCATTER_NOTE = Sentence(
    "Each dot is one of {films:,} films the model never saw. On the line the forecast was right.",
    "점 하나가 학습하지 않은 영화 {films:,}편 중 한 편입니다. 점선 위에 있으면 예측이 맞은 것입니다.",
)
PREDICTED = Sentence("predicted", "예측")
ACTUAL = Sentence("actual", "실제")
BY_GENRE = Sentence("How far off, by main genre", "주 장르별 평균 오차")
BY_GENRE_NOTE = Sentence(
    "Rating points on average, with the number of films measured.", "평균 오차(점)와 측정한 영화 수입니다."
)
GENRE = Sentence("Main genre", "주 장르")
ERROR = Sentence("Error", "오차")
FILMS = Sentence("{films:,} films", "{films:,}편")
LOOKS_AT = Sentence("What it looks at", "모델이 눈여겨보는 것")
LOOKS_AT_NOTE = Sentence(
    "How many points each fact moves a forecast on average, up or down.",
    "각 항목이 예측을 평균 몇 점이나 올리거나 내리는지 보여 줍니다.",
)
FEATURE = Sentence("Fact", "항목")
WEIGHT = Sentence("Points", "점수")
DECISION = Sentence("Why this model is in service", "이 모델을 쓰는 이유")
RECORDED = Sentence("As the platform recorded it, in English.", "플랫폼이 영어로 남긴 기록입니다.")
DECISIONS = Sentence("Decisions of the last days", "최근 결정")
NO_DECISIONS = Sentence("None is known to this service.", "이 서비스가 알고 있는 결정이 없습니다.")
WHEN = Sentence("When", "시각")
WHAT = Sentence("What", "결정")
WHO = Sentence("By", "결정 주체")
WHY = Sentence("Why", "이유")
KINDS = {
    "release": Sentence("to be put in service", "교체 결정"),
    "in service": Sentence("in service", "교체 완료"),
    "failed": Sentence("could not be put in service", "교체 실패"),
    "taken back": Sentence("taken back while it was tried", "시험 중 철회"),
    "rollback": Sentence("rolled back to", "이전 모델로 되돌림"),
    "pin": Sentence("held in service", "고정"),
    "unpin": Sentence("no longer held", "고정 해제"),
}
FORECASTS = Sentence("Past forecasts", "지난 예측")
NO_FORECASTS = Sentence(
    "Forecasts of unreleased films will stand here beside the ratings they got. None has come due yet.",
    "개봉 전 영화의 예측이 실제 평점과 함께 이곳에 표시됩니다. 아직 결과가 나온 예측이 없습니다.",
)
FIGURES = Sentence("All figures", "전체 지표")
METRIC = Sentence("Measure", "지표")
VALUE = Sentence("Value", "값")
