"""Translation: what leaves the machine, in which pieces, and what is said when it fails."""

import re
import socket
from dataclasses import dataclass, field

import pytest

from streamlit_ui.google_translate import PIECES_AT_ONCE
from streamlit_ui.settings import PageSettings
from streamlit_ui.translation import (
    CircuitBreaker,
    GoogleTranslate,
    LibreTranslate,
    TranslationFailed,
    split,
    translate,
    translator_of,
)

KOREAN = "은퇴한 형사가 조용한 마을로 돌아와 마지막 사건을 해결한다."


@dataclass
class FakeTranslator:
    """Answers what it is told, one answer a text, and remembers what it was given."""

    answers: list = field(default_factory=lambda: [["A detective solves one last case in the village."]])
    destination: str = "nowhere"
    given: list = field(default_factory=list)

    def translate(self, pieces):
        self.given.append(pieces)
        return self.answers[min(len(self.given), len(self.answers)) - 1]


def test_a_long_text_goes_in_pieces_cut_between_sentences():
    """No piece is longer than a translator takes, and no sentence that fits is cut."""
    text = " ".join([KOREAN] * 100)

    pieces = split(text)

    assert len(pieces) > 1
    assert all(len(piece) <= 1_500 and piece.endswith(KOREAN) for piece in pieces)
    assert " ".join(pieces) == text


def test_a_sentence_without_end_is_cut_all_the_same():
    """Nothing is lost of a text without any full stop."""
    assert split("가" * 3_200) == ["가" * 1_500, "가" * 1_500, "가" * 200]


def test_a_text_is_put_together_from_its_pieces():
    """In their order."""
    translator = FakeTranslator([["A detective comes home. ", "He solves a case."]])
    text = f"{KOREAN} {'가' * 1_500}"

    assert translate(text, translator) == "A detective comes home. He solves a case."
    assert translator.given == [[KOREAN, "가" * 1_500]]


def test_a_failing_translator_fails_the_whole():
    """Half a translation would give a mood that is silently wrong."""
    assert translate(KOREAN, FakeTranslator([TranslationFailed("refused")])) == TranslationFailed("refused")


@pytest.mark.parametrize("nonsense", ["", "   ", "가" * 1_500])
def test_a_piece_that_is_not_translated_fails_the_whole(nonsense):
    """A translator that gives the text back, or nothing, has failed."""
    translator = FakeTranslator([["A detective comes home.", nonsense]])

    assert translate(f"{KOREAN} {'가' * 1_500}", translator) == TranslationFailed("unusable")


def test_a_piece_that_was_english_already_may_come_back_as_it_was():
    """Only the service judges languages."""
    assert translate("The end.", FakeTranslator([["The end."]])) == "The end."


def test_libretranslate_gets_the_text_in_the_body(libretranslate):
    """A synopsis is never in an address, where logs would keep it."""
    translator = LibreTranslate(libretranslate.url, timeout_seconds=5)

    assert translator.translate([KOREAN]) == [libretranslate.english]
    assert libretranslate.paths == ["/translate"]
    assert libretranslate.questions[0]["q"] == KOREAN


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("silent", "timeout"), ("refused", "refused"), ("html", "unusable"), ("no text", "unusable")],
)
def test_each_fault_of_libretranslate_has_its_word(libretranslate, fault, reason):
    """A translator that fails says how, and never by an exception."""
    libretranslate.fault = fault
    seconds = 0.2 if fault == "silent" else 30  # only silence has to be waited for

    assert LibreTranslate(libretranslate.url, timeout_seconds=seconds).translate([KOREAN]) == TranslationFailed(reason)


def test_nobody_at_the_address_is_unreachable(free_address):
    """A refused connection is said as such."""
    assert LibreTranslate(free_address, timeout_seconds=1).translate([KOREAN]) == TranslationFailed("unreachable")


def test_google_out_of_reach_is_said(free_address, monkeypatch):
    """Without a way out, Google's translator is unreachable."""
    monkeypatch.setenv("HTTPS_PROXY", free_address)
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert GoogleTranslate(timeout_seconds=30).translate([KOREAN]) == TranslationFailed("unreachable")


def test_google_is_not_waited_for_longer_than_told(silent_address, monkeypatch):
    """A peer that never answers is given up."""
    monkeypatch.setenv("HTTPS_PROXY", silent_address)
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert GoogleTranslate(timeout_seconds=0.3).translate([KOREAN]) == TranslationFailed("timeout")


def test_the_time_is_that_of_the_whole_text(libretranslate):
    """Twenty pieces of a silent translator cost no more than one."""
    libretranslate.fault = "silent"  # for a second a piece
    translator = LibreTranslate(libretranslate.url, timeout_seconds=0.3)

    assert translate(" ".join([KOREAN] * 800), translator) == TranslationFailed("timeout")
    assert len(libretranslate.questions) <= PIECES_AT_ONCE


def test_pieces_keep_their_order(libretranslate):
    """They are asked for at once, and the first may come last."""
    libretranslate.fault = "numbered"
    text = "".join(f"번호 {number} {'가' * 1_400}. " for number in range(3))

    english = translate(text, LibreTranslate(libretranslate.url, timeout_seconds=30))

    assert re.findall(r"\d", english) == ["0", "1", "2"]


def test_a_translator_that_keeps_failing_is_left_alone_for_a_while():
    """Nobody waits for it, and it is not asked more often because it refuses."""
    now = [0.0]
    failing = FakeTranslator([TranslationFailed("refused")])
    translator = CircuitBreaker(failing, clock=lambda: now[0])

    said = [translator.translate([KOREAN]) for _ in range(5)]

    assert said == [TranslationFailed("refused")] * 3 + [TranslationFailed("paused")] * 2
    assert len(failing.given) == 3
    now[0] = 61.0
    failing.answers = [["A detective solves one last case."]]
    assert translator.translate([KOREAN]) == ["A detective solves one last case."]


def test_a_failure_now_and_then_rests_nobody():
    """Only failures in a row count."""
    fails, works = TranslationFailed("timeout"), ["A detective solves one last case."]
    translator = CircuitBreaker(FakeTranslator([fails, fails, works, fails, fails, works]))

    assert TranslationFailed("paused") not in [translator.translate([KOREAN]) for _ in range(6)]


@pytest.mark.parametrize(
    ("settings", "destination"),
    [
        ({}, GoogleTranslate.destination),
        ({"libretranslate_url": "http://127.0.0.1:5000"}, "127.0.0.1:5000"),
        ({"libretranslate_url": "http://127.0.0.1:5000", "translation": "off"}, None),
    ],
)
def test_settings_choose_the_translator(settings, destination):
    """Google unless another is named; none when translation is off."""
    translator = translator_of(PageSettings(**settings))

    assert getattr(translator, "destination", None) == destination


@pytest.fixture
def free_address():
    """An address of this machine where nobody listens."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{nobody.getsockname()[1]}"


@pytest.fixture
def silent_address():
    """An address of this machine where somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"
