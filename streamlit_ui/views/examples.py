"""Examples that fill the form in one click: two of the service's, and one of the page's own in Korean."""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from streamlit_ui.contract import Film
from streamlit_ui.localizer import Localizer, Sentence, plain

EXAMPLES = Sentence("Try an example", "예시로 시작하기")
EXAMPLE = Sentence("Example {number}", "예시 {number}")


SERVICES = 2  # with the Korean one they stay on one line


class Example(NamedTuple):
    """A film, and its synopsis in English where the film's own is not."""

    film: Film
    english: str | None = None


KOREAN = Example(
    Film(
        title="봄날의 장부",
        runtime=128,
        genres=["Comedy", "Romance"],
        original_language="ko",
        overview=(
            "숫자밖에 모르던 회계사가 부산에서 가장 유쾌한 국숫집을 맡게 된다. "
            "밀린 장부를 정리하던 그는 다정한 주인과 조금씩 사랑에 빠지고, 골목은 다시 웃음을 되찾는다."
        ),
        production_countries=["KR"],
        spoken_languages=["ko"],
    ),
    english=(
        "An accountant who knows nothing but numbers takes over the funniest noodle bar in Busan. "
        "Sorting out its neglected books, he slowly falls in love with the kind owner, and the alley laughs again."
    ),
)


def examples(say: Localizer, films: list[Film], on_choose: Callable[[Example], None]) -> None:
    """One button for each film; a click hands it to `on_choose` before the page is drawn again."""
    with st.container(key="examples", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(say(EXAMPLES), width="content")
        for number, example in enumerate([*map(Example, films[:SERVICES]), KOREAN], start=1):
            label = plain(example.film.title) if example.film.title else say(EXAMPLE, number=number)
            st.button(label, key=f"example_{number}", on_click=on_choose, args=(example,))
