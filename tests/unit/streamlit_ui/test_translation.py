"""Translation: what leaves the machine, in which pieces, and how it fails."""

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
LONG = "가" * 1_500
LONG_ENGLISH = " ".join(["He solves the case of the missing boat and leaves."] * 40)


@dataclass
class FakeTranslator:
    """Returns these answers, one per text, and records its input."""

    answers: list = field(default_factory=lambda: [["A detective solves one last case in the village."]])
    destination: str = "nowhere"
    inputs: list = field(default_factory=list)

    def translate(self, pieces):
        self.inputs.append(pieces)
        return self.answers[min(len(self.inputs), len(self.answers)) - 1]


def test_a_long_text_is_split_between_sentences():
    """No piece is too long for a translator, and no sentence that fits is split."""
    text = " ".join([KOREAN] * 100)

    pieces = split(text)

    assert len(pieces) > 1
    assert all(len(piece) <= 1_500 and piece.endswith(KOREAN) for piece in pieces)
    assert " ".join(pieces) == text


def test_an_overlong_sentence_is_split():
    """Nothing of it is lost."""
    assert split("가" * 3_200) == ["가" * 1_500, "가" * 1_500, "가" * 200]


def test_a_translation_is_joined_from_its_pieces():
    """In their order."""
    translator = FakeTranslator([["A detective comes home. ", LONG_ENGLISH]])

    assert translate(f"{KOREAN} {LONG}", translator) == f"A detective comes home. {LONG_ENGLISH}"
    assert translator.inputs == [[KOREAN, LONG]]


def test_a_failure_fails_the_whole_text():
    """Half a translation would have a wrong mood."""
    assert translate(KOREAN, FakeTranslator([TranslationFailed("refused")])) == TranslationFailed("refused")


@pytest.mark.parametrize("nonsense", ["", "   ", LONG, "He solves it.", LONG_ENGLISH[:800] + " 502 Bad Gateway"])
def test_a_piece_that_is_no_translation_fails_the_whole_text(nonsense):
    """Empty, unchanged, cut off or with an error in it."""
    translator = FakeTranslator([["A detective comes home.", nonsense]])

    assert translate(f"{KOREAN} {LONG}", translator) == TranslationFailed("unusable")


@pytest.mark.parametrize("answer", [[], ["A detective comes home."] * 2, [None], [7], [["A detective comes home."]]])
def test_another_number_of_pieces_is_a_failure(answer):
    """As are pieces that are no texts; nothing is raised."""
    assert translate(KOREAN, FakeTranslator([answer])) == TranslationFailed("unusable")
    assert translate(KOREAN, CircuitBreaker(FakeTranslator([answer]))) == TranslationFailed("unusable")


def test_the_same_answer_to_two_pieces_is_no_translation():
    """Whatever it says."""
    text = f"{'산' * 1_400}. {'강' * 1_400}."

    assert translate(text, FakeTranslator([[LONG_ENGLISH] * 2])) == TranslationFailed("unusable")


def test_an_english_piece_may_stay_unchanged():
    """Only the service detects languages."""
    assert translate("The end.", FakeTranslator([["The end."]])) == "The end."


def test_libretranslate_gets_the_text_in_the_body(libretranslate):
    """A synopsis is never in a URL, where logs keep it."""
    translator = LibreTranslate(libretranslate.url, timeout_seconds=5)

    assert translator.translate([KOREAN]) == [libretranslate.english]
    assert libretranslate.paths == ["/translate"]
    assert libretranslate.questions[0]["q"] == KOREAN


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("silent", "timeout"), ("refused", "refused"), ("html", "unusable"), ("no text", "unusable")],
)
def test_each_fault_of_libretranslate_has_its_reason(libretranslate, fault, reason):
    """As a value, never an exception."""
    libretranslate.fault = fault
    seconds = 0.2 if fault == "silent" else 30  # only a timeout takes its time

    assert LibreTranslate(libretranslate.url, timeout_seconds=seconds).translate([KOREAN]) == TranslationFailed(reason)


def test_a_refused_connection_is_unreachable(free_address):
    """Nothing listens at the address."""
    assert LibreTranslate(free_address, timeout_seconds=1).translate([KOREAN]) == TranslationFailed("unreachable")


def test_google_out_of_reach_is_unreachable(free_address, monkeypatch):
    """Without access to the internet."""
    monkeypatch.setenv("HTTPS_PROXY", free_address)
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert GoogleTranslate(timeout_seconds=30).translate([KOREAN]) == TranslationFailed("unreachable")


def test_google_has_a_timeout(silent_address, monkeypatch):
    """Also for a peer that never answers."""
    monkeypatch.setenv("HTTPS_PROXY", silent_address)
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert GoogleTranslate(timeout_seconds=0.3).translate([KOREAN]) == TranslationFailed("timeout")


def test_the_timeout_is_for_the_whole_text(libretranslate):
    """Twenty pieces take no longer than one."""
    libretranslate.fault = "silent"  # for a second a piece
    translator = LibreTranslate(libretranslate.url, timeout_seconds=0.3)

    assert translate(" ".join([KOREAN] * 800), translator) == TranslationFailed("timeout")
    assert len(libretranslate.questions) <= PIECES_AT_ONCE


def test_pieces_keep_their_order(libretranslate):
    """They are translated in parallel, and the first may come last."""
    libretranslate.fault = "numbered"
    text = "".join(f"번호 {number} {'가' * 1_400}. " for number in range(3))

    english = translate(text, LibreTranslate(libretranslate.url, timeout_seconds=30))

    assert re.findall(r"\d", english) == ["0", "1", "2"]


def test_the_circuit_opens_after_three_failures_in_a_row():
    """The translator gets no requests for a minute."""
    now = [0.0]
    failing = FakeTranslator([TranslationFailed("refused")])
    translator = CircuitBreaker(failing, clock=lambda: now[0])

    results = [translator.translate([KOREAN]) for _ in range(5)]

    assert results == [TranslationFailed("refused")] * 3 + [TranslationFailed("paused")] * 2
    assert len(failing.inputs) == 3
    now[0] = 61.0
    failing.answers = [["A detective solves one last case."]]
    assert translator.translate([KOREAN]) == ["A detective solves one last case."]


def test_answers_that_are_no_translations_open_the_circuit():
    """An error page with status 200 is a failure like any other."""
    failing = FakeTranslator([["Error 500 (Server Error)"]])
    translator = CircuitBreaker(failing)

    results = [translate(KOREAN, translator) for _ in range(4)]

    assert results == [TranslationFailed("unusable")] * 3 + [TranslationFailed("paused")]


def test_single_failures_keep_the_circuit_closed():
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
    """Google by default; none if translation is off."""
    translator = translator_of(PageSettings(**settings))

    assert getattr(translator, "destination", None) == destination


@pytest.fixture
def free_address():
    """A URL where nothing listens."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{nobody.getsockname()[1]}"


@pytest.fixture
def silent_address():
    """A URL where a server never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"
