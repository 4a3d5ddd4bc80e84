"""Words for nothing: one list for all columns and sources.

A further word or placeholder belongs here, and nowhere else.
"""

import re
import unicodedata

# Compared without case and outer blanks. `NA` alone is nothing, as R and pandas write it; in a list, ["NA"] is Namibia.
WORDS = frozenset(
    re.findall(
        r"\S+",
        r"""
        nan none null nat nil n/a na #n/a #na <na> n.a. n.a (null) [null] <null> (none) \n undefined unknown (unknown)
        missing tba tbd - -- --- – — ? . .. ... … #value! #ref! #null! #name? #div/0! #num!
        0000-00-00 00/00/0000 없음 미정 미상 모름 정보없음 해당없음
        """,
    )
) | {
    *("", "not available", "not applicable", "no data", "no value", "(no genres listed)", "no genres listed"),
    *("0000-00-00 00:00:00", "정보 없음", "해당 없음", "알 수 없음"),
}

# Films are called None, Null, N/A and -; no film is called this.
MARKERS = frozenset({"", "nan", "NaN", "NaT", r"\N", "<NA>", "#N/A", "(null)", "<null>", "#VALUE!", "#REF!", "#NAME?"})

_SUBJECT = (
    r"(?:over-?view|plot(?: summary)?|synopsis|description|summary|"
    r"story ?line|story|outline|info|information|details?|content)s?"
)
_ABSENT = (
    r"(?:coming soon|(?:is |are )?(?:currently |yet )?(?:not (?:yet |currently )?(?:available(?: in \w+)?|known|"
    r"found|provided|given|added|announced|translated|disclosed|revealed|set)|unknown|n/a|unavailable|missing|needed|pending|tba|tbd|"
    r"(?:being )?(?:kept )?under wraps|to (?:be |come)(?:announced|added|determined|confirmed|revealed)?))"
)
_KOREAN = r"(?:줄거리|개요|시놉시스|내용|소개|설명|정보)(?: ?정보)?"
_KOREAN_ABSENT = (
    r"(?:없음|없습니다|없다|미정|준비 ?중(?:입니다)?|추후 ?(?:공개|추가)(?: 예정)?|미공개|공개 예정|"
    r"(?:등록|제공|공개)되지 않았습니다)"
)
_FOREIGN = (
    r"(?:inhaltsangabe|beschreibung|handlung|übersicht|résumé|synopsis|description|sinopsis|descripción|resumen|trama|"
    r"descrizione|sinopse|descrição|opis|beskrivelse|beschrijving)"
)
_PLACEHOLDERS = re.compile(
    rf"(?:the |a |film |movie |official )*{_SUBJECT}:?,? {_ABSENT}(?: at this time| yet| soon)?"
    rf"|(?:there (?:is|are) |sorry,? |we have |we don['’]t have )?(?:no|an?y?) (?:english )?{_SUBJECT}"
    r"(?: (?:is |was |has been )?(?:found|available|yet|provided|given|known|exists?|entered|added|translated|"
    r"at this time|here)\b[^.]{0,40})?"
    rf"|we don['’]t have an? {_SUBJECT} translated in .{{2,30}}"
    rf"|(?:please )?(?:add|enter|write|insert) (?:a |an |the |your )?{_SUBJECT}(?: here)?"
    rf"|{_SUBJECT}|coming soon|to be (?:announced|added|determined|confirmed)|nothing(?: yet)?|no|empty|test|blank"
    rf"|lorem ipsum\b.*|(?:아직 |등록된 |한국어로 번역된 )*{_KOREAN}[가이은는]? ?(?:아직 )?{_KOREAN_ABSENT}"
    rf"|{_KOREAN_ABSENT}|{_KOREAN}"
    rf"|(?:keine|aucune?|pas de|sin|no hay|nessuna?|sem|não há|geen|ingen) {_FOREIGN}(?: .{{0,30}})?"
    rf"|{_FOREIGN} (?:no|non|não|nicht|niet|pas) (?:está |è |é )?\w{{4,20}}"
    rf"|nous n['’]avons pas (?:de|d['’]) ?{_FOREIGN}(?: .{{0,40}})?|brak (?:opisu|streszczenia)(?: .{{0,20}})?"
    r"|(?:описание|сюжет|опис)(?: фильма| фільму)? (?:отсутствует|відсутній|не (?:добавлено|указано|найдено))"
    r"|(?:нет|немає) (?:описания|опису)|(?:açıklama|özet|konu)(?:sı)? (?:yok|bulunmuyor|mevcut değil)"
    r"|(?:暂无|暫無|暂时没有|沒有|没有|无|無)(?:剧情|劇情|影片)?(?:简介|簡介|介绍|介紹|内容|內容|资料|資料)"
    r"|(?:あらすじ|概要|ストーリー|説明)(?:は|が)?(?:なし|ありません|ない|未定|準備中)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"</?(?:p|br|div|span|i|b|em|strong) ?/?>|&nbsp;|&#160;", re.IGNORECASE)
_LONGEST_PLACEHOLDER = 120


def is_missing(value: object) -> bool:
    """Whether a cell says that there is nothing; for columns other than titles."""
    if value is None:
        return True
    if isinstance(value, str):
        return len(value) < 40 and value.strip().casefold() in WORDS
    return bool(value != value)  # noqa: PLR0124  # true of NaN and NaT alone


def is_missing_title(value: object) -> bool:
    """Whether a title is empty or a program's mark for nothing; a film may be called None, N/A or -."""
    if isinstance(value, str):
        return len(value) < 40 and value.strip() in MARKERS
    return is_missing(value)


def is_placeholder_text(value: object) -> bool:
    """Whether a free text stands for none: a word for nothing, `No overview found.`, `TBA`, or no letter at all."""
    if not isinstance(value, str):
        return is_missing(value)
    if not any(unicodedata.category(character)[0] == "L" for character in value):
        return True
    if len(value) > _LONGEST_PLACEHOLDER:
        return False
    text = " ".join(_MARKUP.sub(" ", value).split())
    bare = text.strip(" .!?…*_-–—()[]<>\"'“”»。")
    if is_missing(text):
        return True
    first = bare.split(". ")[0]  # what follows asks the reader for one: "Help us expand our database"
    asks = re.search(r"help us|adding one|add one|추가", bare[len(first) :], re.IGNORECASE)
    return bare.casefold() in WORDS or _PLACEHOLDERS.fullmatch(first if asks else bare) is not None
