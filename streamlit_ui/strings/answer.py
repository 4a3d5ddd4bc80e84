"""What the answer says: rating, interval, reasons, warnings, and where they come from."""

from streamlit_ui.strings.tongue import Sentence

WAITING = Sentence(
    "Describe a film, or start from an example. Here you will see:",
    "영화 정보를 입력하거나 예시를 골라 보세요. 여기에 다음 내용이 표시됩니다.",
)
PROMISES = {
    "rating": Sentence("A rating out of 10, and how sure it is", "10점 만점의 평점과 그 예측 구간"),
    "reasons": Sentence("What moved it up or down", "평점을 올리고 내린 이유"),
    "what if": Sentence(
        "What another length, tone or genre would change", "상영 시간, 분위기, 장르를 바꾸면 달라지는 점"
    ),
}
WORKING = Sentence("Reading the film…", "영화를 살펴보는 중…")
PREDICTED_RATING = Sentence("Predicted rating", "예측 평점")
OUT_OF_TEN = Sentence("out of 10", "10점 만점")
RATING_SPOKEN = Sentence("Predicted rating {rating} out of 10", "예측 평점 10점 만점에 {rating}점")

# How sure it is
INTERVAL = Sentence(
    "{share:.0%} of such films are rated between {low:.1f} and {high:.1f}.",
    "이런 영화의 {share:.0%}는 {low:.1f}점에서 {high:.1f}점 사이의 평점을 받습니다.",
)
NO_INTERVAL = Sentence(
    "No range can be given: this model learned from too few films.",
    "학습한 영화가 너무 적어 예측 구간을 제시할 수 없습니다.",
)
OLDER_SERVICE = Sentence(
    "This service is older than the page and gives no range.",
    "서비스가 이 페이지보다 오래된 버전이어서 예측 구간을 제공하지 않습니다.",
)
TYPICAL_ERROR = Sentence(
    "On films it had not seen, this model was {error:.2f} points off on average.",
    "학습하지 않은 영화에서 이 모델은 평균 {error:.2f}점 빗나갔습니다.",
)
AMONG = Sentence("Among the films it learned from", "학습한 영화들 가운데")
HIGHER_THAN = Sentence("Higher than {share:.0%} of their ratings", "그중 {share:.0%}보다 높은 평점")

# Mood
MOOD = Sentence("Mood of the synopsis", "줄거리의 분위기")
MOOD_VALUE = Sentence("{mood} ({polarity}, from −1 to 1)", "{mood}({polarity}, −1에서 1 사이)")
MOOD_NONE = Sentence("Not read: nothing of the synopsis was scored", "읽지 않음: 줄거리는 예측에 쓰지 않았습니다")

# Reasons
REASONS = Sentence("What moved this rating", "평점을 움직인 이유")
REASONS_FROM = Sentence(
    "In rating points, starting from {base:.1f}, the mean of the films it learned from.",
    "학습한 영화의 평균 {base:.1f}점에서 출발해 각 항목이 더하거나 뺀 점수입니다.",
)
REASONS_NOT_CAUSES = Sentence(
    "These are patterns in past films, not causes.", "과거 영화에서 나타난 경향일 뿐, 원인은 아닙니다."
)
REASON = Sentence("Reason", "이유")
POINTS = Sentence("Points", "점수")
OTHER_REASONS = Sentence("{count} further facts together", "그 밖의 항목 {count}개 합계")
UNKNOWN = Sentence("left out", "정보 없음")

# What it rests on
CHANGED_SINCE = Sentence("The form has changed since this prediction.", "이 예측 이후에 입력 내용이 바뀌었습니다.")
ANOTHER_MODEL = Sentence(
    "Another model answered this time than before, so the two ratings cannot be compared.",
    "이번에는 이전과 다른 모델이 예측했으므로 두 평점을 서로 비교할 수 없습니다.",
)
SCORED_FILM = Sentence("What was scored", "예측에 쓴 내용")
MINUTES = Sentence("{minutes:g} min", "{minutes:g}분")
CHARACTERS = Sentence("{count:,.0f} characters of English synopsis", "영어 줄거리 {count:,.0f}자")
LEFT_OUT = Sentence("Left out", "예측에서 빠진 항목")
GOOD_TO_KNOW = Sentence("Good to know", "참고하세요")
LEARNED_FROM = Sentence("Learned from", "학습 데이터")
WINDOW = Sentence(
    "{films:,} {source} films, {first_day} to {last_day}", "{source} 영화 {films:,}편({first_day}~{last_day})"
)
MODEL = Sentence("Model", "모델")
MODEL_DAY = Sentence("of {day}", "{day} 모델")
TO_CARD = Sentence("How good is this model?", "이 모델은 얼마나 정확한가요?")

WARNINGS = {
    "unknown_main_genre": Sentence(
        "The model has not seen this main genre and treated it as unknown.",
        "모델이 학습하지 않은 주 장르여서 장르를 모르는 것으로 보고 예측했습니다.",
    ),
    "unknown_original_language": Sentence(
        "The model has not seen films in this language and treated it as unknown.",
        "모델이 학습하지 않은 언어여서 원어를 모르는 것으로 보고 예측했습니다.",
    ),
    "overview_not_english": Sentence(
        "The synopsis is not in English, so its mood and length were left out.",
        "줄거리가 영어가 아니어서 분위기와 길이를 예측에서 뺐습니다.",
    ),
    "no_overview": Sentence(
        "Without a synopsis, its mood and length were left out.", "줄거리가 없어서 분위기와 길이를 예측에서 뺐습니다."
    ),
    "overview_too_short": Sentence(
        "The synopsis has only a few words; its mood says little.",
        "줄거리가 몇 단어뿐이어서 분위기 점수를 믿기 어렵습니다.",
    ),
    "runtime_out_of_range": Sentence(
        "Hardly any film it learned from was so short or so long: the rating is a guess.",
        "학습한 영화 중 이렇게 짧거나 긴 영화가 거의 없어 예측을 믿기 어렵습니다.",
    ),
    "overview_len_out_of_range": Sentence(
        "Hardly any synopsis it learned from was so short or so long.",
        "학습한 줄거리 중 이렇게 짧거나 긴 것이 거의 없습니다.",
    ),
    "release_date_out_of_range": Sentence(
        "Hardly any film it learned from was so old, or the release is far ahead.",
        "학습한 영화 중 이렇게 오래된 영화가 거의 없거나, 개봉일이 너무 먼 미래입니다.",
    ),
    "overview_sentiment_out_of_range": Sentence(
        "Hardly any synopsis it learned from had this tone.", "학습한 줄거리 중 이런 분위기는 거의 없습니다."
    ),
    "held_on_the_scale": Sentence(
        "The model went beyond the scale; its answer was held between 0 and 10.",
        "모델의 값이 범위를 벗어나 0점과 10점 사이로 맞추었습니다.",
    ),
}
SOURCES = {
    "synthetic": Sentence("made-up", "가상"),
    "dump": Sentence("collected", "수집한"),
    "tmdb": Sentence("TMDB", "TMDB"),
}
