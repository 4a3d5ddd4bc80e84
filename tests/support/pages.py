"""The page in AppTest: open it, fill the form, predict, read its text."""

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
    """The form filled with the first example, or with another synopsis."""
    page.button(key="example_1").click().run()
    if overview is not None:
        page.text_area(key="overview").set_value(overview).run()
    return page


def predicted(page, *, overview=None):
    filled(page, overview=overview).button(key="predict").click().run()
    return page


def text_of(page):
    """The text of the page, without markup."""
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


def html_of(page):
    """The HTML that the page writes itself."""
    return " ".join(block.value for block in page.html)


def show_view(page, view):
    """The page after a click on this view."""
    return page.segmented_control(key="view").set_value(view).run()


def in_korean(page):
    return page.segmented_control(key="page_language").set_value("ko").run()
