"""Examples that fill the form in one click. The form: form.py."""

from collections.abc import Callable

import streamlit as st

from streamlit_ui.contract import Film
from streamlit_ui.strings import form as words
from streamlit_ui.strings.tongue import Tongue

SHOWN = 4  # more would push the form down a small screen


def examples(say: Tongue, films: list[Film], on_choose: Callable[[Film], None]) -> None:
    """One button for each film; a click hands it to `on_choose` before the page is drawn again."""
    if not films:
        return
    with st.container(key="examples", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(say(words.EXAMPLES), width="content")
        for number, film in enumerate(films[:SHOWN], start=1):
            label = film.title or say(words.EXAMPLE, number=number)
            st.button(label, key=f"example_{number}", on_click=on_choose, args=(film,))
