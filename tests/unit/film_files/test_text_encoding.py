"""Encodings: found, or refused; no letter is ever replaced."""

import pytest

from film_files.table import FilmFileError, open_table

TITLES = {
    "cp1252": [
        "Été à la plage",
        "Der Schlüssel",
        "El año del búho",
        "¿Dónde está?",
        "L’été – “fin”",
        "Þórs nótt",
        "Ángel",
    ],
    "cp1250": ["Žluté květy a řeka", "Zażółć gęślą jaźń", "Stříbrný vítr nad městem"],
    "cp1254": ["Işık ve gölge", "Şehrin ışıkları altında", "Değişen günler"],
    "cp1251": ["Тихая река", "Дорога домой и обратно"],
    "cp1253": ["Το τελευταίο καλοκαίρι", "Η θάλασσα και ο άνεμος"],
    "cp949": ["겨울의 유리", "호박색 길", "밤의 수확"],
    "cp932": ["冬のガラス", "琥珀の道をゆく"],
    "euc_jp": ["冬のガラス", "琥珀の道をゆく"],
    "gb18030": ["冬天的玻璃", "琥珀之路与夜晚的收获"],
    "big5hkscs": ["冬天的玻璃", "琥珀之路與夜晚的收穫"],
    "utf-8": ["Été", "겨울의 유리", "冬のガラス"],
    "utf-8-sig": ["Été", "겨울"],
    "utf-16": ["Été", "겨울의 유리"],
    "utf-16-le": ["Été", "겨울의 유리"],
    "utf-16-be": ["Été", "겨울의 유리"],
    "utf-32": ["Été", "겨울의 유리"],
    "utf-32-le": ["Été", "겨울의 유리"],
}


def text_of(titles: list[str]) -> str:
    """A CSV of films with these titles."""
    return "title,runtime,genres\n" + "".join(f"{title},90,Drama\n" for title in titles)


def sentence(content: bytes, encoding: str | None = None) -> str:
    """With what the file is refused."""
    with pytest.raises(FilmFileError) as refused:
        list(open_table(content, encoding=encoding).rows())
    return str(refused.value)


@pytest.mark.parametrize("encoding", TITLES)
def test_the_encoding_is_found(encoding):
    """By all lines, also where the first ones are ASCII; a guess is named as one."""
    titles = ["Amber Road"] * 3_000 + TITLES[encoding]

    table = open_table(text_of(titles).encode(encoding))

    assert [row.cells["title"] for row in table.rows()] == titles
    guessed = not encoding.startswith("utf-8") and encoding not in ("utf-16", "utf-32")
    assert table.form.encoding_guessed == guessed
    assert table.form.encoding == encoding.removesuffix("-sig").replace("_", "-")


@pytest.mark.parametrize(
    "title", ["Été à la plage", "Über die Straße", "El niño", "Forêt", "Smørrebrød", "Voilà", "L'île"]
)
@pytest.mark.parametrize("times", [1, 20])
def test_a_few_short_titles_keep_their_letters(title, times):
    """Statistics tell little of so few words; a capital or a symbol within a word does."""
    table = open_table(text_of([title] * times).encode("cp1252"))

    assert [row.cells["title"] for row in table.rows()] == [title] * times


@pytest.mark.parametrize("encoding", ["cp1252", "cp949", "mac_roman", "utf-16", "UTF8", "shift_jis"])
def test_an_encoding_that_is_set(encoding):
    """It is used, whatever would be guessed."""
    titles = ["冬のガラス"] if encoding == "shift_jis" else ["겨울"] if encoding in ("cp949", "utf-16") else ["Été"]

    table = open_table(text_of(titles).encode(encoding), encoding=encoding)

    assert [row.cells["title"] for row in table.rows()] == titles
    assert not table.form.encoding_guessed


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("encoding", ["cp949", "cp1252"])
def test_an_encoding_that_is_set_leaves_utf_8_alone(mark, encoding):
    """Of two files one may be UTF-8; read in another encoding, its letters would be wrong without a word."""
    table = open_table((mark + text_of(["겨울", "Été"])).encode(), encoding=encoding)

    assert [row.cells["title"] for row in table.rows()] == ["겨울", "Été"]
    assert table.form.encoding == "utf-8"


def test_an_encoding_of_seven_bits_that_is_set():
    """All its bytes are ASCII."""
    table = open_table(text_of(["冬のガラス"]).encode("iso-2022-jp"), encoding="iso-2022-jp")

    assert [row.cells["title"] for row in table.rows()] == ["冬のガラス"]


def test_korean_headings():
    """Read in the encoding of a Korean spreadsheet."""
    table = open_table("제목,상영시간,장르\n겨울,90,드라마\n".encode("cp949"))

    assert next(table.rows()).cells == {"title": "겨울", "runtime": "90", "genres": "드라마"}
    assert table.headings == {"title": "제목", "runtime": "상영시간", "genres": "장르"}


def test_a_damaged_line_in_utf_8():
    """Named with its line."""
    lines = text_of(["Été"] * 50).encode().splitlines(keepends=True)
    lines[40] = "Été,90,Drama\n".encode("cp1252")

    assert "line 41 holds bytes that are not, as do 1 of 50 lines" in sentence(b"".join(lines))


def test_bytes_that_the_encoding_does_not_know():
    """Never replaced: the line is named."""
    content = text_of(["Amber Road"] * 9 + ["Été"]).encode("cp1252")

    assert "not utf-8 throughout: line 11 holds bytes" in sentence(content, "utf-8")
    assert "no encoding called klingon" in sentence(content, "klingon")
    assert "no encoding called base64" in sentence(content, "base64")
    assert "line 2" in sentence(text_of(["겨울"]).encode("utf-16")[:-21], "utf-16-le")


def test_letters_lost_before_are_counted():
    """U+FFFD in a UTF-8 text is what an earlier program wrote."""
    table = open_table(text_of(["\ufffdt\ufffd", "Été", "\ufffd"]).encode())

    assert [row.cells["title"] for row in table.rows()] == ["\ufffdt\ufffd", "Été", "\ufffd"]
    assert table.replaced_lines == 2
