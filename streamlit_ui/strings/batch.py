"""What is said where many films are rated at once."""

from streamlit_ui.sheet import Fault, Reason
from streamlit_ui.strings.tongue import Sentence

TITLE = Sentence("Rate many films", "여러 편 예측하기")
LEAD = Sentence(
    "Upload a CSV with one film a row. Needed: runtime in minutes and original_language; genres and an English "
    "synopsis (overview) make the forecast better. Nothing of the file goes to a translator.",
    "한 행에 영화 한 편씩 적은 CSV를 올려 주세요. runtime(분)과 original_language는 꼭 필요하며, "
    "genres와 영어 줄거리(overview)가 있으면 예측이 좋아집니다. 파일 내용은 번역기로 보내지 않습니다.",
)
TEMPLATE = Sentence("Download a template", "양식 내려받기")
TEMPLATE_FILE = Sentence("films.csv", "영화.csv")
UPLOAD = Sentence("CSV of films", "영화 목록 CSV")
READ = Sentence(
    "{films:,} films can be rated; {bad:,} rows cannot.",
    "예측할 수 있는 영화 {films:,}편, 예측할 수 없는 행 {bad:,}개.",
)
START = Sentence("Predict {films:,} ratings", "{films:,}편 예측하기")
RUNNING = Sentence("{share:.0%} done", "{share:.0%} 완료")
DONE = Sentence(
    "{films:,} films rated, {bad:,} rows without a rating.", "영화 {films:,}편 예측 완료, 예측하지 못한 행 {bad:,}개."
)
LEFT_OUT = Sentence(
    "In {films:,} of them the synopsis is not English, so its mood and length were left out.",
    "그중 {films:,}편은 줄거리가 영어가 아니어서 분위기와 길이를 예측에서 뺐습니다.",
)
MIXED = Sentence(
    "The model was replaced on the way: the column bundle_id tells which one rated a row.",
    "예측하는 도중에 모델이 교체되었습니다. 각 행을 예측한 모델은 bundle_id 열에 있습니다.",
)
STOPPED = Sentence(
    "It stopped after {done:,} of {films:,} rows: what was rated can be downloaded, and the button above starts anew.",
    "{films:,}행 중 {done:,}행까지 예측했습니다. "
    "여기까지는 내려받을 수 있고, 위의 버튼을 누르면 처음부터 다시 예측합니다.",
)
DOWNLOAD = Sentence("Download the predictions", "예측 결과 내려받기")
RESULT_FILE = Sentence("predictions.csv", "예측결과.csv")
FIRST_ROWS = Sentence("The first films", "처음 몇 편")
BAD_ROWS = Sentence("Rows without a rating", "예측하지 못한 행")
MORE_BAD_ROWS = Sentence(
    "And {count:,} more; the download names them all.", "그 밖에 {count:,}개. 전체는 결과 파일에 있습니다."
)
LINE = Sentence("Line", "줄")
FILM = Sentence("Film", "영화")
RATING = Sentence("Rating", "평점")
RANGE = Sentence("Range", "예측 구간")
WHY = Sentence("Why", "이유")
FAULTS: dict[Fault, Sentence] = {
    "not_text": Sentence("This file is not a CSV that can be read.", "읽을 수 있는 CSV 파일이 아닙니다."),
    "no_header": Sentence(
        "The first line must name the columns, runtime among them.",
        "첫 줄에는 runtime을 포함한 열 이름이 있어야 합니다.",
    ),
    "no_films": Sentence("There is no film in this file.", "파일에 영화가 하나도 없습니다."),
    "too_many": Sentence(
        "More than 10,000 films: please split the file.", "영화가 10,000편을 넘습니다. 파일을 나누어 주세요."
    ),
}
REASONS: dict[Reason, Sentence] = {
    "missing": Sentence("{field} is missing", "빠진 항목: {field}"),
    "not_a_number": Sentence("{field} is no number above 0", "0보다 큰 숫자가 아님: {field}"),
    "not_a_date": Sentence("{field} is no date like 2027-03-05", "2027-03-05 형식의 날짜가 아님: {field}"),
    "refused": Sentence("the service refused {field}: {message}", "서비스가 거절한 항목: {field}({message})"),
}
