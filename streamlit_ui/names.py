"""Names of genres, languages, moods and measures in Korean and English; unknown ones are shown as they came."""

from streamlit_ui.strings.tongue import Sentence

GENRES = {
    "Action": Sentence("Action", "액션"),
    "Adventure": Sentence("Adventure", "모험"),
    "Animation": Sentence("Animation", "애니메이션"),
    "Comedy": Sentence("Comedy", "코미디"),
    "Crime": Sentence("Crime", "범죄"),
    "Documentary": Sentence("Documentary", "다큐멘터리"),
    "Drama": Sentence("Drama", "드라마"),
    "Family": Sentence("Family", "가족"),
    "Fantasy": Sentence("Fantasy", "판타지"),
    "History": Sentence("History", "역사"),
    "Horror": Sentence("Horror", "공포"),
    "Music": Sentence("Music", "음악"),
    "Mystery": Sentence("Mystery", "미스터리"),
    "Romance": Sentence("Romance", "로맨스"),
    "Science Fiction": Sentence("Science Fiction", "SF"),
    "TV Movie": Sentence("TV Movie", "TV 영화"),
    "Thriller": Sentence("Thriller", "스릴러"),
    "War": Sentence("War", "전쟁"),
    "Western": Sentence("Western", "서부"),
}

LANGUAGES = {
    "ar": Sentence("Arabic", "아랍어"),
    "bn": Sentence("Bengali", "벵골어"),
    "cn": Sentence("Cantonese", "광둥어"),
    "cs": Sentence("Czech", "체코어"),
    "da": Sentence("Danish", "덴마크어"),
    "de": Sentence("German", "독일어"),
    "el": Sentence("Greek", "그리스어"),
    "en": Sentence("English", "영어"),
    "es": Sentence("Spanish", "스페인어"),
    "et": Sentence("Estonian", "에스토니아어"),
    "eu": Sentence("Basque", "바스크어"),
    "fa": Sentence("Persian", "페르시아어"),
    "fi": Sentence("Finnish", "핀란드어"),
    "fr": Sentence("French", "프랑스어"),
    "he": Sentence("Hebrew", "히브리어"),
    "hi": Sentence("Hindi", "힌디어"),
    "hu": Sentence("Hungarian", "헝가리어"),
    "id": Sentence("Indonesian", "인도네시아어"),
    "is": Sentence("Icelandic", "아이슬란드어"),
    "it": Sentence("Italian", "이탈리아어"),
    "ja": Sentence("Japanese", "일본어"),
    "kn": Sentence("Kannada", "칸나다어"),
    "ko": Sentence("Korean", "한국어"),
    "ml": Sentence("Malayalam", "말라얄람어"),
    "mr": Sentence("Marathi", "마라티어"),
    "nl": Sentence("Dutch", "네덜란드어"),
    "no": Sentence("Norwegian", "노르웨이어"),
    "pl": Sentence("Polish", "폴란드어"),
    "pt": Sentence("Portuguese", "포르투갈어"),
    "ro": Sentence("Romanian", "루마니아어"),
    "ru": Sentence("Russian", "러시아어"),
    "sr": Sentence("Serbian", "세르비아어"),
    "sv": Sentence("Swedish", "스웨덴어"),
    "ta": Sentence("Tamil", "타밀어"),
    "te": Sentence("Telugu", "텔루구어"),
    "th": Sentence("Thai", "태국어"),
    "tl": Sentence("Tagalog", "타갈로그어"),
    "tr": Sentence("Turkish", "튀르키예어"),
    "uk": Sentence("Ukrainian", "우크라이나어"),
    "vi": Sentence("Vietnamese", "베트남어"),
    "xx": Sentence("No language", "언어 없음"),
    "zh": Sentence("Chinese", "중국어"),
}

MOODS = {
    "bright": Sentence("Bright", "밝음"),
    "neutral": Sentence("Neutral", "중립"),
    "dark": Sentence("Dark", "어두움"),
}

FEATURES = {
    "runtime": Sentence("running time", "상영 시간"),
    "main_genre": Sentence("main genre", "주 장르"),
    "genres": Sentence("genres", "장르"),
    "original_language": Sentence("original language", "원어"),
    "overview": Sentence("synopsis", "줄거리"),
    "overview_sentiment": Sentence("mood of the synopsis", "줄거리의 분위기"),
    "overview_len": Sentence("length of the synopsis", "줄거리 길이"),
    "title": Sentence("title", "제목"),
    "release_date": Sentence("release date", "개봉일"),
    "production_countries": Sentence("producing countries", "제작 국가"),
    "spoken_languages": Sentence("spoken languages", "사용 언어"),
    "production_companies": Sentence("producing companies", "제작사"),
    "collection": Sentence("series", "시리즈"),
    "directors": Sentence("directors", "감독"),
    "cast": Sentence("cast", "출연진"),
}

# As reasons they are the same, but for the synopsis, whose mood and length are reasons of their own.
REASONS = FEATURES | {"overview": Sentence("words of the synopsis", "줄거리의 단어")}

METRICS = {
    "test_rmse": Sentence("Error on unseen films, weighted by votes (RMSE)", "새 영화의 오차, 투표수 가중(RMSE)"),
    "train_rmse": Sentence("Error on the films it learned from (RMSE)", "학습한 영화의 오차(RMSE)"),
    "rmse_gap": Sentence("Difference of the two", "두 오차의 차이"),
    "cross_validated_rmse": Sentence("Error in cross-validation (RMSE)", "교차 검증 오차(RMSE)"),
}
# The figures that the card gives for unseen films with at least so many votes, as `<figure>_<votes>_votes`.
METRICS_BY_VOTES = {
    "films": Sentence("Unseen films with {votes} votes or more", "투표 {votes}건 이상인 새 영화 수"),
    "rmse": Sentence("Their error (RMSE), {votes} votes or more", "그 영화들의 오차(RMSE), 투표 {votes}건 이상"),
    "mae": Sentence("Their mean error, {votes} votes or more", "그 영화들의 평균 오차, 투표 {votes}건 이상"),
    "r2": Sentence("Their explained variance, {votes} votes or more", "그 영화들의 설명된 분산, 투표 {votes}건 이상"),
}
