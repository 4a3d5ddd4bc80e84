"""Words for nothing, in cells, titles and free texts."""

import pytest

from film_files.missing import is_missing, is_missing_title, is_placeholder_text


@pytest.mark.parametrize(
    "word",
    [
        None,
        "",
        "  ",
        "nan",
        "NaN",
        "NaT",
        "None",
        "null",
        "NULL",
        "N/A",
        "NA",
        "#N/A",
        "<NA>",
        r"\N",
        "-",
        "–",
        "—",
        "?",
        "n.a.",
        "Unknown",
        "TBA",
        "(no genres listed)",
        "0000-00-00",
        "없음",
        "정보 없음",
        float("nan"),
    ],
)
def test_a_word_for_nothing_is_missing(word):
    """In any case, and with blanks around it."""
    assert is_missing(word)


@pytest.mark.parametrize("value", ["0", 0, False, "no", "Nandor", "A", "한국어", [], "nan " * 20])
def test_a_value_is_not_missing(value):
    """0 and false are values."""
    assert not is_missing(value)


@pytest.mark.parametrize("title", ["None", "Null", "N/A", "-", "NA", "Unknown", "1917", "?"])
def test_a_film_may_be_called_a_word_for_nothing(title):
    """Such titles are in TMDB."""
    assert not is_missing_title(title)


@pytest.mark.parametrize("title", ["", " ", "nan", "NaN", r"\N", "<NA>", "#N/A", None, float("nan")])
def test_a_title_is_missing_where_a_program_says_so(title):
    """No film is called these."""
    assert is_missing_title(title)


@pytest.mark.parametrize(
    "text",
    [
        "No overview found.",
        "No Overview",
        "no overview available",
        "Overview coming soon...",
        "N/A",
        "n/a.",
        "TBA",
        "TBD",
        "Plot unknown.",
        "Add a Plot",
        "Plot kept under wraps.",
        "The plot is unknown at this time.",
        "Coming soon!",
        "...",
        "-",
        "No plot",
        "No synopsis available",
        "Description not available.",
        "Synopsis: N/A",
        "Unknown",
        "nan",
        r"\N",
        None,
        "",
        "There is no overview yet",
        "[No description]",
        "To be announced",
        "12345",
        " \n" * 200,
        "- " * 200,
        "Lorem ipsum dolor sit amet",
        "We don't have an overview translated in English. Help us expand our database by adding one.",
        "줄거리 없음",
        "개요가 없습니다.",
        "등록된 줄거리가 없습니다",
        "정보 없음",
        "추후 공개",
        "준비중",
        "미정",
        "내용 없음",
    ],
)
def test_a_placeholder_says_nothing_of_the_film(text):
    """TMDB's and IMDb's own ones, and those of people."""
    assert is_placeholder_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "No overview of the war is complete without the story of its couriers.",
        "The plot to kill a king.",
        "A plot of land.",
        "Nothing is as it seems in this town.",
        "Unknown forces gather.",
        "Coming soon: the end of the world.",
        "사랑 이야기",
        "Story of a girl",
        "A null pointer ruins a wedding.",
        "She has no plot, no plan and no money.",
        "줄거리를 잃어버린 작가의 하루",
        "No description could prepare them for the island. They go anyway.",
    ],
)
def test_a_short_synopsis_is_none(text):
    """Words of a placeholder occur in synopses too."""
    assert not is_placeholder_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "Overview not available in French.", "Plot summary unavailable", "Add a Plot »", "줄거리 정보가 없습니다.",
        "暂无剧情简介", "暫無簡介。", "あらすじはありません。",
        "Описание отсутствует.", "Нет описания", "No hay sinopsis disponible.",
        "Sinopsis no disponible", "Sinopse não disponível", "Sem descrição",
        "Nous n'avons pas de synopsis pour ce film.",
        "Brak opisu", "Beschreibung nicht verfügbar", "<p></p>", "&nbsp;", "<p>N/A</p>",
    ],
)  # fmt: skip
def test_a_placeholder_in_other_languages_is_no_synopsis(text):
    """As sites of many countries write it."""
    assert is_placeholder_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "No hay salida para Ana.",
        "Brak nadziei w mieście.",
        "没有内容的信",
        "<p>A nurse waits.</p>",
        "Add a Plot to the garden",
    ],
)
def test_a_short_synopsis_is_one(text):
    """What only begins like a placeholder is kept."""
    assert not is_placeholder_text(text)
