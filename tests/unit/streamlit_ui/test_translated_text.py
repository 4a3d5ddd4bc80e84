"""Which answers of a translator are translations."""

import pytest

from streamlit_ui.translated_text import usable

KOREAN = "외딴섬의 등대지기가 폭풍우 치던 밤에 바다에서 한 소년을 구하고, 둘은 서로에게 하나뿐인 가족이 된다."
ENGLISH = "The keeper of a remote lighthouse saves a boy on a stormy night, and each becomes the other's only family."
GERMAN = (
    "Ein Leuchtturmwärter rettet in einer stürmischen Nacht einen Jungen aus dem Meer,"
    " und beide werden füreinander zur einzigen Familie, die ihnen bleibt."
)


@pytest.mark.parametrize(
    ("original", "english"),
    [
        (KOREAN, ENGLISH),
        (KOREAN, f" {ENGLISH}\n"),
        (GERMAN, ENGLISH),
        ("끝.", "The end."),
        ("춘향전", "Chunhyangjeon"),
        (
            "한 해커가 404 Not Found 화면 뒤에서 실종된 친구를 찾는다.",
            "Behind a 404 Not Found page a hacker finds a friend.",
        ),
        ("세상은 고장 났다.", "Something went wrong on the night the city lost its light, and nobody remembers it."),
        ("그는 <사랑>이라는 영화를 만든다.", "He makes a film called <Love>."),
        (KOREAN, "Two bad women fight over one man on an island by the sea."),
        ("Amélie Poulain", "Amélie Poulain"),
        (KOREAN, "A young hacker steals an API key and sells it to the navy, who find her by the sea."),
        (KOREAN, "Access denied. The door stays shut, and the boy has to find another way home by himself."),
        (KOREAN * 4, f"{ENGLISH} Something went wrong. {ENGLISH} Access denied. {ENGLISH} {ENGLISH}"),
        ("뭐라고?", "What??"),
        ("안 돼! 안 돼! 안 돼!", "No! No! No!"),
        (KOREAN, "The ship is under maintenance when a storm throws a lonely boy on its deck."),
    ],
)
def test_a_translation_is_used(original, english):
    """Without the space around it."""
    assert usable(original, english) == english.strip()


@pytest.mark.parametrize(
    "answer",
    [
        "Error 502 (Server Error)!!1502.That’s an error.The server encountered a temporary problem.That’s all we know.",
        "503 Service Unavailable: the server is busy",
        "Service Unavailable",
        "Gateway Timeout",
        "Too many requests. Please try again later.",
        "HTTP error 429",
        "Sorry, an error occurred while we translated this text. Please try again later.",
        "MYMEMORY WARNING: YOU USED ALL AVAILABLE FREE TRANSLATIONS FOR TODAY.",
        "Our systems have detected unusual traffic from your computer network.",
        "Please enable JavaScript and reload the page to go on with the translation.",
        "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to this network</body></html>",
        "The keeper saves a boy<br>and becomes his only family",
        '{"error": "invalid target", "code": 3}',
        '{"translatedText": "The keeper of a remote lighthouse saves a boy on a sto',
        '<?xml version="1.0"?><string>The keeper of a lighthouse saves a boy</string>',
        "You have exceeded your monthly quota of characters.",
        "The monthly quota is exhausted.",
        "To go on with this translation, please upgrade your plan.",
        "This service is currently under maintenance.",
        "We are down for scheduled maintenance.",
        "I can't help with that.",
        "I'm sorry, but I cannot assist with this request, since it is about the keeper of a lighthouse.",
        "As an AI language model, I do not translate texts about lighthouses and boys.",
        "TypeError: 'NoneType' object is not subscriptable in the handler of this request",
        "Access denied",
        "Something went wrong.",
        "Invalid API key",
        "",
        " \n",
    ],
)
def test_an_error_page_is_no_translation(answer):
    """Whatever its status was."""
    assert usable(KOREAN, answer) is None


@pytest.mark.parametrize(
    "answer",
    ["null", "None", "undefined", "[object Object]", "Error", "Forbidden", "Just a moment...", "NaN", "Unauthorized."],
)
@pytest.mark.parametrize("original", ["세상은 끝났다.", "소년이 집을 떠나 바다로 간다."])
def test_a_word_of_a_program_is_no_translation(original, answer):
    """However short the original is."""
    assert usable(original, answer) is None


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x85", "\ud83d", "&#0;", "&#xfffd;", "??"])
def test_a_text_with_broken_signs_is_no_translation(sign):
    """Half a surrogate pair cannot be sent, and others stand for letters that were lost."""
    assert usable(KOREAN, ENGLISH.replace("boy", f"b{sign}y")) is None


@pytest.mark.parametrize(
    "answer", ["The The The", "The the the the the the the the the", f"{ENGLISH} {'and the sea ' * 6}"]
)
def test_a_text_in_circles_is_no_translation(answer):
    """Words that the original does not repeat."""
    assert usable(KOREAN, answer) is None
    assert usable("등대의 소년", answer) is None


@pytest.mark.parametrize(
    "preface", ["Here is the translation:", "Sure! Here's the English translation of the text:\n\n", "Translation: "]
)
def test_a_preface_is_removed(preface):
    """It is not of the film."""
    assert usable(KOREAN, f"{preface} {ENGLISH}") == ENGLISH
    assert usable(KOREAN, preface) is None


@pytest.mark.parametrize("original", ["Größe über alles in der Welt", "Une fille rêve de la mer"])
def test_an_unchanged_text_is_no_translation(original):
    """Unlike a name."""
    assert usable(original, original) is None


@pytest.mark.parametrize(
    "answer",
    [
        KOREAN,
        KOREAN[::-1],
        GERMAN,
        "離島の灯台守が嵐の夜に海から少年を救い、二人は互いに唯一の家族となる。",
        f"The keeper {KOREAN}",
        "1234567890 1234567890 1234567890",
    ],
)
def test_another_language_is_no_translation(answer):
    """The text itself, the same letters, or a third language."""
    assert usable(KOREAN, answer) is None


@pytest.mark.parametrize("answer", [ENGLISH * 9, "Family."])
def test_a_text_of_another_length_is_no_translation(answer):
    """A tenth or ten times of it."""
    assert usable(KOREAN * 3, answer if answer == "Family." else answer * 3) is None


def test_an_original_in_english_letters_may_stay():
    """A name, or a line that is English already."""
    assert usable("The end.", "The end.") == "The end."


@pytest.mark.parametrize(
    ("answer", "english"),
    [
        (r"He calls it \"home\".\nShe does not.", 'He calls it "home".\nShe does not.'),
        (r"A caf\u00e9 by the sea is where it all began.", "A café by the sea is where it all began."),
        (r"The sign \ud83d\ude00 is all he says.", "The sign 😀 is all he says."),
        ("It&#39;s Tom &amp; his dog.", "It's Tom & his dog."),
        (r"The path C:\films is all he knows.", r"The path C:\films is all he knows."),
        (r"The broken \ud83d sign.", r"The broken \ud83d sign."),
    ],
)
def test_escapes_are_decoded_once(answer, english):
    """Where the whole text shows that it is escaped."""
    assert usable("그는 그곳을 집이라 부른다. 그녀는 아니다.", answer) == english


def test_escapes_of_the_original_stay():
    """They are part of the text."""
    original = r"그는 벽에 \n 이라고 쓴다. 아무도 읽지 &amp; 않는다."

    assert usable(original, r"He writes \n on the wall &amp; nobody reads it.") == (
        r"He writes \n on the wall &amp; nobody reads it."
    )
