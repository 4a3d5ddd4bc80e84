"""The page as AppTest opens it: filled, asked, and read."""

import re
from html import unescape
from pathlib import Path

from streamlit.testing.v1 import AppTest

import streamlit_ui

APP = Path(streamlit_ui.__file__).parent / "app.py"
KOREAN = "은퇴한 형사가 조용한 마을로 돌아와 마지막 사건을 해결한다."


def opened():
    return AppTest.from_file(APP, default_timeout=30).run()


def filled(page, *, overview=None):
    """The form with the first example, or with another synopsis in it."""
    page.button(key="example_1").click().run()
    if overview is not None:
        page.text_area(key="overview").set_value(overview).run()
    return page


def predicted(page, *, overview=None):
    filled(page, overview=overview).button(key="predict").click().run()
    return page


def text_of(page):
    """All words on the page, without markup."""
    kinds = (
        page.title,
        page.header,
        page.html,
        page.markdown,
        page.text,
        page.caption,
        page.error,
        page.warning,
        page.info,
    )
    words = " ".join(element.value for kind in kinds for element in kind if not element.value.endswith("</style>"))
    assert not page.exception
    return unescape(re.sub("<[^>]+>", " ", words))
